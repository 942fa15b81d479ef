"""The customer file in tables: found by keyed hashes, many at once, and brought in by import."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.customer_rows import CustomerRow
from services.router.keys import KeyKind, customer_keys_of
from services.router.tables import customer_keys, customers
from shared.domain.decision import CustomerRef
from shared.domain.errors import UsedWrongly
from shared.ports import Database
from shared.runtime.tables import among

Hits = Mapping[str, Sequence[tuple[KeyKind, CustomerRef]]]
"""Customers by the hash that found them."""

IMPORT_BATCH = 5_000
"""Customers per transaction: long enough to pay for the commit, short enough that the router's batches get between."""
MIN_REPLACING_SHARE = 0.5
"""A file that replaces must hold at least this share of the customers stored: half an export is the usual accident."""

_INSERT = insert(customers)  # on both databases: SQLite's ON CONFLICT is PostgreSQL's
_UPSERT = _INSERT.on_conflict_do_update(
    index_elements=[customers.c.customer_id],
    set_={column.name: column for column in _INSERT.excluded if column.name != "customer_id"},
)


async def find_customers(connection: AsyncConnection, hashes: Sequence[str]) -> Hits:
    """Find the customers behind any of these hashes; those that hit nothing are absent."""
    found: dict[str, list[tuple[KeyKind, CustomerRef]]] = {}
    columns = customer_keys.c.hash, customer_keys.c.kind, *customers.c
    statement = (
        select(*columns)
        .join(customers, customers.c.customer_id == customer_keys.c.customer_id)
        .where(among(customer_keys.c.hash, hashes))
    )
    for row in await connection.execute(statement):
        ref = CustomerRef(
            id=row.customer_id, name=row.name, status=row.status, owner=row.owner, products=_split(row.products)
        )
        found.setdefault(row.hash, []).append((KeyKind(row.kind), ref))
    return found


class CustomerImport:
    """One file of customers on its way into the tables. The same file again changes nothing.

    Rows of one customer are joined wherever they stand in the file. A customer told anew loses the keys and values
    that the new file does not repeat; customers the file does not name stay, until `drop_others`.
    """

    def __init__(self, database: Database, *, secret: bytes, import_id: str) -> None:
        self._database = database
        self._secret = secret
        self._import_id = import_id

    async def write(self, rows: Sequence[CustomerRow]) -> tuple[int, int]:
        """Write some rows in one transaction; return how many customers were new, and how many told anew."""
        async with self._database.write() as connection:
            stored = await _stored(connection, sorted({row.customer_id for row in rows}))
            begun = {key for key, row in stored.items() if row["import_id"] == self._import_id}
            merged = self._merged(rows, {key: stored[key] for key in begun})
            outdated = sorted(stored.keys() - begun)
            if outdated:
                await connection.execute(delete(customer_keys).where(customer_keys.c.customer_id.in_(outdated)))
            await connection.execute(_UPSERT, [merged[key] for key in sorted(merged)])
            await connection.execute(insert(customer_keys).on_conflict_do_nothing(), self._keys(rows))
        return len(merged.keys() - stored.keys()), len(outdated)

    async def count(self, rows: Sequence[CustomerRow]) -> tuple[int, int]:
        """Tell what `write` would return, and write nothing."""
        ids = {row.customer_id for row in rows}
        async with self._database.read() as connection:
            stored = await _stored(connection, sorted(ids))
        return len(ids - stored.keys()), sum(row["import_id"] != self._import_id for row in stored.values())

    async def drop_others(self) -> int:
        """Remove every customer that this import did not write, with its keys, and tell how many.

        Raises:
            UsedWrongly: the file holds too few of the customers stored; nothing was removed.
        """
        others = customers.c.import_id != self._import_id
        async with self._database.write() as connection:
            total = (await connection.execute(select(func.count()).select_from(customers))).scalar_one()
            gone = (await connection.execute(select(func.count()).select_from(customers).where(others))).scalar_one()
            if total - gone < total * MIN_REPLACING_SHARE:
                raise UsedWrongly(
                    f"the file holds {total - gone} of {total} customers: import it without replacing, or export anew"
                )
            ids = select(customers.c.customer_id).where(others)
            await connection.execute(delete(customer_keys).where(customer_keys.c.customer_id.in_(ids)))
            await connection.execute(delete(customers).where(others))
        return int(gone)

    def _merged(self, rows: Sequence[CustomerRow], begun: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        merged: dict[str, dict[str, Any]] = dict(begun)
        for row in rows:
            before = merged.get(row.customer_id, {})
            products = dict.fromkeys([*_split(before.get("products", "")), *row.products])
            merged[row.customer_id] = {
                "customer_id": row.customer_id,
                "name": before.get("name") or row.name,
                "status": before.get("status") or row.status,
                "owner": before.get("owner") or row.owner,
                "products": ";".join(products),
                "import_id": self._import_id,
            }
        return merged

    def _keys(self, rows: Iterable[CustomerRow]) -> list[dict[str, str]]:
        keys = {
            (value, kind, row.customer_id): {"kind": kind, "hash": value, "customer_id": row.customer_id}
            for row in rows
            for kind, value in customer_keys_of(row, secret=self._secret)
        }
        return [keys[key] for key in sorted(keys)]  # in the order of the index, which is also the order of claims


async def _stored(connection: AsyncConnection, customer_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = await connection.execute(select(customers).where(customers.c.customer_id.in_(customer_ids)))
    return {row.customer_id: dict(row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name for it


def _split(products: str) -> list[str]:
    return [product for product in products.split(";") if product]
