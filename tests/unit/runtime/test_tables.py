from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from shared.adapters.database import SqlDatabase
from shared.runtime.tables import among, among_given, insert_rows, write_rows

metadata = MetaData()
things = Table("things", metadata, Column("name", String(40), primary_key=True), Column("number", Integer))
INSERT = insert(things)
UPSERT = INSERT.on_conflict_do_update(index_elements=["name"], set_={"number": INSERT.excluded.number})
GIVEN = select(things.c.name).where(among_given(things.c.name, "names"))
RENUMBER = update(things).where(things.c.name == bindparam("of_name")).values(number=bindparam("to_number"))


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "SQLite":
        return f"sqlite+aiosqlite:///{tmp_path}/t.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def database(url: str) -> AsyncIterator[SqlDatabase]:
    made = SqlDatabase(url)
    async with made.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield made
    await made.close()


async def numbers(database: SqlDatabase, names: list[str]) -> dict[str, int]:
    async with database.read() as connection:
        rows = await connection.execute(select(things).where(among(things.c.name, names)))
        return {row.name: row.number for row in rows}


async def write(database: SqlDatabase, *names: str) -> None:
    async with database.write() as connection:
        await write_rows(connection, INSERT, [{"number": len(name), "name": name} for name in names])


async def test_rows_are_written_whatever_the_order_of_their_names(database: SqlDatabase) -> None:
    await write(database, "one", "three")
    assert await numbers(database, ["one", "three"]) == {"one": 3, "three": 5}


async def test_only_what_is_among_the_texts_is_found(database: SqlDatabase) -> None:
    await write(database, "one", "three", "it's åtta")
    assert await numbers(database, ["it's åtta", "nine", "it's åtta"]) == {"it's åtta": 9}
    assert await numbers(database, []) == {}


async def test_more_texts_than_a_statement_takes_parameters_are_no_trouble(database: SqlDatabase) -> None:
    await write(database, "one")
    assert await numbers(database, ["one", *map(str, range(40_000))]) == {"one": 3}


async def test_an_update_is_executed_for_every_row(database: SqlDatabase) -> None:
    await write(database, "one", "three")
    async with database.write() as connection:
        await write_rows(connection, RENUMBER, [{"of_name": name, "to_number": 7} for name in ("one", "three")])
    assert await numbers(database, ["one", "three"]) == {"one": 7, "three": 7}


async def test_no_rows_are_no_statement(database: SqlDatabase) -> None:
    await write(database)
    assert await numbers(database, ["one"]) == {}


async def test_rows_inserted_together_are_the_rows_given_and_replace_what_was_there(database: SqlDatabase) -> None:
    await write(database, "one")
    rows: list[dict[str, object]] = [
        {"number": 10, "name": "one"},
        {"number": None, "name": "it's åtta"},
        {"number": 30, "name": "three"},
    ]
    async with database.write() as connection:
        await insert_rows(connection, UPSERT, rows)
        await insert_rows(connection, UPSERT, [])
    assert await numbers(database, ["one", "it's åtta", "three"]) == {"one": 10, "it's åtta": None, "three": 30}


async def test_a_text_too_long_for_its_column_is_refused_and_never_cut(postgres_url: str) -> None:
    database = SqlDatabase(postgres_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        with pytest.raises(DBAPIError, match="too long"):
            await insert_rows(connection, INSERT, [{"name": "x" * 41, "number": 1}])
    await database.close()


async def test_a_statement_made_once_takes_other_texts_every_time(database: SqlDatabase) -> None:
    await write(database, "one", "three")
    async with database.read() as connection:
        assert (await connection.scalars(GIVEN, {"names": ["three", "nine"]})).all() == ["three"]
        assert (await connection.scalars(GIVEN, {"names": ["one"]})).all() == ["one"]
