"""Both databases, for what must hold on either."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.adapters.database import SqlDatabase


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a database without tables."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite+aiosqlite:///{tmp_path}/tables.db"


@pytest.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[SqlDatabase]:
    """Give a database without tables."""
    database = SqlDatabase(empty_database_url)
    yield database
    await database.close()
