import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shared.adapters.sqlite_log import SqliteLog
from shared.adapters.sqlite_log.consumer import SqliteConsumer
from shared.domain.errors import DatabaseUnavailable, PermanentError
from shared.domain.events import DeadLetter, Event, Topic, decode
from shared.domain.lead import Lead
from shared.ports import MAX_RECORD_BYTES, Arrival, Message
from shared.runtime import telemetry, watchdog, worker
from shared.runtime.worker import Worker
from tests.builders import a_lead, received, scored


@dataclass
class Scores:
    """A step that scores every lead, but for what a test says about one of them."""

    odd: Callable[[Lead], Sequence[Event]] | None = None
    handled: list[str] = field(default_factory=list)
    durable: list[Event] = field(default_factory=list)

    async def handle(self, arrivals: Sequence[Arrival]) -> Sequence[Event]:
        results: list[Event] = []
        for arrival in arrivals:
            lead = arrival.event.data.lead  # type: ignore[union-attr]
            self.handled.append(lead.submission_id)
            results += self.odd(lead) if self.odd and lead.submission_id == "odd" else [scored(lead)]
        return results

    async def published(self, events: Sequence[Event]) -> None:
        self.durable += events


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    made = SqliteLog(tmp_path / "events.db")
    await made.start()
    await made.migrate(list(Topic))
    yield made
    await made.stop()


@pytest.fixture
async def three_leads(log: SqliteLog) -> None:
    await log.publisher().publish([Message.of(received(a_lead(name))) for name in ("one", "odd", "two")])


@pytest.fixture
def consumer(log: SqliteLog) -> SqliteConsumer:
    return log.consumer("scorer", [Topic.RECEIVED])


def working(log: SqliteLog, step: Scores, consumer: SqliteConsumer) -> Worker:
    return Worker(step, consumer, log.publisher(), stage="scorer", progress=lambda: None)


async def left(log: SqliteLog, consumer: SqliteConsumer) -> int:
    """Count what the next member of the group would get."""
    await consumer.stop()
    return len(await log.consumer("scorer", [Topic.RECEIVED]).fetch(10, 0.2))


async def events(log: SqliteLog, topic: Topic) -> list[Event]:
    found = [decode(record.value) async for records in log.reader().read([topic]) for record in records]
    return [event for event in found if event is not None]


async def leads_scored(log: SqliteLog) -> list[str]:
    return [event.data.lead.submission_id for event in await events(log, Topic.SCORED)]  # type: ignore[union-attr]


async def the_dead(log: SqliteLog) -> DeadLetter:
    (dead,) = await events(log, Topic.DEAD)
    assert isinstance(dead, DeadLetter)
    return dead


def too_large(lead: Lead) -> Sequence[Event]:
    return [scored(lead.model_copy(update={"message": "x" * MAX_RECORD_BYTES}))]


def away(_lead: Lead) -> Sequence[Event]:
    raise DatabaseUnavailable("the database did not answer", retry_after_s=3600)


def refused(_lead: Lead) -> Sequence[Event]:
    raise PermanentError("the lead has no submission")


def broken(_lead: Lead) -> Sequence[Event]:
    raise KeyError("lina@exempel.se")


async def test_a_role_that_only_reads_rests_and_takes_what_came_meanwhile_at_once(
    log: SqliteLog, consumer: SqliteConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "READER_REST_S", 0.2)
    batches: list[int] = []

    class Reader(Scores):
        async def handle(self, arrivals: Sequence[Arrival]) -> Sequence[Event]:
            batches.append(len(arrivals))
            return ()

    reading = asyncio.create_task(Worker(Reader(), consumer, log.publisher(), stage=None, progress=lambda: None).run())
    for number in range(6):
        await log.publisher().publish([Message.of(received(a_lead(f"s-{number}")))])
        await asyncio.sleep(0.02)
    async with asyncio.timeout(5):
        while sum(batches) < 6:
            await asyncio.sleep(0.01)
    reading.cancel()
    assert batches == [1, 5]


async def test_a_batch_is_handled_published_told_and_committed(
    log: SqliteLog, consumer: SqliteConsumer, three_leads: None
) -> None:
    step = Scores()
    assert await working(log, step, consumer).run_once() == 3
    assert await leads_scored(log) == ["one", "odd", "two"]
    assert len(step.durable) == 3
    assert await left(log, consumer) == 0


@pytest.mark.parametrize(
    ("odd", "error", "attempts"),
    [(refused, "PermanentError", 1), (broken, "KeyError", 3), (too_large, "RecordTooLarge", 1)],
)
async def test_a_record_that_cannot_be_handled_costs_itself_only(
    log: SqliteLog,
    consumer: SqliteConsumer,
    three_leads: None,
    odd: Callable[[Lead], Sequence[Event]],
    error: str,
    attempts: int,
) -> None:
    assert await working(log, Scores(odd), consumer).run_once() == 3
    assert sorted(await leads_scored(log)) == ["one", "two"]
    dead = await the_dead(log)
    assert (dead.data.error, dead.data.attempts, dead.data.stage) == (error, attempts, "scorer")
    assert decode(base64.b64decode(dead.data.bytes)) == received(a_lead("odd"))
    assert "lina" not in dead.data.reason
    assert await left(log, consumer) == 0


@pytest.mark.parametrize(("size", "kept"), [(1000, True), (900_000, False)])
async def test_what_is_no_event_is_a_dead_letter_however_large(
    log: SqliteLog, consumer: SqliteConsumer, size: int, kept: bool
) -> None:
    counted = telemetry.bound(telemetry.DEAD_LETTERS, "scorer")
    before = counted._value.get()
    await log.publisher().publish([Message(Topic.RECEIVED, b"key" * 1000, b"x" * size)])
    await working(log, Scores(), consumer).run_once()
    assert counted._value.get() - before == 1
    dead = await the_dead(log)
    assert (dead.data.error, dead.data.position) == ("UnreadableRecord", "leads.received/0/0")
    assert bool(dead.data.bytes) is kept


async def test_while_what_all_need_is_away_nothing_is_committed(
    log: SqliteLog, consumer: SqliteConsumer, three_leads: None
) -> None:
    with pytest.raises(DatabaseUnavailable):
        await working(log, Scores(away), consumer).run_once()
    assert await left(log, consumer) == 3
    assert not await events(log, Topic.DEAD)


async def test_an_outage_is_waited_out_however_long_we_are_asked_to_wait(
    log: SqliteLog, consumer: SqliteConsumer, three_leads: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert worker.LONGEST_PAUSE_S < watchdog.SILENT_S
    monkeypatch.setattr(worker, "LONGEST_PAUSE_S", 0.01)
    step = Scores(away)
    running = asyncio.create_task(working(log, step, consumer).run())
    async with asyncio.timeout(5):
        while step.handled.count("odd") < 3:
            await asyncio.sleep(0.001)
        step.odd = None
        while not step.durable:
            await asyncio.sleep(0.001)
    running.cancel()
    assert await leads_scored(log) == ["one", "odd", "two"]
    assert telemetry.bound(telemetry.WORKER_WAITS, "scorer", "DatabaseUnavailable")._value.get() >= 3
