"""The migration makes the very tables the console uses, and takes them away again."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from services.console.tables import metadata
from shared.adapters.database import SqlDatabase
from shared.migrations import downgrade, upgrade


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or name.startswith("console_"),
        },
    )
    return list(compare_metadata(context, metadata))


def tables(connection: Connection) -> set[str]:
    return {name for name in inspect(connection).get_table_names() if name.startswith("console_")}


async def test_the_migration_makes_what_the_tables_say_and_takes_it_back(tmp_path: Path) -> None:
    database = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/t.db")

    await upgrade(database.engine, "0003_console")
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(tables) == set(metadata.tables)

    await downgrade(database.engine, "0002_router")
    async with database.engine.connect() as connection:
        assert await connection.run_sync(tables) == set()
    await database.close()
