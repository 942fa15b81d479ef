"""Read Kafka as a member of a group, on a consumer that is rebuilt whenever it may be stuck."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from shared.adapters.kafka_log.ending import ended
from shared.adapters.kafka_log.faults import ANSWER_S, KAFKA_FAULTS, REQUEST_TIMEOUT_MS
from shared.adapters.kafka_log.membership import Rebalances
from shared.domain.errors import EventLogUnavailable, NotMine
from shared.ports import Record

log = structlog.get_logger()

SESSION_MS = 6_000  # orphaned work resumes within 10 s; a broker takes no less by default
HEARTBEAT_MS = 2_000
MAX_POLL_INTERVAL_MS = 300_000
METADATA_MAX_AGE_MS = 60_000
JOIN_S = 30.0  # a group that rebalances may keep a newcomer waiting for two sessions
COMMIT_S = 10.0
ASK_AFTER_SILENCE_S = 2.0  # silence may be an empty topic or a dead broker: aiokafka does not tell
PAUSE_WHEN_AWAY_S = 1.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class KafkaConsumer:
    """Keep the promise of `EventConsumer`. Connects and joins when it first fetches.

    `instance` makes the membership static: a restart within the session keeps its partitions.
    """

    def __init__(self, bootstrap: str, group: str, topics: Sequence[str], *, instance: str | None = None) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._topics = tuple(dict.fromkeys(topics))
        self._instance = instance
        self._consumer: AIOKafkaConsumer | None = None
        self._starting: asyncio.Task[AIOKafkaConsumer] | None = None
        self._rebalances = Rebalances()
        self._must_rewind = False
        self._uncommitted: dict[KafkaPartition, int] = {}
        self._heard_at_s = 0.0
        self._lagging: dict[KafkaPartition, int] = {}

    async def fetch(self, max_records: int, timeout_s: float) -> Sequence[Record]:
        """Return up to `max_records`; see `EventConsumer.fetch`. Pauses before it says that Kafka is away."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        try:
            consumer = await self._joined(timeout_s)
            if consumer is None:
                return ()
            if self._rebalances.happened or self._must_rewind:
                await self._begin_at_committed(consumer)
            left_ms = max(0, round(1000 * (deadline - loop.time())))
            batches = await consumer.getmany(timeout_ms=left_ms, max_records=max_records)
            if not batches:
                await self._ask_whether_alive(consumer)
        except IllegalStateError:  # a rebalance came between: what is ours now shows at the next fetch
            self._must_rewind = True
            return ()
        except KAFKA_FAULTS as error:
            await self._rebuild(error)
            await asyncio.sleep(min(PAUSE_WHEN_AWAY_S, max(0.0, deadline - loop.time())))
            raise EventLogUnavailable(f"Kafka does not answer the group {self._group}") from error
        return self._note(batches)

    async def commit(self) -> None:
        """Make what was fetched the group's past; see `EventConsumer.commit`."""
        if not self._uncommitted:
            return
        if self._consumer is None or self._rebalances.happened:
            await self.rewind()
            raise NotMine(f"The group {self._group} was divided anew")
        try:
            async with asyncio.timeout(COMMIT_S):
                await self._consumer.commit(dict(self._uncommitted))
        except (CommitFailedError, IllegalStateError) as error:
            await self.rewind()
            raise NotMine(f"The group {self._group} was divided anew") from error
        except KAFKA_FAULTS as error:
            raise EventLogUnavailable(f"Kafka did not take the positions of {self._group}") from error
        self._uncommitted.clear()

    async def rewind(self) -> None:
        """Begin again after the last commit; see `EventConsumer.rewind`."""
        self._must_rewind = True
        self._uncommitted.clear()

    async def stop(self) -> None:
        """Leave the group, so that its partitions go to others at once. Bounded in time."""
        if self._starting is not None:
            self._starting.cancel()
            with suppress(asyncio.CancelledError, *KAFKA_FAULTS):
                await self._starting
            self._starting = None
        if self._consumer is not None:
            await close(self._consumer)
            self._consumer = None

    async def _joined(self, timeout_s: float) -> AIOKafkaConsumer | None:
        """Return the consumer once it is a member, or None if that takes longer."""
        if self._consumer is not None:
            return self._consumer
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        await asyncio.wait([self._starting], timeout=timeout_s)
        if not self._starting.done():
            return None
        starting, self._starting = self._starting, None
        self._consumer = starting.result()
        self._heard_at_s = asyncio.get_running_loop().time()
        return self._consumer

    async def _start(self) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=self._group,
            group_instance_id=self._instance,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
            metadata_max_age_ms=METADATA_MAX_AGE_MS,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
        )
        self._rebalances = Rebalances()
        self._must_rewind = False
        self._uncommitted.clear()
        try:
            consumer.subscribe(self._topics, listener=self._rebalances)
            async with asyncio.timeout(JOIN_S):
                await consumer.start()
        except BaseException:
            await close(consumer)
            raise
        log.info("group joined", group=self._group, partitions=len(consumer.assignment()))
        return consumer

    async def _begin_at_committed(self, consumer: AIOKafkaConsumer) -> None:
        # Cleared first: what happens during the look-ups below must be seen at the next fetch.
        self._rebalances.happened = self._must_rewind = False
        self._uncommitted.clear()
        async with asyncio.timeout(ANSWER_S):
            for partition in consumer.assignment():
                # `seek_to_committed` of aiokafka does nothing where a group has not committed yet.
                offset = await consumer.committed(partition)
                if offset is None:
                    await consumer.seek_to_beginning(partition)
                else:
                    consumer.seek(partition, offset)

    async def _ask_whether_alive(self, consumer: AIOKafkaConsumer) -> None:
        """Raise one of KAFKA_FAULTS if the brokers do not answer, or if records wait that do not come."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._heard_at_s < ASK_AFTER_SILENCE_S:
            return
        async with asyncio.timeout(ANSWER_S):
            ends = await consumer.end_offsets(consumer.assignment())
            lagging = {tp: end for tp, end in ends.items() if end > await consumer.position(tp)}
        if any(tp in self._lagging for tp in lagging):
            raise TimeoutError("records wait that do not come (aiokafka issues 847 and 1154)")
        self._lagging = lagging
        self._heard_at_s = now_s

    async def _rebuild(self, error: Exception) -> None:
        log.warning("kafka consumer rebuilt", group=self._group, error=type(error).__name__)
        await self.rewind()
        self._lagging = {}
        if self._consumer is not None:
            await close(self._consumer)
            self._consumer = None

    def _note(self, batches: dict[KafkaPartition, list[Any]]) -> Sequence[Record]:
        # Any: aiokafka's ConsumerRecord has no types.
        if batches:
            self._heard_at_s = asyncio.get_running_loop().time()
            self._lagging = {}
        records: list[Record] = []
        for partition, found in batches.items():
            self._uncommitted[partition] = found[-1].offset + 1
            records += map(record_from, found)
        return records


def record_from(found: Any) -> Record:
    """Translate aiokafka's record, which has no types."""
    appended_at = EPOCH + timedelta(milliseconds=found.timestamp)
    return Record(found.topic, found.partition, found.offset, found.key or b"", found.value or b"", appended_at)


async def close(consumer: AIOKafkaConsumer) -> None:
    """End a consumer in bounded time. Never raises."""
    if not await ended(consumer.stop()):
        # It may have stopped half way, with connections open, and has no public way to close them.
        await ended(consumer._client.close())  # noqa: SLF001 - see above
