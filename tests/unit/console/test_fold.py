"""The model does not depend on the order, the batches or the repeats of what was read."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.console.fold import changes_of
from services.console.service import ConsoleService
from services.console.store.console_store import ConsoleStore
from services.console.tables import metadata
from shared.adapters.database import SqlDatabase
from shared.domain.events import (
    ActivityRecorded,
    ActivityRecordedData,
    CommandIssued,
    ConsentData,
    ConsentGiven,
    DeadLetter,
    Event,
    RawSubmission,
    SubmissionSetAside,
    SubmissionSetAsideData,
    encode,
)
from shared.domain.events import CommandData as Command
from shared.ports import Arrival, Record
from tests.builders import (
    NOON,
    a_lead,
    a_score,
    dead_letter_of,
    delivered,
    failed,
    held,
    received,
    replayed,
    routed,
    scored,
)
from tests.unit.console.platforms import META, a_fetched_lead, erasure_of, notified

LEAD = a_lead("s-1")
OTHER = a_lead("s-2")
FETCHED = a_fetched_lead("m-1")
DELETED = a_fetched_lead("m-2")
DEATH: DeadLetter = dead_letter_of(OTHER)
HISTORY: list[Event] = [
    received(LEAD),
    received(LEAD),
    received(LEAD, content="corrected"),
    scored(LEAD),
    scored(LEAD, revision=2, score=a_score(fit=60, stage="marketing_qualified")),
    held(LEAD, number=1, destinations=("newsletter-tool",)),
    routed(LEAD, number=2, revision=2, destinations=("journal", "seller")),
    failed(LEAD, "seller", number=2, attempt=1, final=False, outcome="timeout"),
    delivered(LEAD, "seller", number=2, attempt=2),
    failed(LEAD, "journal", number=2, attempt=3, final=True),
    received(OTHER, is_test=True),
    DEATH,
    replayed(DEATH),
    CommandIssued(
        id="c-1",
        source="/tratt/console",
        subject=LEAD.id,
        time=NOON,
        partitionkey=LEAD.id,
        data=Command(verb="release", target=LEAD.id, by="sara", why="they called"),
    ),
    notified(FETCHED),
    notified(FETCHED),
    notified(DELETED, is_test=True),
    erasure_of(DELETED),
    erasure_of(DELETED, at=NOON + timedelta(seconds=1)),
    received(FETCHED, source=META, at=NOON + timedelta(seconds=2)),
    ActivityRecorded(
        id="a-1",
        source="/tratt/ingest",
        subject=LEAD.id,
        time=NOON,
        partitionkey=LEAD.id,
        data=ActivityRecordedData(
            source="website", source_kind="webhook", kind="price_request", occurred_at=NOON, lead=LEAD.id
        ),
    ),
    ConsentGiven(
        id="g-1",
        source="/tratt/ingest",
        subject=LEAD.id,
        time=NOON,
        partitionkey=LEAD.id,
        data=ConsentData(
            source=META, source_kind="meta", lead_id=LEAD.id, person="p-1", purpose="sales_contact", at=NOON
        ),
    ),
    SubmissionSetAside(
        id="n-1",
        source="/tratt/ingest",
        subject="website",
        time=NOON,
        partitionkey="website",
        data=SubmissionSetAsideData(
            source="website", source_kind="webhook", reason="a ping", raw=RawSubmission(bytes="e30=")
        ),
    ),
]


def placed(history: list[Event]) -> list[Arrival]:
    return [
        Arrival(event, Record(event.topic, 0, offset, b"", encode(event), datetime(2026, 9, 1, tzinfo=UTC)))
        for offset, event in enumerate(history)
    ]


async def model_after(batches: list[list[Arrival]]) -> dict[str, list[tuple[Any, ...]]]:
    with TemporaryDirectory() as folder:
        database = SqlDatabase(f"sqlite+aiosqlite:///{Path(folder)}/t.db")
        async with database.write() as connection:
            await connection.run_sync(metadata.create_all)
        console = ConsoleService(ConsoleStore(database))
        for batch in batches:
            await console.handle(batch)
        async with database.read() as connection:
            model = {
                table.name: sorted((tuple(row) for row in await connection.execute(select(table))), key=repr)
                for table in metadata.sorted_tables
            }
        await database.close()
        return model


ARRIVALS = placed(HISTORY)
IN_ORDER = asyncio.run(model_after([ARRIVALS]))


@settings(max_examples=40, deadline=None, database=None)
@given(order=st.permutations(ARRIVALS), again=st.lists(st.sampled_from(ARRIVALS), max_size=5), size=st.integers(1, 19))
def test_any_order_batching_and_repetition_gives_the_same_model(
    order: list[Arrival], again: list[Arrival], size: int
) -> None:
    read = order + again
    batches = [read[start : start + size] for start in range(0, len(read), size)]

    assert asyncio.run(model_after(batches)) == IN_ORDER


def test_the_model_holds_the_highest_revision_and_decision_and_the_furthest_attempt() -> None:
    leads = {row[0]: row for row in IN_ORDER["console_leads"]}
    deliveries = {(row[2], row[3]): row[4] for row in IN_ORDER["console_deliveries"]}

    assert leads[LEAD.id][5:7] == (0, 0)  # the first of three receipts
    assert leads[LEAD.id][7:14] == (2, 1, 0, 3, "marketing_qualified", "cold", 60)
    assert leads[LEAD.id][14:16] == (2, "routed")
    assert deliveries == {("newsletter-tool", 1): "due", ("seller", 2): "delivered", ("journal", 2): "failed"}


def test_the_model_holds_the_first_notice_and_the_first_deletion_of_a_lead() -> None:
    rows = {row[0]: row for row in IN_ORDER["console_notices"]}
    first = next(arrival.record.offset for arrival in ARRIVALS if arrival.event == notified(FETCHED))

    assert rows[FETCHED.id][1:] == (META, "meta", False, NOON.timestamp(), 0, first, None)
    assert rows[DELETED.id][2:5] == ("meta", True, NOON.timestamp())
    assert rows[DELETED.id][7] == NOON.timestamp()


def test_activities_consents_and_deletions_stand_in_the_lead_s_life_and_a_ping_in_no_one_s() -> None:
    topics = {(row[0], row[1]) for row in IN_ORDER["console_events"]}
    sources = {row[0]: row for row in IN_ORDER["console_sources"]}

    assert {(LEAD.id, "leads.activity"), (LEAD.id, "leads.consent"), (DELETED.id, "leads.erasure")} <= topics
    assert all(row[0] in {LEAD.id, OTHER.id, FETCHED.id, DELETED.id} for row in IN_ORDER["console_events"])
    assert sources["website"][2:6] == (None, None, None, NOON.timestamp())


def test_a_notice_is_a_sign_of_life_of_its_door_and_one_that_we_found_is_none() -> None:
    told, found = notified(FETCHED), notified(DELETED, healed=True, source="other")

    rows = {row["source"]: row for row in changes_of(placed([told, found])).sources}

    assert (rows[META]["last_notice_at"], rows[META]["last_healed_at"]) == (NOON.timestamp(), None)
    assert (rows["other"]["last_notice_at"], rows["other"]["last_healed_at"]) == (None, NOON.timestamp())
