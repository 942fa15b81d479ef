"""A transaction on either database: whole or not at all, and never held for ever by a process that stands still."""

import asyncio

import pytest
from sqlalchemy import text

from shared.adapters import database as adapter
from shared.adapters.database import SqlDatabase
from shared.domain.errors import DatabaseUnavailable


async def make_table(database: SqlDatabase) -> None:
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE kept (number INTEGER PRIMARY KEY)"))


async def numbers(database: SqlDatabase) -> list[int]:
    async with database.read() as connection:
        return list((await connection.scalars(text("SELECT number FROM kept ORDER BY number"))).all())


async def test_a_transaction_that_raises_leaves_nothing(empty_database: SqlDatabase) -> None:
    await make_table(empty_database)

    async def fail() -> None:
        async with empty_database.write() as connection:
            await connection.execute(text("INSERT INTO kept VALUES (1)"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await numbers(empty_database) == []


async def test_writers_of_one_process_take_turns(empty_database: SqlDatabase) -> None:
    await make_table(empty_database)

    async def write(number: int) -> None:
        async with empty_database.write() as connection:
            await connection.execute(text("INSERT INTO kept VALUES (:number)"), {"number": number})

    await asyncio.gather(*(write(number) for number in range(20)))
    assert await numbers(empty_database) == list(range(20))


async def test_a_database_that_is_away_is_a_reason_to_wait() -> None:
    nowhere = SqlDatabase("postgresql+asyncpg://nobody:nothing@127.0.0.1:9/none")
    with pytest.raises(DatabaseUnavailable):
        await numbers(nowhere)
    await nowhere.close()


async def test_who_stands_still_in_a_transaction_loses_it_and_not_the_others(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "IDLE_IN_TRANSACTION_MS", 300)
    frozen, other = SqlDatabase(postgres_url), SqlDatabase(postgres_url)
    await make_table(other)

    async def stand_still() -> None:
        async with frozen.write() as connection:
            await connection.execute(text("LOCK TABLE kept IN EXCLUSIVE MODE"))
            async with other.write() as waiting:
                await waiting.execute(text("INSERT INTO kept VALUES (1)"))
            await connection.execute(text("INSERT INTO kept VALUES (2)"))

    with pytest.raises(DatabaseUnavailable):
        await stand_still()
    assert await numbers(other) == [1]
    await frozen.close()
    await other.close()
