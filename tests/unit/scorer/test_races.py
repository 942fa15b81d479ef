"""Two scorers on one SQLite file."""

from collections.abc import Callable
from pathlib import Path

from services.scorer.configuration import Scoring
from services.scorer.judge import Judge
from services.scorer.tables import metadata
from shared.adapters.database import SqlDatabase
from tests.unit.scorer.races import race


async def test_two_scorers_never_count_one_revision_twice(judge_by: Callable[[Scoring], Judge], tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/t.db"
    database = SqlDatabase(url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    await database.close()

    await race(url, judge_by(Scoring()))
