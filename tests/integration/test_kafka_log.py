"""What is Kafka's own: the traps of aiokafka that were measured, and brokers that freeze or die."""

import asyncio
import logging
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.adapters.kafka_log import KafkaLog
from shared.adapters.kafka_log.producer import partition_of
from shared.adapters.spill import SpillingPublisher
from shared.domain.errors import EventLogUnavailable, NotMine, RecordTooLarge, TransientError, UsedWrongly
from shared.ports import EventConsumer, Message, Record
from tests.servers.server import Server

NOWHERE = "127.0.0.1:1"
RECOVERY_S = 40  # a killed broker needs several seconds, and this machine is shared

MakeLog = Callable[..., Awaitable[KafkaLog]]


@pytest.fixture
def topic() -> str:
    return f"leads.received.{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def make_log() -> AsyncIterator[MakeLog]:
    logs: list[KafkaLog] = []

    async def make(url: str, *, wait_s: float = 5, partitions: int = 4) -> KafkaLog:
        log = KafkaLog(url.removeprefix("kafka://"), wait_s=wait_s, partitions=partitions)
        await log.start()
        logs.append(log)
        return log

    yield make
    for log in logs:
        await log.stop()


def message(topic: str, number: int, key: bytes = b"anna") -> Message:
    return Message(topic, key, b"%d" % number)


async def read_all(log: KafkaLog, topic: str) -> list[int]:
    return [int(record.value) async for batch in log.reader().read([topic]) for record in batch]


async def publish_until_it_works(log: KafkaLog, record: Message) -> None:
    async with asyncio.timeout(RECOVERY_S):
        while True:
            try:
                return await log.publisher().publish([record])
            except TransientError:
                await asyncio.sleep(0.2)


async def limit_record_size(url: str, topic: str, max_bytes: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=url.removeprefix("kafka://"))
    await admin.start()
    setting = {"max.message.bytes": str(max_bytes)}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=setting)])
    await admin.close()
    await asyncio.sleep(0.5)


# --- topics ---


async def test_topics_are_made_once_and_a_single_broker_is_told(kafka_url: str, make_log: MakeLog, topic: str) -> None:
    log = await make_log(kafka_url)

    first, second = await log.migrate([topic]), await log.migrate([topic])

    assert len(await log.reader().positions([topic])) == 4
    assert all("1 broker(s)" in warnings[0] for warnings in (first, second))


async def test_a_single_broker_is_told_without_making_a_topic(kafka_url: str, make_log: MakeLog) -> None:
    (warning,) = await (await make_log(kafka_url)).migrate([])

    assert "1 broker(s)" in warning


async def test_a_topic_with_other_partitions_is_left_and_told(kafka_url: str, make_log: MakeLog, topic: str) -> None:
    await (await make_log(kafka_url)).migrate([topic])

    warnings = await (await make_log(kafka_url, partitions=6)).migrate([topic])

    assert any(f"{topic} has 4 partitions, not 6" in warning for warning in warnings)


async def test_a_topic_that_kafka_refuses_is_named(kafka_url: str, make_log: MakeLog) -> None:
    with pytest.raises(UsedWrongly, match="no such name"):
        await (await make_log(kafka_url)).migrate(["no such name"])


async def test_positions_of_a_missing_topic_are_left_out(kafka_url: str, make_log: MakeLog, topic: str) -> None:
    assert await (await make_log(kafka_url)).reader().positions([topic]) == {}


# --- producer ---


def test_a_key_goes_to_the_partition_that_librdkafka_would_choose() -> None:
    assert [partition_of(key, range(24)) for key in (b"anna", b"bo", b"")] == [15, 11, 0]


async def test_a_record_that_the_broker_refuses_does_not_poison_its_partition(
    kafka_url: str, make_log: MakeLog, topic: str
) -> None:
    log = await make_log(kafka_url, partitions=1)
    await log.migrate([topic])
    await limit_record_size(kafka_url, topic, 2_000)
    await log.publisher().publish([message(topic, 0)])

    with pytest.raises(RecordTooLarge):
        await log.publisher().publish([Message(topic, b"k", bytes(10_000))])
    for number in range(1, 4):
        await log.publisher().publish([message(topic, number)])

    assert await read_all(log, topic) == [0, 1, 2, 3]


async def test_a_refused_record_fails_alone_among_those_it_travelled_with(
    kafka_url: str, make_log: MakeLog, topic: str
) -> None:
    log = await make_log(kafka_url, partitions=1)
    await log.migrate([topic])
    await limit_record_size(kafka_url, topic, 2_000)
    records = [message(topic, 1), Message(topic, b"k", bytes(10_000)), message(topic, 2)]

    results = await asyncio.gather(*(log.publisher().publish([r]) for r in records), return_exceptions=True)

    assert [type(result) for result in results] == [type(None), RecordTooLarge, type(None)]
    assert set(await read_all(log, topic)) == {1, 2}


async def test_while_kafka_is_away_publish_fails_at_once(make_log: MakeLog, topic: str) -> None:
    log = await make_log(f"kafka://{NOWHERE}", wait_s=1)
    with pytest.raises(EventLogUnavailable):
        await log.publisher().publish([message(topic, 1)])

    started = time.monotonic()
    for _ in range(20):
        with pytest.raises(EventLogUnavailable):
            await log.publisher().publish([message(topic, 1)])

    assert time.monotonic() - started < 0.5


