"""A customer file of any size, filled in by the database itself: the import's own speed is not asked here."""

from sqlalchemy import insert, text

from services.router.customer_rows import CustomerRow
from services.router.keys import customer_keys_of
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
    """Write the customers that leads match, and others up to `count`."""
    async with stack.database.write() as connection:
        dialect = connection.dialect.name
        rows = [_customer(number) for number in range(CUSTOMERS)]
        await connection.execute(insert(customers), [_row(row) for row in rows])
        keys = [
            {"kind": kind, "hash": value, "customer_id": row.customer_id}
            for row in rows
            for kind, value in customer_keys_of(row, secret=stack.keys.person)
        ]
        await connection.execute(insert(customer_keys), keys)
        if count == CUSTOMERS:
            return
        await connection.execute(
            text(
                f"INSERT INTO router_customers (customer_id, name, status, owner, products, import_id) "
                f"{_NUMBERS[dialect]} SELECT 'X-' || i, 'Kund ' || i, 'customer', 'Erik Öberg', 'solar', 'bench' FROM n"
            ),
            {"count": count - CUSTOMERS},
        )
        for kind in KINDS:  # sorted, so that a million go into the primary key in its order
            await connection.execute(
                text(
                    f"INSERT INTO router_customer_keys (kind, hash, customer_id) {_NUMBERS[dialect]} "
                    f"SELECT :kind, {_HASH[dialect]} AS hash, 'X-' || i FROM n ORDER BY 2"
                ),
                {"count": count - CUSTOMERS, "kind": kind},
            )
    async with stack.database.write() as connection:
        await connection.execute(text("ANALYZE"))


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
