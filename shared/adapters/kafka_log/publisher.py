"""Publish into Kafka with a bounded wait, on a producer that is replaced whenever it failed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError

from shared.adapters.group_commit import MAX_IN_FLIGHT, GroupCommit
from shared.adapters.kafka_log import producer as producers
from shared.adapters.kafka_log.faults import KAFKA_FAULTS
from shared.domain.errors import EventLogUnavailable, RecordTooLarge
from shared.ports import Message, refuse_too_large

log = structlog.get_logger()

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 5.0
RETRY_AFTER_S = 1.0


class KafkaPublisher:
    """Keep the promise of `EventPublisher`: acknowledged by all in-sync replicas within `wait_s`, or an error.

    Connects when first used and again, in the background, whenever it must. While Kafka is known to be away, publish
    fails at once.
    """

    def __init__(self, bootstrap: str, *, wait_s: float = 1.0, compression: str | None = None) -> None:
        self._bootstrap = bootstrap
        self._wait_s = wait_s
        self._compression = compression
        self._group: GroupCommit[Sequence[Message], None] = GroupCommit(self._deliver, in_flight=MAX_IN_FLIGHT)
        self._producer: AIOKafkaProducer | None = None
        self._turn = asyncio.Lock()  # batches are handed over one after the other, and wait together
        self._is_away = False
        self._connecting: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self._discarding: set[asyncio.Task[None]] = set()

    async def publish(self, messages: Sequence[Message]) -> None:
        """Return when all in-sync replicas have every message; see `EventPublisher.publish`."""
        refuse_too_large(messages)
        if messages:
            await self._group.put(messages)

    async def stop(self) -> None:
        """Refuse new messages, finish those that wait and disconnect. Bounded in time."""
        await self._group.close()
        if self._connecting is not None:
            self._connecting.cancel()
            with suppress(asyncio.CancelledError):
                await self._connecting
        if self._producer is not None:
            await producers.retire(self._producer)
            self._producer = None
        if self._discarding:
            await asyncio.wait(self._discarding)

    async def _deliver(self, calls: Sequence[Sequence[Message]]) -> Sequence[None]:
        producer: AIOKafkaProducer | None = None
        try:
            async with asyncio.timeout(self._wait_s):
                async with self._turn:
                    producer = await self._connected()
                    sent = await producers.send(producer, chain.from_iterable(calls))
                await producers.acknowledged(sent)
        except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
            self._replace(producer, is_away=False)
            raise RecordTooLarge("Kafka refused a record as too large: see the topic's max.message.bytes") from error
        except KAFKA_FAULTS as error:
            self._replace(producer, is_away=True)
            log.warning("kafka did not acknowledge", error=type(error).__name__)
            raise EventLogUnavailable("Kafka did not acknowledge in time", retry_after_s=RETRY_AFTER_S) from error
        return [None] * len(calls)

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None and self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
        if self._producer is None and not self._is_away:
            await self._tried.wait()
        if self._producer is None:
            raise EventLogUnavailable("Kafka is away", retry_after_s=RETRY_AFTER_S)
        return self._producer

    async def _connect(self) -> None:
        pause_s = FIRST_PAUSE_S
        try:
            while self._producer is None:
                try:
                    self._producer = await producers.connect(self._bootstrap, self._compression)
                except KAFKA_FAULTS as error:
                    self._is_away = True
                    self._tried.set()
                    log.warning("kafka not reached", error=type(error).__name__, retry_after_s=pause_s)
                    await asyncio.sleep(pause_s)
                    pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            self._is_away = False
            self._tried.set()
            log.info("kafka connected")
        finally:
            self._connecting = None

    def _replace(self, failed: AIOKafkaProducer | None, *, is_away: bool) -> None:
        if failed is not self._producer:  # another batch on it failed before, and a new one may have begun
            return
        self._is_away = is_away
        if not is_away:
            self._tried.clear()
        if self._producer is not None:
            task = asyncio.create_task(producers.discard(self._producer))
            self._discarding.add(task)
            task.add_done_callback(self._discarding.discard)
            self._producer = None
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
