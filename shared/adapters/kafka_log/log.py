"""Kafka as a whole: what a process opens, and what it hands out."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from shared.adapters.kafka_log.consumer import KafkaConsumer
from shared.adapters.kafka_log.publisher import KafkaPublisher
from shared.adapters.kafka_log.reader import KafkaReader
from shared.adapters.kafka_log.topics import create_topics

PARTITIONS = 24
REPLICATION = 3
RETENTION = timedelta(days=7)


class KafkaLog:
    """Kafka at `bootstrap` (`host:port,host:port`), of the same shape as the embedded log.

    Nothing connects before it is used, so a process starts while Kafka is away. Whatever this hands out lives until the
    log stops; a consumer may be stopped earlier, to leave its group. `wait_s` bounds a publish: 1 s where a spill
    stands behind it, longer in a worker that can only try again.
    """

    def __init__(
        self,
        bootstrap: str,
        *,
        wait_s: float = 1.0,
        compression: str | None = None,
        instance: str | None = None,
        partitions: int = PARTITIONS,
        replication: int = REPLICATION,
        retention: timedelta = RETENTION,
    ) -> None:
        self._bootstrap = bootstrap
        self._instance = instance
        self._partitions = partitions
        self._replication = replication
        self._retention = retention
        self._publisher = KafkaPublisher(bootstrap, wait_s=wait_s, compression=compression)
        self._consumers: list[KafkaConsumer] = []

    async def start(self) -> None:
        """Silence aiokafka's own logger.

        At DEBUG it prints every key and value; while a broker is away it repeats errors twenty times a second, where
        ours tell each outcome once.
        """
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)

    async def stop(self) -> None:
        """Leave the groups, finish what is being published and disconnect. Bounded in time."""
        for consumer in self._consumers:
            await consumer.stop()
        await self._publisher.stop()

    async def migrate(self, topics: Sequence[str]) -> Sequence[str]:
        """Create the topics that are missing; return warnings for people to read. See `create_topics`."""
        return await create_topics(
            self._bootstrap,
            topics,
            partitions=self._partitions,
            replication=self._replication,
            retention_ms=self._retention // timedelta(milliseconds=1),
        )

    def publisher(self) -> KafkaPublisher:
        """Return the publisher; all callers share one."""
        return self._publisher

    def consumer(self, group: str, topics: Sequence[str]) -> KafkaConsumer:
        """Return a member of a group. It joins when it first fetches."""
        consumer = KafkaConsumer(self._bootstrap, group, topics, instance=self._instance)
        self._consumers.append(consumer)
        return consumer

    def reader(self) -> KafkaReader:
        """Return a reader."""
        return KafkaReader(self._bootstrap)
