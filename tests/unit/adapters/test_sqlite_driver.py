from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.adapters import sqlite_driver
from shared.adapters.database import SqlDatabase


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqlDatabase]:
    made = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/t.db")
    async with made.write() as connection:
        await connection.execute(text("CREATE TABLE things (name TEXT PRIMARY KEY)"))
    yield made
    await made.close()


async def test_a_statement_takes_one_trip_to_its_thread(database: SqlDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[str] = []
    take = sqlite_driver.OneTripConnection.take

    async def counted(connection: sqlite_driver.OneTripConnection, work: object) -> object:
        trips.append("trip")
        return await take(connection, work)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite_driver.OneTripConnection, "take", counted)
    async with database.write() as connection:
        trips.clear()
        await connection.execute(text("INSERT INTO things VALUES (:name)"), [{"name": "one"}, {"name": "two"}])
        found = (await connection.execute(text("SELECT name FROM things ORDER BY name"))).all()
        assert len(trips) == 2
    assert [row.name for row in found] == ["one", "two"]


async def test_what_a_statement_changed_is_counted(database: SqlDatabase) -> None:
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO things VALUES ('one'), ('two')"))
        assert (await connection.execute(text("DELETE FROM things WHERE name = 'one'"))).rowcount == 1
        assert (await connection.execute(text("DELETE FROM things RETURNING name"))).scalars().all() == ["two"]


async def test_a_connection_is_made_anew_after_the_pool_was_closed(database: SqlDatabase) -> None:
    await database.close()
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM things"))).scalar_one() == 0
