"""A customer file of any size, filled in by the database itself: the import's own speed is not asked here."""

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.customer_rows import CustomerRow
from services.router.keys import customer_keys_of
from services.router.store.statistics import refresh_statistics
from services.router.tables import customer_keys, customers
from services.wiring import Stack
from tests.bench.invented_leads import CUSTOMERS, customer_email

KINDS = ("customer_id", "email", "mailbox", "phone")
"""The keys of a customer whom no lead will ever match: as many and as long as those of one that may be."""

_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)",
    "postgresql": "WITH n AS (SELECT i FROM generate_series(0, :count - 1) AS s(i))",
}
_HASH = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "md5(random()::text || i)"}


async def fill_customers(stack: Stack, count: int) -> None:
    """Write the customers that leads match, and others up to `count`, with the statistics that an import leaves."""
    async with stack.database.write() as connection:
        if count > CUSTOMERS:
            await _add_strangers(connection, count - CUSTOMERS)
        rows = [_customer(number) for number in range(CUSTOMERS)]
        await connection.execute(insert(customers), [_row(row) for row in rows])
        keys = [
            {"kind": kind, "hash": value, "customer_id": row.customer_id}
            for row in rows
            for kind, value in customer_keys_of(row, secret=stack.keys.person)
        ]
        await connection.execute(insert(customer_keys), keys)
        await refresh_statistics(connection, customers, customer_keys)


async def _add_strangers(connection: AsyncConnection, count: int) -> None:
    numbers, drawn = _NUMBERS[connection.dialect.name], _HASH[connection.dialect.name]
    for index in customer_keys.indexes:  # made anew afterwards: row by row they would take longer than everything else
        await connection.run_sync(index.drop)
    await connection.execute(
        text(
            f"INSERT INTO router_customers (customer_id, name, status, owner, products, import_id) "
            f"{numbers} SELECT 'X-' || i, 'Kund ' || i, 'customer', 'Erik Öberg', 'solar', 'bench' FROM n"
        ),
        {"count": count},
    )
    each = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, {drawn} AS hash, 'X-' || i AS customer_id FROM n" for kind in KINDS
    )
    await connection.execute(  # sorted, so that millions go into the primary key in its order
        text(f"INSERT INTO router_customer_keys (kind, hash, customer_id) {numbers} {each} ORDER BY hash"),
        {"count": count},
    )
    for index in customer_keys.indexes:
        await connection.run_sync(index.create)


def _customer(number: int) -> CustomerRow:
    return CustomerRow(
        number,
        customer_id=f"K-{number}",
        name=f"Kund {number}",
        status="customer",
        owner="Erik Öberg",
        products=("solar",),
        emails=(customer_email(number),),
        phones=(f"+4670175{number:04d}",),
    )


def _row(row: CustomerRow) -> dict[str, str | None]:
    return {
        "customer_id": row.customer_id,
        "name": row.name,
        "status": row.status,
        "owner": row.owner,
        "products": ";".join(row.products),
        "import_id": "bench",
    }
