"""Whom nobody may contact, in tables: asked at every decision and again before every push."""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.customer_rows import SuppressionRow
from services.router.keys import suppression_keys_of
from services.router.store.statistics import refresh_statistics
from services.router.tables import suppressions
from shared.ports import Database
from shared.runtime.tables import among_given, write_rows

_INSERT = insert(suppressions)  # on both databases: SQLite's ON CONFLICT is PostgreSQL's
_UPSERT = _INSERT.on_conflict_do_update(
    index_elements=[suppressions.c.hash, suppressions.c.kind],
    set_={"reason": _INSERT.excluded.reason, "until": _INSERT.excluded.until},
)
_FIND = select(suppressions.c.hash, suppressions.c.reason).where(
    among_given(suppressions.c.hash, "hashes"),
    or_(suppressions.c.until.is_(None), suppressions.c.until > bindparam("now")),
)


async def find_suppressed(connection: AsyncConnection, hashes: Sequence[str], *, now: float) -> dict[str, str]:
    """Find which of these hashes must not be contacted now: reason by hash."""
    found = await connection.execute(_FIND, {"hashes": hashes, "now": now})
    return {row.hash: row.reason for row in found}


async def write_suppressions(
    database: Database, rows: Sequence[SuppressionRow], *, secret: bytes, is_first: bool = True
) -> int:
    """Write some rows in one transaction and tell how many keys they gave. A later row of one key wins.

    `is_first`: nothing of the same file was written before, so the planner is told of the table once a file.
    """
    keys = {
        (value, kind): {"kind": kind, "hash": value, "reason": row.reason, "until": row.until}
        for row in rows
        for kind, value in suppression_keys_of(row, secret=secret)
    }
    if keys:
        async with database.write() as connection:
            await write_rows(connection, _UPSERT, [keys[key] for key in sorted(keys)])
            if is_first:
                await refresh_statistics(connection, suppressions)
    return len(keys)
