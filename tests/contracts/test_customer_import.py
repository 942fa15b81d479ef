"""The customer file and the suppressions come into the tables on either database."""

from pathlib import Path

from sqlalchemy import text

from services.router.customer_file import read_customers, read_suppressions
from services.router.imports import import_customers, import_id_of, import_suppressions
from services.router.keys import KeyKind
from services.router.store.customers import CustomerImport, find_customers
from services.router.store.suppressions import find_suppressed
from shared.adapters.database import SqlDatabase
from shared.domain.ids import keyed_hash
from shared.migrations.steps import upgrade

EXAMPLE = Path(__file__).parents[2] / "deploy" / "example"
SECRET = b"p" * 32


async def test_the_shipped_customers_are_found_by_every_key(empty_database: SqlDatabase) -> None:
    await upgrade(empty_database.engine)
    path = EXAMPLE / "customers.csv"
    target = CustomerImport(empty_database, secret=SECRET, import_id=import_id_of(path))

    report = await import_customers(read_customers(path), target)

    assert (report.rows, report.refused, report.added) == (4, 0, 4)
    hashes = {
        KeyKind.EMAIL: keyed_hash(SECRET, "email", "karin.vik@example.se"),
        KeyKind.ORGANISATION_NUMBER: keyed_hash(SECRET, "organisation_number", "5567037485"),
    }
    async with empty_database.read() as connection:
        hits = await find_customers(connection, list(hashes.values()))
    assert {hit[1].id for found in hits.values() for hit in found} == {"1001", "1002"}


async def test_the_same_file_again_changes_nothing(empty_database: SqlDatabase) -> None:
    await upgrade(empty_database.engine)
    path = EXAMPLE / "customers.csv"
    target = CustomerImport(empty_database, secret=SECRET, import_id=import_id_of(path))
    await import_customers(read_customers(path), target)

    again = await import_customers(read_customers(path), target)

    assert (again.added, again.removed) == (0, 0)


async def test_an_import_tells_the_planner_of_postgresql_what_it_brought(empty_database: SqlDatabase) -> None:
    await upgrade(empty_database.engine)
    path = EXAMPLE / "customers.csv"

    await import_customers(
        read_customers(path), CustomerImport(empty_database, secret=SECRET, import_id=import_id_of(path))
    )
    await import_suppressions(read_suppressions(EXAMPLE / "suppressions.csv"), empty_database, secret=SECRET)

    async with empty_database.read() as connection:
        if connection.dialect.name != "postgresql":
            return
        counted = await connection.execute(
            text("SELECT DISTINCT tablename FROM pg_stats WHERE tablename LIKE 'router%'")
        )
    assert set(counted.scalars()) == {"router_customers", "router_customer_keys", "router_suppressions"}


async def test_the_shipped_suppressions_are_found(empty_database: SqlDatabase) -> None:
    await upgrade(empty_database.engine)

    report = await import_suppressions(read_suppressions(EXAMPLE / "suppressions.csv"), empty_database, secret=SECRET)

    assert (report.rows, report.refused) == (2, 0)
    address = keyed_hash(SECRET, "email", "ring.inte@example.se")
    async with empty_database.read() as connection:
        found = await find_suppressed(connection, [address], now=0.0)
    assert found == {address: "asked not to be contacted"}
