"""The spill: nothing lost while the event log is away, order kept, orphans adopted."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from shared.adapters.spill import SpillingPublisher, relay
from shared.adapters.spill.lock import FileLock
from shared.adapters.sqlite_log import SqliteLog
from shared.domain.errors import EventLogUnavailable, NotDurable, PermanentError, RecordTooLarge
from shared.ports import MAX_RECORD_BYTES, EventPublisher, Message

TOPIC = "leads.received"


class Primary:
    """An event log that can be away: the embedded one behind a switch."""

    def __init__(self, log: EventPublisher) -> None:
        self.is_away = False
        self.refused: set[bytes] = set()
        self.attempts = 0
        self._log = log

    async def publish(self, messages: Sequence[Message]) -> None:
        self.attempts += 1
        if self.is_away:
            raise EventLogUnavailable("away")
        if self.refused & {message.value for message in messages}:
            raise PermanentError("refused")
        await self._log.publish(messages)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "PAUSE_WHEN_AWAY_S", 0.02)
    monkeypatch.setattr(relay, "LOOK_FOR_ORPHANS_EVERY_S", 0.05)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    log = SqliteLog(tmp_path / "events.db")
    await log.start()
    yield log
    await log.stop()


@pytest.fixture
def primary(log: SqliteLog) -> Primary:
    return Primary(log.publisher())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spill"


@pytest.fixture
async def publisher(primary: Primary, folder: Path) -> AsyncIterator[SpillingPublisher]:
    publisher = SpillingPublisher(primary, folder, instance="ingest-1")
    await publisher.start()
    yield publisher
    await publisher.stop()


def message(number: int, topic: str = TOPIC) -> Message:
    return Message(topic, b"anna", b"%d" % number)


async def published(log: SqliteLog, topic: str = TOPIC) -> list[int]:
    return [int(record.value) async for batch in log.reader().read([topic]) for record in batch]


async def emptied(publisher: SpillingPublisher) -> None:
    async with asyncio.timeout(5):
        while publisher.depth:
            await asyncio.sleep(0.01)


async def test_nothing_is_spilled_while_the_event_log_answers(
    publisher: SpillingPublisher, primary: Primary, log: SqliteLog
) -> None:
    await publisher.publish([message(1)])

    assert await published(log) == [1]
    assert (publisher.depth, primary.attempts) == (0, 1)


async def test_what_the_event_log_cannot_take_is_kept_and_relayed_in_order(
    publisher: SpillingPublisher, primary: Primary, log: SqliteLog
) -> None:
    primary.is_away = True
    for number in range(700):
        await publisher.publish([message(number)])
    assert publisher.depth == 700

    primary.is_away = False
    await emptied(publisher)

    assert await published(log) == list(range(700))


async def test_new_events_queue_behind_what_is_spilled(
    publisher: SpillingPublisher, primary: Primary, log: SqliteLog
) -> None:
    primary.is_away = True
    await publisher.publish([message(0)])
    primary.is_away = False

    for number in range(1, 300):
        await publisher.publish([message(number)])
    await emptied(publisher)

    assert await published(log) == list(range(300))


async def test_only_the_relay_knocks_while_the_event_log_is_away(
    publisher: SpillingPublisher, primary: Primary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PAUSE_WHEN_AWAY_S", 60)
    primary.is_away = True
    await publisher.publish([message(0)])
    await asyncio.sleep(0.05)
    before = primary.attempts

    for number in range(50):
        await publisher.publish([message(number)])

    assert primary.attempts == before


async def test_what_was_spilled_survives_the_process(primary: Primary, folder: Path, log: SqliteLog) -> None:
    primary.is_away = True
    first = SpillingPublisher(primary, folder, instance="ingest-1")
    await first.start()
    await first.publish([message(1), message(2)])
    await first.stop()
    primary.is_away = False

    second = SpillingPublisher(primary, folder, instance="ingest-1")
    await second.start()
    await emptied(second)
    await second.stop()

    assert await published(log) == [1, 2]


async def test_a_sibling_adopts_the_file_of_a_process_that_is_gone(
    publisher: SpillingPublisher, primary: Primary, folder: Path, log: SqliteLog
) -> None:
    gone = Primary(log.publisher())
    gone.is_away = True
    sibling = SpillingPublisher(gone, folder, instance="ingest-2")
    await sibling.start()
    await sibling.publish([message(7)])
    await sibling.stop()

    async with asyncio.timeout(5):
        while (folder / "ingest-2.db").exists():
            await asyncio.sleep(0.01)

    assert await published(log) == [7]
    assert not list(folder.glob("ingest-2*"))


async def test_a_file_whose_process_lives_is_left_alone(
    publisher: SpillingPublisher, primary: Primary, folder: Path, log: SqliteLog
) -> None:
    away = Primary(log.publisher())
    away.is_away = True
    sibling = SpillingPublisher(away, folder, instance="ingest-2")
    await sibling.start()
    await sibling.publish([message(7)])
    await asyncio.sleep(0.3)

    assert await published(log) == []
    await sibling.stop()


async def test_a_name_in_use_gets_a_file_of_its_own(
    publisher: SpillingPublisher, primary: Primary, folder: Path
) -> None:
    namesake = SpillingPublisher(primary, folder, instance="ingest-1")
    await namesake.start()

    assert sorted(path.name for path in folder.glob("*.db")) == ["ingest-1-2.db", "ingest-1.db"]
    await namesake.stop()


async def test_an_empty_spill_leaves_no_file_behind(primary: Primary, folder: Path) -> None:
    publisher = SpillingPublisher(primary, folder, instance="ingest-1")
    await publisher.start()
    await publisher.stop()

    assert not list(folder.iterdir())


async def test_the_next_outage_fills_the_same_space_again(
    publisher: SpillingPublisher, primary: Primary, folder: Path
) -> None:
    sizes = []
    for _ in range(2):
        primary.is_away = True
        for number in range(50):
            await publisher.publish([Message(TOPIC, b"%d" % number, bytes(50_000))])
        assert publisher._file is not None
        sizes.append(await publisher._file._writer.run(lambda c: c.execute("PRAGMA page_count").fetchone()[0]))
        primary.is_away = False
        await emptied(publisher)

    assert sizes[1] <= sizes[0] * 1.1


async def test_a_disk_that_is_full_as_well_is_told(publisher: SpillingPublisher, primary: Primary) -> None:
    primary.is_away = True
    assert publisher._file is not None
    await publisher._file._writer.run(lambda c: c.execute("PRAGMA max_page_count = 1").fetchall())

    with pytest.raises(NotDurable) as refused:
        await publisher.publish([Message(TOPIC, b"k", bytes(100_000))])

    assert refused.value.retry_after_s
    assert publisher.depth == 0


async def test_a_record_too_large_is_refused_before_it_is_kept(publisher: SpillingPublisher, primary: Primary) -> None:
    primary.is_away = True

    with pytest.raises(RecordTooLarge):
        await publisher.publish([Message(TOPIC, b"", bytes(MAX_RECORD_BYTES + 1))])

    assert publisher.depth == 0


async def test_one_refused_message_does_not_fail_its_neighbours(
    publisher: SpillingPublisher, primary: Primary, log: SqliteLog
) -> None:
    primary.refused = {b"2"}

    results = await asyncio.gather(*(publisher.publish([message(n)]) for n in (1, 2, 3)), return_exceptions=True)

    assert [type(result) for result in results] == [type(None), PermanentError, type(None)]
    assert await published(log) == [1, 3]


async def test_a_spilled_record_that_is_refused_for_ever_is_set_aside_and_kept(
    publisher: SpillingPublisher, primary: Primary, folder: Path, log: SqliteLog
) -> None:
    primary.is_away = True
    for number in range(3):
        await publisher.publish([message(number)])
    primary.refused = {b"1"}
    primary.is_away = False
    await emptied(publisher)
    await publisher.stop()

    assert await published(log) == [0, 2]
    left = SqliteLog(folder / "ingest-1.db")
    await left.start()
    assert await published(left, f"{TOPIC}.refused") == [1]
    await left.stop()


async def test_topics_are_drained_side_by_side(publisher: SpillingPublisher, primary: Primary, log: SqliteLog) -> None:
    primary.is_away = True
    for number in range(3):
        await publisher.publish([message(number), message(number, "leads.consent")])
    primary.is_away = False
    await emptied(publisher)

    assert await published(log) == await published(log, "leads.consent") == [0, 1, 2]


def test_a_lock_file_deleted_by_its_last_holder_keeps_nobody_out(tmp_path: Path) -> None:
    first = FileLock.take(tmp_path / "a.lock")
    assert first is not None
    assert FileLock.take(tmp_path / "a.lock") is None

    first.release(delete=True)

    assert FileLock.take(tmp_path / "a.lock") is not None
