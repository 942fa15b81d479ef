"""The model does not depend on the order, the batches or the repeats of what was read."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.console.service import ConsoleService
from services.console.store.console_store import ConsoleStore
from services.console.tables import metadata
from shared.adapters.database import SqlDatabase
from shared.domain.events import CommandData as Command
from shared.domain.events import CommandIssued, DeadLetter, Event, encode
from shared.ports import Record
from shared.runtime.worker import Arrival
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

LEAD = a_lead("s-1")
OTHER = a_lead("s-2")
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
