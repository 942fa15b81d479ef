"""What is the embedded log's own: leases, offsets, pruning, faults of the disk."""

import asyncio
import multiprocessing
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.adapters.sqlite_log import SqliteLog, membership, store
from shared.adapters.sqlite_log.news import News
from shared.domain.errors import EventLogUnavailable, NotMine
from shared.ports import Message, Record, TopicPartition

TOPIC = "leads.received"
PLACE = TopicPartition(TOPIC, 0)
EVERYTHING = timedelta(seconds=-60)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    log = SqliteLog(tmp_path / "var" / "events.db")
    await log.start()
    yield log
    await log.stop()


@pytest.fixture
async def other(log: SqliteLog) -> AsyncIterator[SqliteLog]:
    other = SqliteLog(log._path)
    await other.start()
    yield other
    await other.stop()


async def publish(log: SqliteLog, count: int, topic: str = TOPIC) -> None:
    await log.publisher().publish([Message(topic, b"anna", b"%d" % n) for n in range(count)])


async def offsets(log: SqliteLog) -> list[int]:
    return [record.offset async for batch in log.reader().read([TOPIC]) for record in batch]


async def test_every_commit_is_synced_to_the_disk(log: SqliteLog) -> None:
    level, mode = await log._writer.run(
        lambda c: (c.execute("PRAGMA synchronous").fetchone()[0], c.execute("PRAGMA journal_mode").fetchone()[0])
    )

    assert (level, mode) == (2, "wal")


async def test_news_wake_only_those_who_listen_for_their_topic(tmp_path: Path) -> None:
    news = News(tmp_path / "events.db")
    scorer, console = news.listen(["leads.received"]), news.listen(["leads.scored", "leads.routed"])
    news.tell({"leads.routed", "leads.held"})
    assert (scorer.is_set(), console.is_set()) == (False, True)
    assert not news.listen(["leads.scored", "leads.routed"]).is_set()


async def test_many_publishers_share_one_transaction(log: SqliteLog) -> None:
    transactions: list[int] = []
    transact = log._writer._transact
    log._writer._transact = lambda operations: transactions.append(1) or transact(operations)  # type: ignore[method-assign, func-returns-value]
    log._writer._group._flush = log._writer._flush

    await asyncio.gather(*(publish(log, 1) for _ in range(100)))

    assert len(transactions) == 1
    assert await offsets(log) == list(range(100))


def publish_from_a_process(path: Path) -> None:
    async def run() -> None:
        log = SqliteLog(path)
        await log.start()
        for _ in range(50):
            await publish(log, 2)
        await log.stop()

    asyncio.run(run())


