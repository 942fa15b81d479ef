"""The loop, once for every role: fetch a batch, handle it, publish the results, commit.

Its errors mean three things. PermanentError: this record can never succeed, a dead letter at once. TransientError:
something every record needs is away, so rewind and wait, for ever; lag shows it. Anything else is a fault of ours: the
batch is tried record by record, three times, then that record is a dead letter with the places of its traceback.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

import structlog

from shared.domain.errors import NotMine, PermanentError, RecordTooLarge, TransientError, UnreadableRecord
from shared.domain.events import Event, decode
from shared.ports import Arrival, EventConsumer, EventPublisher, Message, Record
from shared.runtime import telemetry
from shared.runtime.dead_letters import Stage, dead_letter

log = structlog.get_logger()

BATCH = 500
"""Measured: 100 reaches half, 1,000 gains a tenth more and doubles what a fault repeats (stack 2.6)."""
IDLE_S = 1.0
ATTEMPTS = 3
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Waits between tries while something every record needs is away; the last one repeats."""
LONGEST_PAUSE_S = 30.0
"""However long we are asked to wait: each wait is a sign of life, and the watchdog wants one a minute."""

READER = "console"
"""What metrics call a role without a stage of its own."""
READER_REST_S = 0.25
"""Nobody waits for a role that only reads, so what came meanwhile is read at once. At 200 leads/s it wrote 25 times a
second and everything urgent waited behind it: without it a lead arrives in half the time."""


class Step(Protocol):
    """What a role does with a batch: events in, events out.

    Runs at least once per record, so it must be idempotent by the event's id. Raises PermanentError only for a batch
    of one or when every record of the batch can never succeed; TransientError when waiting may help.
    """

    async def handle(self, arrivals: Sequence[Arrival]) -> Sequence[Event]:
        """Return what is to be published before these arrivals count as done."""
        ...

    async def published(self, events: Sequence[Event]) -> None:
        """Learn that `events`, returned before, are durable. May be called again for the same ones."""
        ...


class Worker:
    """Run one step over one group's topics until cancelled. `progress` is called at every sign of life."""

    def __init__(
        self,
        step: Step,
        consumer: EventConsumer,
        publisher: EventPublisher,
        *,
        stage: Stage | None,
        progress: Callable[[], None],
    ) -> None:
        self._step = step
        self._consumer = consumer
        self._publisher = publisher
        self._stage = stage
        self._progress = progress
        self._waits = 0

    async def run(self) -> None:
        """Loop for ever. Cancelling is safe at any point: what was not committed comes again."""
        while True:
            self._progress()
            try:
                taken = await self.run_once()
                self._waits = 0
                if self._stage is None and 0 < taken < BATCH:
                    await asyncio.sleep(READER_REST_S)
            except NotMine:
                log.info("records taken over by another member", stage=self._stage)
            except TransientError as error:
                await self._wait(error)

    async def run_once(self, timeout_s: float = IDLE_S) -> int:
        """Take one batch all the way, and tell how many records it had.

        Raises:
            NotMine: another member owns the records now; nothing is left to do for them here.
            TransientError: call again after `rewind`; the same records come again.
        """
        records = await self._consumer.fetch(BATCH, timeout_s)
        if not records:
            return 0
        arrivals, dead = self._decoded(records)
        events = [*dead, *await self._handled(arrivals)]
        try:
            await self._publish(events)
        except RecordTooLarge:
            events = dead
            await self._publish(dead)
            await self._publish_one_by_one(arrivals)
        await _both(self._published(events), self._consumer.commit())
        telemetry.bound(telemetry.COMMITTED_RECORDS, self._stage or READER).inc(len(records))
        return len(records)

    async def _publish(self, events: Sequence[Event]) -> None:
        if events:
            await self._publisher.publish([Message.of(event) for event in events])

    async def _published(self, events: Sequence[Event]) -> None:
        if events:
            await self._step.published(events)

    async def _publish_one_by_one(self, arrivals: list[Arrival]) -> None:
        """Keep a record whose result fits into no log from stopping the others, and us at every start."""
        log.warning("result is too large, publishing record by record", stage=self._stage, records=len(arrivals))
        for arrival in arrivals:
            self._progress()
            events = await self._alone(arrival)
            try:
                await self._publish(events)
            except RecordTooLarge as error:
                events = self._buried(arrival.record, arrival.event, error, attempts=1)
                await self._publish(events)
            await self._published(events)

    def _decoded(self, records: Sequence[Record]) -> tuple[list[Arrival], list[Event]]:
        arrivals, dead = [], []
        for record in records:
            try:
                event = decode(record.value)
            except UnreadableRecord as error:
                dead += self._buried(record, None, error, attempts=1)
                continue
            if event is not None:
                arrivals.append(Arrival(event, record))
        return arrivals, dead

    async def _handled(self, arrivals: list[Arrival]) -> list[Event]:
        if not arrivals:
            return []
        try:
            return list(await self._step.handle(arrivals))
        except (TransientError, NotMine):
            raise
        except Exception as error:  # a fault of ours must cost its own record only, never the batch
            log.warning("batch failed, trying record by record", stage=self._stage, error=type(error).__name__)
        return await self._one_by_one(arrivals)

    async def _one_by_one(self, arrivals: list[Arrival]) -> list[Event]:
        results: list[Event] = []
        for arrival in arrivals:
            self._progress()
            results += await self._alone(arrival)
        return results

    async def _alone(self, arrival: Arrival) -> list[Event]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return list(await self._step.handle([arrival]))
            except (TransientError, NotMine):
                raise
            except PermanentError as error:
                return self._buried(arrival.record, arrival.event, error, attempts=attempt)
            except Exception as error:  # the third time it is a dead letter with its traceback
                if attempt == ATTEMPTS:
                    return self._buried(arrival.record, arrival.event, error, attempts=attempt)
        raise AssertionError("every attempt returns or raises")

    def _buried(self, record: Record, event: Event | None, error: Exception, *, attempts: int) -> list[Event]:
        log.error("record cannot be handled", stage=self._stage, position=record.position, error=type(error).__name__)
        telemetry.bound(telemetry.DEAD_LETTERS, self._stage or READER).inc()
        if self._stage is None:  # the console only reads: what it cannot show, it skips
            return []
        return [dead_letter(record, event, error, stage=self._stage, attempts=attempts, now=datetime.now(UTC))]

    async def _wait(self, error: TransientError) -> None:
        pause_s = min(error.retry_after_s or PAUSES_S[min(self._waits, len(PAUSES_S) - 1)], LONGEST_PAUSE_S)
        telemetry.bound(telemetry.WORKER_WAITS, self._stage or READER, type(error).__name__).inc()
        log.warning("waiting", stage=self._stage, error=type(error).__name__, reason=str(error), pause_s=pause_s)
        self._waits += 1
        await self._consumer.rewind()
        self._progress()
        await asyncio.sleep(pause_s)


async def _both(*ways: Awaitable[None]) -> None:
    """Do all at once, as each waits for another server, and raise what the first of them raised once all have ended.

    What is published needs no order between them: marked and not committed, it comes again and is known; committed and
    not marked, it is announced again.
    """
    for error in await asyncio.gather(*ways, return_exceptions=True):
        if error is not None:
            raise error
