"""Look at Kafka without belonging to a group."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.adapters.kafka_log.consumer import close, record_from
from shared.adapters.kafka_log.faults import ANSWER_S, KAFKA_FAULTS, REQUEST_TIMEOUT_MS
from shared.adapters.kafka_log.topics import admin_client, partitions_of
from shared.domain.errors import EventLogUnavailable
from shared.ports import Positions, Record, TopicPartition

BATCH = 500
PATIENCE_MS = 5_000  # records that are there arrive within this, or Kafka is away


class KafkaReader:
    """Keep the promise of `EventReader`. Each call has its own connections."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap

    async def read(self, topics: Sequence[str], since: Positions | None = None) -> AsyncIterator[Sequence[Record]]:
        """Yield batches, in order per partition; see `EventReader.read`."""
        async with self._consumer(topics) as (consumer, partitions):
            missing = await _seek(consumer, partitions, since or {})
            while missing:
                found = await consumer.getmany(*missing, timeout_ms=PATIENCE_MS, max_records=BATCH)
                if records := _kept(found.values(), missing):
                    yield records
                # Not the last record's offset: markers of transactions are passed over in silence.
                left = {tp: end for tp, end in missing.items() if await _position(consumer, tp) < end}
                if not found and len(left) == len(missing):
                    raise EventLogUnavailable("Kafka keeps records back that it has")
                missing = left

    async def positions(self, topics: Sequence[str], group: str | None = None) -> Positions:
        """Tell each partition's next offset; see `EventReader.positions`. Topics that are not there are left out."""
        async with self._consumer(topics) as (consumer, partitions):
            async with asyncio.timeout(ANSWER_S):
                if group is None:
                    return _ours(await consumer.end_offsets(partitions))
                positions = _ours(await consumer.beginning_offsets(partitions))
        async with admin_client(self._bootstrap) as admin:
            return {**positions, **await _committed(admin, group, positions)}

    @asynccontextmanager
    async def _consumer(
        self, topics: Sequence[str]
    ) -> AsyncIterator[tuple[AIOKafkaConsumer, Sequence[KafkaPartition]]]:
        async with admin_client(self._bootstrap) as admin:
            partitions = [KafkaPartition(*partition) for partition in await partitions_of(admin, topics)]
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            request_timeout_ms=REQUEST_TIMEOUT_MS,
        )
        try:
            async with asyncio.timeout(ANSWER_S):
                await consumer.start()
            consumer.assign(partitions)
            yield consumer, partitions
        except KAFKA_FAULTS as error:
            raise EventLogUnavailable("Kafka does not answer") from error
        finally:
            await close(consumer)


async def _seek(
    consumer: AIOKafkaConsumer, partitions: Sequence[KafkaPartition], since: Positions
) -> dict[KafkaPartition, int]:
    """Go to where the reading begins; return the ends of the partitions that have something to read."""
    if not partitions:
        return {}
    async with asyncio.timeout(ANSWER_S):
        begins = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
    starts = {tp: max(begins[tp], since.get(TopicPartition(*tp), 0)) for tp in partitions}
    for partition, start in starts.items():
        consumer.seek(partition, min(start, ends[partition]))
    return {tp: end for tp, end in ends.items() if starts[tp] < end}


async def _position(consumer: AIOKafkaConsumer, partition: KafkaPartition) -> int:
    async with asyncio.timeout(ANSWER_S):
        return int(await consumer.position(partition))


def _kept(batches: Iterable[Sequence[object]], ends: Mapping[KafkaPartition, int]) -> list[Record]:
    records = (record_from(found) for batch in batches for found in batch)
    return [record for record in records if record.offset < ends[KafkaPartition(record.topic, record.partition)]]


async def _committed(admin: AIOKafkaAdminClient, group: str, among: Positions) -> Positions:
    async with asyncio.timeout(ANSWER_S):
        found = await admin.list_consumer_group_offsets(group)
    offsets = {TopicPartition(*partition): place.offset for partition, place in found.items()}
    return {partition: offset for partition, offset in offsets.items() if partition in among and offset >= 0}


Place = TypeVar("Place", bound=tuple[str, int])


def _ours(positions: Mapping[Place, int]) -> dict[TopicPartition, int]:
    return {TopicPartition(*partition): offset for partition, offset in positions.items()}
