import asyncio
from collections.abc import Iterable, Sequence

import pytest

from shared.domain.errors import EventLogUnavailable, RecordTooLarge
from shared.ports import Message
from shared.runtime import announcer as module
from shared.runtime.announcer import Announcer
from shared.runtime.watchdog import Heartbeat

NEVER_S = 3600.0


async def nothing() -> int:
    return 0


class Rows:
    """A table in memory: what is not marked is there again."""

    def __init__(self, *ids: str) -> None:
        self.waiting = list(ids)
        self.marked: list[str] = []

    async def unannounced(self, limit: int) -> Sequence[tuple[str, Message]]:
        return [(row, Message("leads.routed", b"key", row.encode())) for row in self.waiting[:limit]]

    async def mark(self, ids: Iterable[str]) -> None:
        done = list(ids)
        self.marked += done
        self.waiting = [row for row in self.waiting if row not in done]


class Log:
    """A log that may be away for its first calls, and takes no record that says so."""

    def __init__(self, *, away_for: int = 0) -> None:
        self.held: list[bytes] = []
        self.calls = 0
        self._away_for = away_for

    async def publish(self, messages: Sequence[Message]) -> None:
        self.calls += 1
        if self.calls <= self._away_for:
            raise EventLogUnavailable("the log does not answer")
        if any(message.value == b"too large" for message in messages):
            raise RecordTooLarge("a record has too many bytes")
        self.held += [message.value for message in messages]


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES_S", (0.01,))
    monkeypatch.setattr(module, "LOOK_S", NEVER_S)


async def running(announcer: Announcer, until: Rows) -> None:
    task = asyncio.create_task(announcer.run())
    async with asyncio.timeout(5):
        while until.waiting:
            await asyncio.sleep(0.001)
    task.cancel()


async def test_what_a_table_holds_is_published_and_then_marked() -> None:
    rows, log = Rows("one", "two"), Log()
    assert await Announcer([rows], log, lambda: None).run_once() == 2
    assert (log.held, rows.marked) == ([b"one", b"two"], ["one", "two"])


async def test_nothing_is_marked_before_it_is_in_the_log() -> None:
    rows, log = Rows("one"), Log(away_for=1)
    with pytest.raises(EventLogUnavailable):
        await Announcer([rows], log, lambda: None).run_once()
    assert (rows.marked, rows.waiting) == ([], ["one"])


async def test_an_outage_is_waited_out_with_signs_of_life() -> None:
    rows, log, heartbeat = Rows("one"), Log(away_for=3), Heartbeat("announcer", nothing)
    await running(Announcer([rows], log, heartbeat.progress), until=rows)
    assert log.held == [b"one"]
    assert heartbeat.beats >= 4


async def test_a_wake_up_is_heard_without_waiting_for_the_next_look() -> None:
    rows, log = Rows(), Log()
    announcer = Announcer([rows], log, lambda: None)
    task = asyncio.create_task(announcer.run())
    await asyncio.sleep(0.02)
    rows.waiting.append("late")
    announcer.wake()
    async with asyncio.timeout(5):
        while rows.waiting:
            await asyncio.sleep(0.001)
    task.cancel()
    assert log.held == [b"late"]


async def test_rows_that_come_one_by_one_are_announced_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REST_S", 0.1)
    rows, log = Rows("first"), Log()
    announcer = Announcer([rows], log, lambda: None)
    task = asyncio.create_task(announcer.run())
    for number in range(10):
        await asyncio.sleep(0.005)
        rows.waiting.append(str(number))
        announcer.wake()
    async with asyncio.timeout(5):
        while rows.waiting:
            await asyncio.sleep(0.001)
    task.cancel()
    assert (len(log.held), log.calls) == (11, 2)


async def test_rows_are_found_by_looking_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    rows, log = Rows(), Log()
    asyncio.get_running_loop().call_later(0.05, rows.waiting.append, "orphan")
    task = asyncio.create_task(Announcer([rows], log, lambda: None).run())
    async with asyncio.timeout(5):
        while not log.held:
            await asyncio.sleep(0.001)
    task.cancel()
    assert rows.marked == ["orphan"]


async def test_more_than_a_batch_goes_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    rows, log = Rows(*"abcde"), Log()
    await running(Announcer([rows], log, lambda: None), until=rows)
    assert len(log.held) == 5


async def test_an_event_no_log_takes_holds_up_nobody_and_is_never_marked() -> None:
    rows, log = Rows("one", "too large", "two"), Log()
    announcer = Announcer([rows], log, lambda: None)
    assert await announcer.run_once() == 2
    assert (log.held, rows.marked) == ([b"one", b"two"], ["one", "two"])
    assert await announcer.run_once() == 0
    assert rows.waiting == ["too large"]


async def test_every_table_is_announced() -> None:
    one, two, log = Rows("one"), Rows("two"), Log()
    assert await Announcer([one, two], log, lambda: None).run_once() == 2
    assert log.held == [b"one", b"two"]