async def test_a_frozen_broker_bounds_publish_and_a_thawed_one_takes_it_again(
    kafka_server: Server, make_log: MakeLog, topic: str
) -> None:
    log = await make_log(kafka_server.url, wait_s=1, partitions=1)
    await log.migrate([topic])
    await publish_until_it_works(log, message(topic, 0))
    kafka_server.pause()
    try:
        started = time.monotonic()
        with pytest.raises(EventLogUnavailable):
            await log.publisher().publish([message(topic, 1)])
        assert time.monotonic() - started < 2
    finally:
        kafka_server.resume()

    await publish_until_it_works(log, message(topic, 2))
    await asyncio.sleep(2)  # time for a producer that was given up to deliver after all

    counts = Counter(await read_all(log, topic))
    assert {0, 2} <= set(counts)
    assert counts[1] <= 1  # published once and given up: it may be there, but not twice


async def test_a_publisher_stops_in_time_while_the_broker_is_frozen(kafka_server: Server, topic: str) -> None:
    log = KafkaLog(kafka_server.url.removeprefix("kafka://"), wait_s=1, partitions=1)
    await log.migrate([topic])
    await publish_until_it_works(log, message(topic, 0))
    kafka_server.pause()
    try:
        with pytest.raises(EventLogUnavailable):
            await log.publisher().publish([message(topic, 1)])
        started = time.monotonic()
        await log.stop()
        assert time.monotonic() - started < 15
    finally:
        kafka_server.resume()


async def test_a_killed_broker_is_told_to_consumers_and_they_go_on_when_it_is_back(
    kafka_server: Server, make_log: MakeLog, topic: str
) -> None:
    log = await make_log(kafka_server.url, partitions=1)
    await log.migrate([topic])
    await publish_until_it_works(log, message(topic, 0))
    consumer = log.consumer("scorer-" + topic, [topic])
    await fetch_patiently(consumer)
    await consumer.commit()

    await asyncio.to_thread(kafka_server.kill)
    assert await is_told_that_kafka_is_away(consumer)
    await asyncio.to_thread(kafka_server.start)
    await publish_until_it_works(log, message(topic, 1))

    assert [int(record.value) for record in await fetch_patiently(consumer)] == [1]


async def is_told_that_kafka_is_away(consumer: EventConsumer) -> bool:
    for _ in range(20):
        try:
            await consumer.fetch(10, 1)
        except EventLogUnavailable:
            return True
    return False


async def fetch_patiently(consumer: EventConsumer) -> Sequence[Record]:
    async with asyncio.timeout(RECOVERY_S):
        while True:
            try:
                if records := await consumer.fetch(10, 1):
                    return records
            except EventLogUnavailable:
                await asyncio.sleep(0.2)


async def test_a_consumer_of_an_absent_kafka_neither_spins_nor_hangs(make_log: MakeLog, topic: str) -> None:
    consumer = (await make_log(f"kafka://{NOWHERE}")).consumer("scorer", [topic])
    started = time.monotonic()

    for _ in range(3):
        with pytest.raises(EventLogUnavailable):
            await consumer.fetch(10, 0.5)
    await consumer.rewind()

    assert 1 <= time.monotonic() - started < 10


async def test_what_a_frozen_kafka_cannot_take_is_spilled_and_comes_out_in_order(
    kafka_server: Server, make_log: MakeLog, topic: str, tmp_path: Path
) -> None:
    log = await make_log(kafka_server.url, wait_s=1, partitions=1)
    await log.migrate([topic])
    await publish_until_it_works(log, message(topic, 0))
    publisher = SpillingPublisher(log.publisher(), tmp_path, instance="ingest-1")
    await publisher.start()
    kafka_server.pause()
    slowest_s = 0.0
    for number in range(1, 200):
        started = time.monotonic()
        await publisher.publish([message(topic, number)])
        slowest_s = max(slowest_s, time.monotonic() - started)
    kafka_server.resume()
    async with asyncio.timeout(RECOVERY_S):
        while publisher.depth:
            await asyncio.sleep(0.1)
    await publisher.stop()

    found = await read_all(log, topic)

    assert slowest_s < 2
    assert list(dict.fromkeys(found)) == list(range(200))  # an acknowledgement that is late brings a twin


async def test_partitions_that_went_and_came_back_are_read_from_the_last_commit(
    kafka_url: str, make_log: MakeLog, topic: str
) -> None:
    log, other = await make_log(kafka_url, partitions=1), await make_log(kafka_url)
    await log.migrate([topic])
    await log.publisher().publish([message(topic, 0)])
    stayed, passed_by = (each.consumer("scorer-" + topic, [topic]) for each in (log, other))
    await fetch_patiently(stayed)
    await passed_by.fetch(1, 5)
    await passed_by.stop()
    async with asyncio.timeout(RECOVERY_S):
        while not (stayed._consumer and stayed._consumer.assignment()):
            await asyncio.sleep(0.1)

    with pytest.raises(NotMine):
        await stayed.commit()

    assert [int(record.value) for record in await fetch_patiently(stayed)] == [0]
    await stayed.commit()


# --- logs ---


async def test_no_record_reaches_the_logs(
    kafka_url: str, make_log: MakeLog, topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    log = await make_log(kafka_url)
    await log.migrate([topic])

    await log.publisher().publish([Message(topic, b"key-of-anna", b"anna@example.se")])
    assert await log.consumer("scorer-" + topic, [topic]).fetch(1, 15)

    assert "anna" not in caplog.text
