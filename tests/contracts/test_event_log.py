"""What both event logs promise, written once and run against each."""

import asyncio
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from shared.adapters.kafka_log import KafkaLog
from shared.adapters.sqlite_log import SqliteLog
from shared.domain.errors import NotMine, RecordTooLarge
from shared.ports import MAX_RECORD_BYTES, EventConsumer, Message, Record, TopicPartition
from tests.contracts.event_log_process import open_log

PARTITIONS = 4
ENOUGH_S = 20  # a Kafka group's first join takes seconds

Log = SqliteLog | KafkaLog


@pytest.fixture(params=["embedded", "kafka"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "kafka":
        return str(request.getfixturevalue("kafka_url"))
    return f"sqlite:///{tmp_path}/events.db"


@pytest.fixture
def topic() -> str:
    return f"leads.received.{uuid.uuid4().hex[:8]}"


@pytest.fixture
def group() -> str:
    return f"scorer-{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def log(url: str, topic: str) -> AsyncIterator[Log]:
    log = open_log(url)
    await log.start()
    await log.migrate([topic])
    yield log
    await log.stop()


@pytest.fixture
async def other(url: str, log: Log) -> AsyncIterator[Log]:
    """Stand for a second process: it shares nothing with the first but the log."""
    other = open_log(url)
    await other.start()
    yield other
    await other.stop()


def numbered(topic: str, count: int, key: bytes = b"anna") -> list[Message]:
    return [Message(topic, key, b"%d" % n) for n in range(count)]


async def fetch(consumer: EventConsumer, count: int) -> list[Record]:
    """Fetch until `count` records came, or none for a while."""
    records: list[Record] = []
    while len(records) < count and (batch := await consumer.fetch(count - len(records), ENOUGH_S)):
        records += batch
    return records


async def read_all(log: Log, topic: str) -> list[Record]:
    return [record async for batch in log.reader().read([topic]) for record in batch]


def values(records: Sequence[Record]) -> list[int]:
    return [int(record.value) for record in records]


async def killed(*arguments: str) -> str:
    """Run the other process until it says that it is done, then kill it; return what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contracts.event_log_process", *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = await asyncio.wait_for(process.stdout.readline(), 40)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    return said.decode().strip()


async def test_published_is_durable_when_publish_returns(log: Log, url: str, topic: str) -> None:
    said = await killed("publish", url, topic)

    records = await read_all(log, topic)

    assert said == "acked"
    assert values(records) == list(range(100))


async def test_one_key_keeps_its_order(log: Log, topic: str, group: str) -> None:
    for n in range(20):
        await log.publisher().publish([Message(topic, b"anna", b"%d" % n), Message(topic, b"bo", b"%d" % n)])

    records = await fetch(log.consumer(group, [topic]), 40)

    for key in (b"anna", b"bo"):
        assert values([record for record in records if record.key == key]) == list(range(20))


async def test_a_record_arrives_as_it_was_sent(log: Log, topic: str, group: str) -> None:
    await log.publisher().publish([Message(topic, b"\x00key", b"\xff\x00 not text")])

    (record,) = await fetch(log.consumer(group, [topic]), 1)

    assert (record.topic, record.key, record.value) == (topic, b"\x00key", b"\xff\x00 not text")
    assert record.appended_at.utcoffset() is not None
    assert record.position == f"{topic}/{record.partition}/{record.offset}"


async def test_many_publishers_at_once_lose_nothing(log: Log, topic: str) -> None:
    publisher = log.publisher()

    await asyncio.gather(*(publisher.publish([Message(topic, b"%d" % n, b"%d" % n)]) for n in range(500)))

    assert sorted(values(await read_all(log, topic))) == list(range(500))


async def test_a_new_group_begins_at_the_oldest_record(log: Log, topic: str, group: str) -> None:
    await log.publisher().publish(numbered(topic, 3))

    assert values(await fetch(log.consumer(group, [topic]), 3)) == [0, 1, 2]


async def test_nothing_comes_twice_within_one_membership(log: Log, topic: str, group: str) -> None:
    await log.publisher().publish(numbered(topic, 5))
    consumer = log.consumer(group, [topic])

    assert values(await fetch(consumer, 2)) == [0, 1]
    assert values(await fetch(consumer, 3)) == [2, 3, 4]
    assert list(await consumer.fetch(10, 0.2)) == []


async def test_committed_records_are_the_groups_past(log: Log, other: Log, topic: str, group: str) -> None:
    await log.publisher().publish(numbered(topic, 5))
    first = log.consumer(group, [topic])
    await fetch(first, 3)
    await first.commit()
    await first.stop()

    assert values(await fetch(other.consumer(group, [topic]), 2)) == [3, 4]


async def test_uncommitted_records_come_again(log: Log, other: Log, topic: str, group: str) -> None:
    await log.publisher().publish(numbered(topic, 3))
    first = log.consumer(group, [topic])
    await fetch(first, 3)
    await first.stop()

    assert values(await fetch(other.consumer(group, [topic]), 3)) == [0, 1, 2]


async def test_committed_positions_survive_a_kill_and_orphaned_work_resumes_within_10_s(
    log: Log, url: str, topic: str, group: str
) -> None:
    await log.publisher().publish(numbered(topic, 3))
    said = await killed("read", url, topic, group)
    killed_at = asyncio.get_running_loop().time()

    records = await fetch(log.consumer(group, [topic]), 2)

    assert said == "one committed, one not"
    assert values(records) == [1, 2]
    assert asyncio.get_running_loop().time() - killed_at < 10


async def test_rewind_begins_again_after_the_last_commit(log: Log, topic: str, group: str) -> None:
    await log.publisher().publish(numbered(topic, 4))
    consumer = log.consumer(group, [topic])
    await fetch(consumer, 1)
    await consumer.commit()
    await fetch(consumer, 2)

    await consumer.rewind()

    assert values(await fetch(consumer, 3)) == [1, 2, 3]


async def test_rewind_of_a_group_that_never_committed_begins_at_the_oldest(log: Log, topic: str, group: str) -> None:
    await log.publisher().publish(numbered(topic, 2))
    consumer = log.consumer(group, [topic])
    await fetch(consumer, 2)

    await consumer.rewind()

    assert values(await fetch(consumer, 2)) == [0, 1]


async def test_a_commit_after_a_rewind_moves_nothing(log: Log, topic: str, group: str) -> None:
    await log.publisher().publish(numbered(topic, 2))
    consumer = log.consumer(group, [topic])
    await fetch(consumer, 2)
    await consumer.rewind()

    await consumer.commit()

    assert sum((await log.reader().positions([topic], group)).values()) == 0


async def test_a_reader_never_blocks_a_publisher(log: Log, topic: str) -> None:
    await log.publisher().publish(numbered(topic, 1_000))
    reading = log.reader().read([topic])
    await anext(reading)

    await asyncio.wait_for(log.publisher().publish(numbered(topic, 1)), 5)

    assert sum([len(batch) async for batch in reading]) == 500


async def test_a_reader_ends_where_the_log_ended(log: Log, topic: str) -> None:
    await log.publisher().publish(numbered(topic, 600))
    reading = log.reader().read([topic])
    first = await anext(reading)
    await log.publisher().publish(numbered(topic, 10))

    rest = [record async for batch in reading for record in batch]

    assert len(first) + len(rest) == 600


async def test_a_reader_begins_where_it_is_told(log: Log, topic: str) -> None:
    await log.publisher().publish(numbered(topic, 5))
    (place,) = {TopicPartition(record.topic, record.partition) for record in await read_all(log, topic)}

    records = [record async for batch in log.reader().read([topic], {place: 3}) for record in batch]

    assert values(records) == [3, 4]


async def test_a_record_too_large_is_refused_before_it_is_sent(log: Log, topic: str) -> None:
    with pytest.raises(RecordTooLarge):
        await log.publisher().publish([*numbered(topic, 1), Message(topic, b"", bytes(MAX_RECORD_BYTES + 1))])

    assert await read_all(log, topic) == []


async def test_a_record_of_the_largest_size_is_kept(log: Log, topic: str) -> None:
    await log.publisher().publish([Message(topic, b"", os.urandom(MAX_RECORD_BYTES))])

    assert [len(record.value) for record in await read_all(log, topic)] == [MAX_RECORD_BYTES]


async def test_positions_tell_the_end_and_what_a_group_reads_next(log: Log, topic: str, group: str) -> None:
    await log.publisher().publish(numbered(topic, 5))
    consumer = log.consumer(group, [topic])
    await fetch(consumer, 2)
    await consumer.commit()

    assert sum((await log.reader().positions([topic])).values()) == 5
    assert sum((await log.reader().positions([topic], group)).values()) == 2


async def test_a_group_that_never_committed_reads_from_the_start(log: Log, topic: str) -> None:
    await log.publisher().publish(numbered(topic, 5))

    assert set((await log.reader().positions([topic], "nobody-yet")).values()) == {0}


async def test_fetch_wakes_at_once_on_a_publish(log: Log, topic: str, group: str) -> None:
    consumer = log.consumer(group, [topic])
    await log.publisher().publish(numbered(topic, 1))
    await fetch(consumer, 1)
    waiting = asyncio.create_task(consumer.fetch(10, ENOUGH_S))
    await asyncio.sleep(0.1)
    started = asyncio.get_running_loop().time()

    await log.publisher().publish(numbered(topic, 1))
    await waiting

    assert asyncio.get_running_loop().time() - started < 0.2


async def test_fetch_sees_what_another_process_published(log: Log, other: Log, topic: str, group: str) -> None:
    consumer = log.consumer(group, [topic])
    await log.publisher().publish(numbered(topic, 1))
    await fetch(consumer, 1)
    waiting = asyncio.create_task(consumer.fetch(10, ENOUGH_S))
    await asyncio.sleep(0.1)
    started = asyncio.get_running_loop().time()

    await other.publisher().publish(numbered(topic, 1))
    await waiting

    assert asyncio.get_running_loop().time() - started < 0.5


async def test_two_members_of_a_group_share_the_partitions(
    log: Log, other: Log, topic: str, group: str, request: pytest.FixtureRequest
) -> None:
    if isinstance(log, SqliteLog):
        reason = "the embedded log has one partition per topic and one live member per group"
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    members = [log.consumer(group, [topic]), other.consumer(group, [topic])]
    await asyncio.gather(*(member.fetch(1, 3) for member in members))
    await log.publisher().publish([Message(topic, b"%d" % n, b"%d" % n) for n in range(50)])

    shares = await asyncio.gather(*(member.fetch(50, 3) for member in members))

    assert all(shares)


async def test_a_member_that_was_replaced_cannot_commit(log: Log, other: Log, topic: str, group: str) -> None:
    await log.publisher().publish([Message(topic, b"%d" % n, b"%d" % n) for n in range(50)])
    replaced = log.consumer(group, [topic])
    await fetch(replaced, 50)
    newcomer = other.consumer(group, [topic])
    await take_over(log, newcomer, group)

    with pytest.raises(NotMine):
        await replaced.commit()

    assert set((await log.reader().positions([topic], group)).values()) == {0}


async def take_over(log: Log, newcomer: EventConsumer, group: str) -> None:
    """Let the newcomer have (some of) the group: by a rebalance, or as after the old member's lease ran out."""
    if isinstance(log, SqliteLog):
        await log._writer.run(lambda c: c.execute("UPDATE members SET expires_at_s = 0"))
    assert await newcomer.fetch(1, ENOUGH_S)
