"""The scorer's tables on PostgreSQL: two scorers at once."""

from services.scorer.configuration import Scoring
from services.scorer.judge import Judge
from services.scorer.reference_data import ReferenceData
from services.scorer.tables import metadata
from shared.adapters.database import SqlDatabase
from shared.domain.business import Business
from tests.unit.scorer.races import race


async def test_two_scorers_never_count_one_revision_twice(postgres_url: str) -> None:
    database = SqlDatabase(postgres_url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    await database.close()
    judge = Judge(Scoring(), business=Business(), questions={}, products={}, reference=ReferenceData.load())

    await race(postgres_url, judge)
