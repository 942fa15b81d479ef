"""The migrations make exactly the tables that the code declares, and take them away again, on either database."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Index, inspect
from sqlalchemy.schema import SchemaItem

from services.console.tables import metadata as console
from services.ingest.retrieval.tables import metadata as ingest
from services.router.tables import metadata as router
from services.scorer.tables import metadata as scorer
from shared.adapters.database import SqlDatabase
from shared.migrations import is_current
from shared.migrations.steps import downgrade, upgrade

NOTICES = {"console_notices", "console_hours"}
STEPS = [
    ("0001_scorer", "base", set(scorer.tables)),
    ("0002_router", "0001_scorer", set(router.tables)),
    ("0003_console", "0002_router", set(console.tables) - NOTICES),
    ("0006_ingest", "0005_customer_keys_by_hash", set(ingest.tables)),
    ("0007_console_notices", "0006_ingest", NOTICES),
]

POSTGRESQL_ONLY = {"router_customer_keys_by_hash"}
"""Indexes of a kind that SQLite lacks."""


def differences(connection: Connection) -> list[object]:
    def belongs(item: SchemaItem, *_: object) -> bool:  # the comparison itself does not ask for `ddl_if`
        return not (isinstance(item, Index) and connection.dialect.name == "sqlite" and item.name in POSTGRESQL_ONLY)

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": belongs})
    return list(compare_metadata(context, [scorer, router, console, ingest]))


def table_names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


async def is_migrated(database: SqlDatabase) -> bool:
    async with database.read() as connection:
        return await is_current(connection)


async def test_the_newest_revision_is_what_the_code_declares(empty_database: SqlDatabase) -> None:
    assert not await is_migrated(empty_database)
    await upgrade(empty_database.engine)
    assert await is_migrated(empty_database)
    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize(("revision", "before", "tables"), STEPS)
async def test_each_step_makes_its_tables_and_takes_them_back(
    empty_database: SqlDatabase, revision: str, before: str, tables: set[str]
) -> None:
    await upgrade(empty_database.engine, revision)
    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(table_names) >= tables
    await downgrade(empty_database.engine, before)
    async with empty_database.engine.connect() as connection:
        assert not await connection.run_sync(table_names) & tables


async def test_the_index_for_look_ups_comes_and_goes(empty_database: SqlDatabase) -> None:
    await upgrade(empty_database.engine)
    await downgrade(empty_database.engine, "0004_events_uncompressed")
    assert not await is_migrated(empty_database)
    await upgrade(empty_database.engine)
    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_twice_changes_nothing(empty_database: SqlDatabase) -> None:
    await upgrade(empty_database.engine)
    await upgrade(empty_database.engine)
    assert await is_migrated(empty_database)
