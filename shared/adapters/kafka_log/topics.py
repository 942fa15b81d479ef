"""Create the topics that the event log needs."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code

from shared.adapters.kafka_log.ending import ended
from shared.adapters.kafka_log.faults import ANSWER_S, KAFKA_FAULTS, REQUEST_TIMEOUT_MS
from shared.domain.errors import EventLogUnavailable, UsedWrongly
from shared.ports import TOPIC_MAX_BYTES, TopicPartition

CREATE_S = 30.0


async def create_topics(
    bootstrap: str, topics: Sequence[str], *, partitions: int, replication: int, retention_ms: int
) -> Sequence[str]:
    """Create the topics that are missing and leave the others as they are; return warnings for people to read.

    Where there are fewer brokers than `replication` asks for, each has one copy.

    Raises:
        UsedWrongly: Kafka refuses a topic as it is asked for.
        EventLogUnavailable: Kafka does not answer, or not yet with all its brokers.
    """
    async with admin_client(bootstrap) as admin:
        async with asyncio.timeout(ANSWER_S):
            brokers = len((await admin.describe_cluster())["brokers"])
        copies = min(replication, brokers)
        there = await partitions_of(admin, topics)
        wanted = [topic for topic in topics if topic not in {known for known, _ in there}]
        if wanted:
            asked = [_new_topic(topic, partitions, copies, retention_ms) for topic in wanted]
            async with asyncio.timeout(CREATE_S):
                _check(await admin.create_topics(asked))
    return [*_few_copies(brokers, replication, copies), *_other_numbers(there, partitions)]


@asynccontextmanager
async def admin_client(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect for administration, and translate what fails meanwhile into EventLogUnavailable."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=REQUEST_TIMEOUT_MS)
    try:
        async with asyncio.timeout(ANSWER_S):
            await admin.start()
        yield admin
    except KAFKA_FAULTS as error:
        raise EventLogUnavailable("Kafka does not answer") from error
    finally:
        await ended(admin.close())


async def partitions_of(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> Sequence[TopicPartition]:
    """Return the partitions of those of the topics that exist."""
    if not topics:
        return []
    async with asyncio.timeout(ANSWER_S):
        described = await admin.describe_topics(list(dict.fromkeys(topics)))
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in described
        for partition in sorted(topic["partitions"], key=lambda partition: int(partition["partition"]))
    ]


def _new_topic(topic: str, partitions: int, copies: int, retention_ms: int) -> NewTopic:
    settings = {
        # One copy may be down while records are still acknowledged, and an acknowledged record has two copies.
        "min.insync.replicas": str(max(1, copies - 1)),
        "unclean.leader.election.enable": "false",
        "max.message.bytes": str(TOPIC_MAX_BYTES),
        "retention.ms": str(retention_ms),
    }
    return NewTopic(topic, partitions, copies, topic_configs=settings)


def _check(response: object) -> None:
    for topic, code, *message in response.topic_errors:  # type: ignore[attr-defined]  # aiokafka has no types
        error = for_code(code)
        if error not in (NoError, TopicAlreadyExistsError):
            raise UsedWrongly(f"Kafka refuses the topic {topic}: {error.__name__} {message}")


def _few_copies(brokers: int, replication: int, copies: int) -> Sequence[str]:
    if copies == replication:
        return []
    means = "1 copy: what one disk loses is lost" if copies == 1 else f"{copies} copies"
    return [f"Kafka has {brokers} broker(s), TRATT_TOPIC_REPLICATION is {replication}: topics get {means}."]


def _other_numbers(there: Sequence[TopicPartition], partitions: int) -> Sequence[str]:
    numbers: dict[str, int] = {}
    for topic, _ in there:
        numbers[topic] = numbers.get(topic, 0) + 1
    return [
        f"The topic {topic} has {number} partitions, not {partitions}: left so, since the order of a key hangs on it."
        for topic, number in numbers.items()
        if number != partitions
    ]
