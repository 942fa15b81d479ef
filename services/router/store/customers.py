"""The customer file in tables: found by keyed hashes, many at once, and brought in by import."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.customer_rows import CustomerRow
from services.router.keys import KeyKind, customer_keys_of
from services.router.store.statistics import refresh_statistics
from services.router.tables import customer_keys, customers
from shared.domain.decision import CustomerRef
from shared.domain.errors import UsedWrongly
from shared.ports import Database
from shared.runtime.tables import among, among_given, write_rows

Hits = Mapping[str, Sequence[tuple[KeyKind, CustomerRef]]]
"""Customers by the hash that found them."""
Key = tuple[str, str, str]
"""Hash, kind and customer id: a row of `customer_keys` in the order of its primary key."""

IMPORT_BATCH = 5_000
"""Customers per transaction: long enough to pay for the commit, short enough that the router's batches get between.

Beside a million customers on SQLite it takes 0.5 s; reading the next ones takes 0.2 s, in which others may write.
"""
MIN_REPLACING_SHARE = 0.5
"""A file that replaces must hold at least this share of the customers stored: half an export is the usual accident."""

_INSERT = insert(customers)  # on both databases: SQLite's ON CONFLICT is PostgreSQL's
_UPSERT = _INSERT.on_conflict_do_update(
    index_elements=[customers.c.customer_id],
    set_={column.name: column for column in _INSERT.excluded if column.name != "customer_id"},
)
_ADD_KEY = insert(customer_keys).on_conflict_do_nothing()
_DROP_KEY = delete(customer_keys).where(
    customer_keys.c.hash == bindparam("of_hash"),
    customer_keys.c.kind == bindparam("of_kind"),
    customer_keys.c.customer_id == bindparam("of_customer"),
)


_FIND = (
    select(customer_keys.c.hash, customer_keys.c.kind, *customers.c)
    .join(customers, customers.c.customer_id == customer_keys.c.customer_id)
    .where(among_given(customer_keys.c.hash, "hashes"))
)


async def find_customers(connection: AsyncConnection, hashes: Sequence[str]) -> Hits:
    """Find the customers behind any of these hashes; those that hit nothing are absent."""
    if not hashes:
        return {}
    found: dict[str, list[tuple[KeyKind, CustomerRef]]] = {}
    for row in await connection.execute(_FIND, {"hashes": hashes}):
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
        self._counted = False

    async def write(self, rows: Sequence[CustomerRow]) -> tuple[int, int]:
        """Write some rows in one transaction; return how many customers were new, and how many told anew."""
        keys = self._keys(rows)  # before the transaction: nobody need wait for hashes
        async with self._database.write() as connection:
            stored = await _stored(connection, {row.customer_id for row in rows})
            begun = {key for key, row in stored.items() if row["import_id"] == self._import_id}
            merged = self._merged(rows, {key: stored[key] for key in begun})
            outdated = stored.keys() - begun
            held = await _keys_of(connection, outdated)
            await _drop_keys(connection, held - keys)
            await write_rows(connection, _UPSERT, [merged[key] for key in sorted(merged)])
            await write_rows(connection, _ADD_KEY, [_key_row(key) for key in sorted(keys - held)])
            await self._count_once(connection)
        return len(merged.keys() - stored.keys()), len(outdated)

    async def count(self, rows: Sequence[CustomerRow]) -> tuple[int, int]:
        """Tell what `write` would return, and write nothing."""
        ids = {row.customer_id for row in rows}
        async with self._database.read() as connection:
            stored = await _stored(connection, ids)
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

    def _keys(self, rows: Iterable[CustomerRow]) -> set[Key]:
        return {
            (value, kind.value, row.customer_id)
            for row in rows
            for kind, value in customer_keys_of(row, secret=self._secret)
        }

    async def _count_once(self, connection: AsyncConnection) -> None:
        # With the first rows, not the last: a router that decides meanwhile needs it as much as one afterwards.
        if not self._counted:
            await refresh_statistics(connection, customers, customer_keys)
            self._counted = True


async def _stored(connection: AsyncConnection, customer_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    rows = await connection.execute(select(customers).where(among(customers.c.customer_id, customer_ids)))
    return {row.customer_id: dict(row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name for it


async def _keys_of(connection: AsyncConnection, customer_ids: Collection[str]) -> set[Key]:
    if not customer_ids:
        return set()
    columns = customer_keys.c.hash, customer_keys.c.kind, customer_keys.c.customer_id
    rows = await connection.execute(select(*columns).where(among(customer_keys.c.customer_id, customer_ids)))
    return {(row.hash, row.kind, row.customer_id) for row in rows}


async def _drop_keys(connection: AsyncConnection, keys: Collection[Key]) -> None:
    # One by one: what a newer file repeats stays untouched, and it repeats nearly everything.
    if not keys:
        return
    names = "of_hash", "of_kind", "of_customer"
    await connection.execute(_DROP_KEY, [dict(zip(names, key, strict=True)) for key in sorted(keys)])


def _key_row(key: Key) -> dict[str, str]:
    value, kind, customer_id = key
    return {"kind": kind, "hash": value, "customer_id": customer_id}


def _split(products: str) -> list[str]:
    return [product for product in products.split(";") if product]
