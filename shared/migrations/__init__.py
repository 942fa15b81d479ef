"""The tables as this version knows them. Whether they are there is told without Alembic, because every command asks."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection


async def is_current(connection: AsyncConnection) -> bool:
    """Tell whether the tables are those this version was written for."""
    return await connection.run_sync(_is_current)


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return list(connection.scalars(text("SELECT version_num FROM alembic_version"))) == [_newest()]


def _newest() -> str:
    """Return the last revision: each file has its revision's name, and they are numbered."""
    return max(file.stem for file in (Path(__file__).parent / "versions").glob("*.py"))
