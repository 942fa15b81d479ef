"""What the doors are known by, on either database: hours counted from the leads, alarms raised once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.console.fold import changes_of
from services.console.rhythm import HOUR_S, MOST_H
from services.console.store.console_store import ConsoleStore
from services.console.store.doors import DoorStore
from services.console.tables import leads
from shared.adapters.database import SqlDatabase
from shared.domain.events import Event, encode
from shared.migrations.steps import upgrade
from shared.ports import Arrival, Record
from tests.builders import SOURCE, a_lead, dead_letter_of, received, replayed

HOUR = 500_000
"""An hour since the epoch, some time in 2027."""
AT = HOUR * HOUR_S


@pytest.fixture
async def database(empty_database: SqlDatabase) -> AsyncIterator[SqlDatabase]:
    await upgrade(empty_database.engine)
    return empty_database


async def put(
    database: SqlDatabase, *at: float, source: str = SOURCE, is_test: bool = False, is_healed: bool | None = None
) -> None:
    rows = [
        {
            "lead_id": f"{source} {moment} {is_test}"[:36],
            "source": source,
            "source_kind": "google_ads",
            "is_test": is_test,
            "received_at": moment,
            "is_healed": is_healed,
        }
        for moment in at
    ]
    async with database.write() as connection:
        await connection.execute(leads.insert(), rows)


async def read(database: SqlDatabase, *events: Event) -> None:
    arrivals = [
        Arrival(event, Record(event.topic, 0, offset, b"", encode(event), datetime(2026, 9, 1, tzinfo=UTC)))
        for offset, event in enumerate(events)
    ]
    await ConsoleStore(database).merge(changes_of(arrivals))


async def test_an_hour_ends_where_the_next_begins_and_tests_and_healed_leads_do_not_count(
    database: SqlDatabase,
) -> None:
    doors = DoorStore(database)
    await put(database, AT - 0.25, AT, AT + 1800, AT + HOUR_S - 0.001)
    await put(database, AT + 1, is_test=True)
    await put(database, AT + 2, AT + 3, is_healed=True)
    await put(database, AT + 4, is_healed=False)

    await doors.recount(0)
    await doors.recount(0)

    assert await doors.hours() == {SOURCE: {HOUR - 1: 1, HOUR: 4}}


async def test_only_the_hours_asked_for_are_counted_anew(database: SqlDatabase) -> None:
    doors = DoorStore(database)
    await put(database, AT, AT + HOUR_S)
    await doors.recount(HOUR)
    await put(database, AT + 1, AT + HOUR_S + 1)

    await doors.recount(HOUR + 1)

    assert await doors.hours() == {SOURCE: {HOUR: 1, HOUR + 1: 2}}


async def test_hours_too_old_for_a_rhythm_are_forgotten_by_each_source_s_own_last_lead(database: SqlDatabase) -> None:
    doors = DoorStore(database)
    await put(database, AT - (MOST_H + 1) * HOUR_S, AT - MOST_H * HOUR_S, AT)
    await put(database, AT - 2 * MOST_H * HOUR_S, source="summer")

    await doors.recount(0)

    assert await doors.hours() == {SOURCE: {HOUR - MOST_H: 1, HOUR: 1}, "summer": {HOUR - 2 * MOST_H: 1}}


async def test_a_lead_whose_first_receipt_was_earlier_goes_over_to_that_hour(database: SqlDatabase) -> None:
    doors = DoorStore(database)
    await put(database, AT)
    await doors.recount(HOUR - 2)
    async with database.write() as connection:
        await connection.execute(leads.update().values(received_at=AT - HOUR_S))

    await doors.recount(HOUR - 2)

    assert await doors.hours() == {SOURCE: {HOUR - 1: 1}}


async def test_a_door_falls_quiet_once_and_wakes_once(database: SqlDatabase) -> None:
    doors = DoorStore(database)
    await read(database, received(a_lead()))

    assert [await doors.fall_quiet(SOURCE, AT), await doors.fall_quiet(SOURCE, AT + 1)] == [True, False]
    assert (await ConsoleStore(database).sources())[0].quiet_since == datetime.fromtimestamp(AT, UTC)
    assert [await doors.wake(SOURCE), await doors.wake(SOURCE)] == [True, False]
    assert not await doors.fall_quiet("never heard", AT)


async def test_what_is_read_later_leaves_the_alarm_as_it_is(database: SqlDatabase) -> None:
    await read(database, received(a_lead()))
    await DoorStore(database).fall_quiet(SOURCE, AT)

    await read(database, received(a_lead("s-2"), is_test=True))

    assert (await ConsoleStore(database).sources())[0].quiet_since is not None


async def test_the_quarantine_of_a_source_tells_the_newest_that_waits_and_how_many(database: SqlDatabase) -> None:
    mended = dead_letter_of(a_lead("s-1"), stage="ingest", error="mended")
    older = dead_letter_of(a_lead("s-2"), stage="ingest", error="older")
    newer = dead_letter_of(a_lead("s-3"), stage="ingest", error="newer", reason="no e-mail and no phone")
    newer = newer.model_copy(update={"time": datetime(2026, 9, 2, tzinfo=UTC)})
    await read(database, mended, older, newer, replayed(mended), dead_letter_of(a_lead("s-4"), source="elsewhere"))

    quarantines = await DoorStore(database).quarantines()

    assert list(quarantines) == [SOURCE]
    newest = quarantines[SOURCE]
    assert (newest.count, newest.error, newest.reason, newest.newest_at) == (
        2,
        "newer",
        "no e-mail and no phone",
        newer.time,
    )
