"""Importing customers and suppressions: as often as one likes, joined, replaced, and tried dry."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from services.router.customer_rows import CustomerRow, RowFault, SuppressionRow
from services.router.imports import ImportReport, import_customers, import_id_of, import_suppressions
from services.router.keys import KeyKind
from services.router.store.customers import CustomerImport, find_customers
from services.router.store.suppressions import find_suppressed
from services.router.tables import metadata
from shared.adapters.database import SqlDatabase
from shared.domain.decision import CustomerRef
from shared.domain.errors import UsedWrongly
from shared.domain.ids import keyed_hash
from tests.unit.router.routing_builders import SECRET

FIRST = "first file"
SECOND = "second file"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqlDatabase]:
    database = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/tables.db")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


async def imported(
    database: SqlDatabase,
    *rows: CustomerRow | RowFault,
    import_id: str = FIRST,
    dry_run: bool = False,
    replace: bool = False,
) -> ImportReport:
    target = CustomerImport(database, secret=SECRET, import_id=import_id)
    return await import_customers(rows, target, dry_run=dry_run, replace=replace)


async def by_email(database: SqlDatabase, email: str) -> Sequence[CustomerRef]:
    key = keyed_hash(SECRET, KeyKind.EMAIL, email)
    async with database.read() as connection:
        return [customer for _, customer in (await find_customers(connection, [key])).get(key, ())]


async def test_an_imported_customer_is_found(database: SqlDatabase) -> None:
    row = CustomerRow(2, "K-1", name="Exempel AB", owner="erik", emails=("a@exempel.se",), products=("solar",))

    report = await imported(database, row)

    assert report == ImportReport(rows=1, added=1)
    assert await by_email(database, "a@exempel.se") == [
        CustomerRef(id="K-1", name="Exempel AB", status="customer", owner="erik", products=["solar"])
    ]


async def test_the_same_file_again_changes_nothing(database: SqlDatabase) -> None:
    rows = [CustomerRow(2, "K-1", emails=("a@exempel.se",), products=("solar",))]
    await imported(database, *rows)
    before = await by_email(database, "a@exempel.se")

    report = await imported(database, *rows)

    assert report == ImportReport(rows=1)
    assert await by_email(database, "a@exempel.se") == before


async def test_rows_of_one_customer_are_joined_wherever_they_stand(database: SqlDatabase) -> None:
    await imported(database, CustomerRow(2, "K-1", name="Exempel AB", emails=("a@exempel.se",), products=("solar",)))
    await imported(database, CustomerRow(9, "K-1", emails=("b@exempel.se",), products=("battery",)))

    (customer,) = await by_email(database, "a@exempel.se")
    assert (customer.name, customer.products) == ("Exempel AB", ["solar", "battery"])
    assert await by_email(database, "b@exempel.se") == [customer]


async def test_a_newer_file_takes_away_what_it_does_not_repeat_of_a_customer(database: SqlDatabase) -> None:
    await imported(database, CustomerRow(2, "K-1", emails=("old@exempel.se",), owner="sara"))

    report = await imported(database, CustomerRow(2, "K-1", emails=("new@exempel.se",)), import_id=SECOND)

    assert report == ImportReport(rows=1, updated=1)
    assert await by_email(database, "old@exempel.se") == []
    assert [customer.owner for customer in await by_email(database, "new@exempel.se")] == [None]


async def test_an_address_that_moved_to_another_customer_finds_only_that_one(database: SqlDatabase) -> None:
    await imported(database, CustomerRow(2, "K-1", emails=("a@exempel.se",)), CustomerRow(3, "K-2"))

    await imported(database, CustomerRow(2, "K-1"), CustomerRow(3, "K-2", emails=("a@exempel.se",)), import_id=SECOND)

    assert [customer.id for customer in await by_email(database, "a@exempel.se")] == ["K-2"]


async def test_customers_a_newer_file_does_not_name_stay(database: SqlDatabase) -> None:
    await imported(database, CustomerRow(2, "K-1", emails=("a@exempel.se",)))

    await imported(database, CustomerRow(2, "K-2", emails=("b@exempel.se",)), import_id=SECOND)

    assert len(await by_email(database, "a@exempel.se")) == 1


async def test_a_replacing_file_removes_them(database: SqlDatabase) -> None:
    rows = [CustomerRow(n, f"K-{n}", emails=(f"p{n}@exempel.se",)) for n in range(4)]
    await imported(database, *rows)

    report = await imported(database, *rows[:3], import_id=SECOND, replace=True)

    assert report == ImportReport(rows=3, updated=3, removed=1)
    assert await by_email(database, "p3@exempel.se") == []


async def test_half_an_export_replaces_nothing(database: SqlDatabase) -> None:
    rows = [CustomerRow(n, f"K-{n}", emails=(f"p{n}@exempel.se",)) for n in range(4)]
    await imported(database, *rows)

    with pytest.raises(UsedWrongly, match="holds 1 of 4 customers"):
        await imported(database, rows[0], import_id=SECOND, replace=True)

    assert len(await by_email(database, "p3@exempel.se")) == 1


async def test_a_dry_run_tells_and_writes_nothing(database: SqlDatabase) -> None:
    await imported(database, CustomerRow(2, "K-1", emails=("a@exempel.se",)))

    report = await imported(
        database, CustomerRow(2, "K-1"), CustomerRow(3, "K-2", emails=("b@exempel.se",)), import_id=SECOND, dry_run=True
    )

    assert report == ImportReport(rows=2, added=1, updated=1)
    assert await by_email(database, "b@exempel.se") == []


async def test_a_refused_row_is_counted_once_and_handed_on(database: SqlDatabase) -> None:
    faults = [RowFault(2, "status", "unknown", refused=True), RowFault(2, "customer_id", "missing", refused=True)]
    left = RowFault(3, "email", "left out", refused=False)
    told: list[RowFault] = []

    report = await import_customers(
        [*faults, left, CustomerRow(3, "K-1")],
        CustomerImport(database, secret=SECRET, import_id=FIRST),
        on_fault=told.append,
    )

    assert report == ImportReport(rows=1, refused=1, faults=3, added=1)
    assert told == [*faults, left]


async def test_a_suppression_told_again_has_its_newest_end(database: SqlDatabase) -> None:
    row = SuppressionRow(2, emails=("a@exempel.se",), reason="asked", until=100.0)
    await import_suppressions([row], database, secret=SECRET)

    await import_suppressions([SuppressionRow(2, ("a@exempel.se",), (), "asked twice")], database, secret=SECRET)

    key = keyed_hash(SECRET, KeyKind.EMAIL, "a@exempel.se")
    async with database.read() as connection:
        assert await find_suppressed(connection, [key], now=200.0) == {key: "asked twice"}


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one.csv", "same.csv", "other.csv"))
    one.write_text("a", encoding="utf-8")
    same.write_text("a", encoding="utf-8")
    other.write_text("b", encoding="utf-8")

    assert import_id_of(one) == import_id_of(same) != import_id_of(other)