async def test_several_processes_may_publish_and_no_offset_is_lost_or_used_twice(log: SqliteLog) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=publish_from_a_process, args=(log._path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for _ in range(50):
        await publish(log, 1)
    for process in processes:
        await asyncio.to_thread(process.join, 20)

    assert [process.exitcode for process in processes] == [0, 0]
    assert await offsets(log) == list(range(250))


async def test_a_transaction_that_reads_first_cannot_be_overtaken(log: SqliteLog, other: SqliteLog) -> None:
    def read_and_append_later(connection: sqlite3.Connection) -> None:
        store.ends(connection)
        time.sleep(0.3)
        store.append(connection, [Message(TOPIC, b"anna", b"first")], datetime.now(UTC))

    slow = asyncio.create_task(log._writer.run(read_and_append_later))
    await asyncio.sleep(0.1)
    await publish(other, 1)
    await slow

    assert await offsets(log) == [0, 1]


async def test_offsets_are_never_used_again_after_pruning(log: SqliteLog) -> None:
    await publish(log, 3)
    assert await log.prune(EVERYTHING) == 3

    await publish(log, 2)

    assert await offsets(log) == [3, 4]


async def test_pruning_keeps_what_is_young(log: SqliteLog) -> None:
    await publish(log, 3)

    assert await log.prune(timedelta(days=7)) == 0
    assert await offsets(log) == [0, 1, 2]


async def test_pruning_never_passes_the_slowest_group(log: SqliteLog) -> None:
    await publish(log, 10)
    for group, count in (("fast", 9), ("slow", 4)):
        consumer = log.consumer(group, [TOPIC])
        await consumer.fetch(count, 1)
        await consumer.commit()

    assert await log.prune(EVERYTHING) == 4
    assert await offsets(log) == [4, 5, 6, 7, 8, 9]


async def test_pruning_takes_more_than_one_round(log: SqliteLog) -> None:
    await publish(log, 1_200)
    await publish(log, 1_200, "leads.scored")

    assert await log.prune(EVERYTHING) == 2_400


async def test_a_reader_begins_at_the_oldest_kept(log: SqliteLog) -> None:
    await publish(log, 3)
    await log.prune(EVERYTHING)
    await publish(log, 1)

    assert [r.offset async for batch in log.reader().read([TOPIC], {PLACE: 0}) for r in batch] == [3]
    assert await log.reader().positions([TOPIC], "new-group") == {PLACE: 3}


async def test_a_second_member_waits_and_takes_over_when_the_first_stops(log: SqliteLog, other: SqliteLog) -> None:
    await publish(log, 1)
    first, second = log.consumer("scorer", [TOPIC]), other.consumer("scorer", [TOPIC])
    assert len(await first.fetch(1, 1)) == 1
    waiting = asyncio.create_task(second.fetch(1, 5))
    await asyncio.sleep(0.3)
    assert not waiting.done()

    await first.stop()

    assert len(await asyncio.wait_for(waiting, 0.5)) == 1


async def test_two_members_in_one_process_do_not_share_a_group(log: SqliteLog) -> None:
    await publish(log, 2)
    await log.consumer("scorer", [TOPIC]).fetch(1, 1)

    assert list(await log.consumer("scorer", [TOPIC]).fetch(1, 0.1)) == []


async def test_the_lease_of_a_stopped_process_runs_out(
    log: SqliteLog, other: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(log, 1)
    stopped = log.consumer("scorer", [TOPIC])
    await stopped.fetch(1, 1)
    now_s = membership.clock_s()
    monkeypatch.setattr(membership, "clock_s", lambda: now_s + membership.LEASE_S)

    assert len(await other.consumer("scorer", [TOPIC]).fetch(1, 1)) == 1
    with pytest.raises(NotMine):
        await stopped.commit()


async def test_the_lease_of_a_dead_process_ends_at_once(log: SqliteLog, other: SqliteLog) -> None:
    await publish(log, 1)
    await log.consumer("scorer", [TOPIC]).fetch(1, 1)
    log._presence.leave()  # as the system does for a process that ends

    assert len(await other.consumer("scorer", [TOPIC]).fetch(1, 1)) == 1


async def test_a_lease_from_before_the_machine_started_anew_counts_nothing(log: SqliteLog, other: SqliteLog) -> None:
    await publish(log, 1)
    await log.consumer("scorer", [TOPIC]).fetch(1, 1)
    await log._writer.run(lambda c: c.execute("UPDATE members SET expires_at_s = expires_at_s + 1000000"))

    assert len(await other.consumer("scorer", [TOPIC]).fetch(1, 1)) == 1


async def test_a_member_that_lost_its_group_joins_again_and_begins_after_the_last_commit(
    log: SqliteLog, other: SqliteLog
) -> None:
    await publish(log, 3)
    first, second = log.consumer("scorer", [TOPIC]), other.consumer("scorer", [TOPIC])
    await first.fetch(2, 1)
    await log._writer.run(lambda c: c.execute("UPDATE members SET expires_at_s = 0"))
    await second.fetch(1, 1)
    await second.commit()
    with pytest.raises(NotMine):
        await first.commit()
    await second.stop()

    records = await first.fetch(10, 2)

    assert [record.offset for record in records] == [1, 2]
    await first.commit()


async def test_a_lease_is_renewed_while_its_process_works(log: SqliteLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "RENEW_EVERY_S", 0.01)
    await publish(log, 1)
    await log.consumer("scorer", [TOPIC]).fetch(1, 1)
    read = "SELECT expires_at_s FROM members"
    before = await log._writer.run(lambda c: c.execute(read).fetchone()[0])

    await asyncio.sleep(0.1)

    assert await log._writer.run(lambda c: c.execute(read).fetchone()[0]) > before


async def test_a_long_topic_does_not_starve_a_short_one(log: SqliteLog) -> None:
    await publish(log, 100)
    await publish(log, 2, "leads.consent")

    records = await log.consumer("scorer", [TOPIC, "leads.consent"]).fetch(10, 1)

    assert topics_of(records) == {TOPIC, "leads.consent"}
    assert len(records) == 10 - 3  # the short one's share is not filled


def topics_of(records: object) -> set[str]:
    assert isinstance(records, list)
    return {record.topic for record in records if isinstance(record, Record)}


async def test_a_full_disk_is_told_and_writes_nothing(log: SqliteLog) -> None:
    await publish(log, 1)
    await log._writer.run(lambda c: c.execute("PRAGMA max_page_count = 1").fetchall())

    with pytest.raises(EventLogUnavailable, match="full"):
        await log.publisher().publish([Message(TOPIC, b"k", bytes(100_000))])

    await publish(log, 1)  # the next attempt opens the file anew
    assert await offsets(log) == [0, 1]


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "events.db").write_bytes(b"not a database" * 1000)
    log = SqliteLog(tmp_path / "events.db")

    with pytest.raises(EventLogUnavailable, match=r"events\.db"):
        await log.start()
    await log.stop()


async def test_a_bug_in_one_operation_leaves_no_transaction_open(log: SqliteLog) -> None:
    with pytest.raises(ZeroDivisionError):
        await log._writer.run(lambda _: 1 / 0)

    await publish(log, 1)
    assert await offsets(log) == [0]


async def test_nothing_is_left_beside_the_log_by_a_clean_stop(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "events.db")
    await log.start()
    await publish(log, 1)
    await log.stop()

    assert [path.name for path in tmp_path.iterdir()] == ["events.db"]


async def test_what_dead_processes_left_is_cleaned_up(log: SqliteLog, tmp_path: Path) -> None:
    left = tmp_path / "var" / "events.db-alive-1-dead"
    left.touch()

    other = SqliteLog(log._path)
    await other.start()
    await other.stop()

    assert not left.exists()
    assert log._presence.is_alive(log._presence.owner)


async def test_reading_and_writing_use_connections_that_cannot_mix_up(log: SqliteLog) -> None:
    await publish(log, 1)

    with pytest.raises(EventLogUnavailable, match="readonly"):
        await log._queries.run(lambda c: store.make_topics(c, ["leads.scored"]))


def test_the_tables_are_those_of_a_plain_sqlite_file(tmp_path: Path) -> None:
    store.open_to_write(tmp_path / "events.db").close()

    connection = sqlite3.connect(tmp_path / "events.db")
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()

    assert tables == {"topics", "records", "positions", "members"}
