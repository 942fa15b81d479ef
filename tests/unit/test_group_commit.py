"""Group commit: what it groups, and that no fate of one item touches another."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.adapters.group_commit import GroupCommit
from shared.domain.errors import EventLogUnavailable, NotDurable, PermanentError


class Disk:
    """A place to flush to that is slow, remembers its batches, and refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.refused: set[int] = set()
        self.fault: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def flush(self, items: Sequence[int]) -> Sequence[int]:
        await self.open.wait()
        await asyncio.sleep(0)
        self.batches.append(list(items))
        if self.fault:
            raise self.fault
        if self.refused & set(items):
            raise PermanentError("refused")
        return [-item for item in items]


@pytest.fixture
def disk() -> Disk:
    return Disk()


async def test_each_caller_gets_its_own_result(disk: Disk) -> None:
    group = GroupCommit(disk.flush)

    assert await asyncio.gather(*map(group.put, range(5))) == [0, -1, -2, -3, -4]


async def test_a_lone_item_is_flushed_at_once(disk: Disk) -> None:
    group = GroupCommit(disk.flush)

    await asyncio.wait_for(group.put(1), 0.1)

    assert disk.batches == [[1]]


async def test_what_waited_during_a_flush_goes_with_the_next(disk: Disk) -> None:
    group = GroupCommit(disk.flush)
    disk.open.clear()
    first = group.put(1)
    await asyncio.sleep(0.01)
    rest = [group.put(n) for n in (2, 3, 4)]
    await asyncio.sleep(0.01)

    disk.open.set()
    await asyncio.gather(first, *rest)

    assert disk.batches == [[1], [2, 3, 4]]


async def test_a_batch_is_no_larger_than_allowed(disk: Disk) -> None:
    group = GroupCommit(disk.flush, max_batch=2)

    await asyncio.gather(*map(group.put, range(5)))

    assert disk.batches == [[0, 1], [2, 3], [4]]


async def test_one_refused_item_does_not_fail_its_neighbours(disk: Disk) -> None:
    group = GroupCommit(disk.flush)
    disk.refused = {2}

    results = await asyncio.gather(*map(group.put, (1, 2, 3)), return_exceptions=True)

    assert (results[0], results[2]) == (-1, -3)
    assert isinstance(results[1], PermanentError)


async def test_a_fault_that_hits_all_is_not_tried_item_by_item(disk: Disk) -> None:
    group = GroupCommit(disk.flush)
    disk.fault = EventLogUnavailable("disk full")

    results = await asyncio.gather(*map(group.put, (1, 2, 3)), return_exceptions=True)

    assert [type(result) for result in results] == [EventLogUnavailable] * 3
    assert disk.batches == [[1, 2, 3]]


@pytest.mark.parametrize("fault", [EventLogUnavailable("disk full"), PermanentError("no"), RuntimeError("our bug")])
async def test_it_goes_on_after_a_failed_batch(disk: Disk, fault: Exception) -> None:
    group = GroupCommit(disk.flush)
    disk.fault = fault
    with pytest.raises(type(fault)):
        await group.put(1)

    disk.fault = None

    assert await group.put(2) == -2


@pytest.mark.parametrize("fault", [None, EventLogUnavailable("disk full")])
async def test_a_caller_that_goes_away_during_the_flush_harms_nobody(disk: Disk, fault: Exception | None) -> None:
    group = GroupCommit(disk.flush)
    disk.open.clear()
    gone, stays = (group.put(n) for n in (1, 2))
    await asyncio.sleep(0.01)
    gone.cancel()
    disk.fault = fault
    disk.open.set()

    await asyncio.wait([gone, stays], timeout=1)
    disk.fault = None

    assert gone.cancelled()
    assert stays.done()
    assert (stays.exception() is None) == (fault is None)
    assert await asyncio.wait_for(group.put(3), 1) == -3


async def test_an_item_whose_caller_is_gone_before_its_turn_is_left_out(disk: Disk) -> None:
    group = GroupCommit(disk.flush)
    disk.open.clear()
    tasks = [group.put(1)]
    await asyncio.sleep(0.01)
    tasks += [group.put(n) for n in (2, 3)]
    await asyncio.sleep(0.01)
    tasks[1].cancel()
    disk.open.set()

    await asyncio.wait(tasks)

    assert disk.batches == [[1], [3]]


async def test_more_than_may_wait_are_told_to_come_again(disk: Disk) -> None:
    group = GroupCommit(disk.flush, max_batch=1, max_waiting=2)
    disk.open.clear()
    first = group.put(1)
    await asyncio.sleep(0.01)
    waiting = [group.put(n) for n in (2, 3)]
    await asyncio.sleep(0.01)

    with pytest.raises(NotDurable) as refused:
        await group.put(4)

    assert refused.value.retry_after_s
    disk.open.set()
    assert await asyncio.gather(first, *waiting) == [-1, -2, -3]


async def test_close_settles_what_waits_and_refuses_what_comes(disk: Disk) -> None:
    group = GroupCommit(disk.flush)
    waiting = group.put(1)
    await asyncio.sleep(0)

    await group.close()

    assert waiting.done()
    assert await waiting == -1
    with pytest.raises(NotDurable):
        await group.put(2)


async def test_nobody_waits_for_ever_when_the_drain_is_cancelled(disk: Disk) -> None:
    group = GroupCommit(disk.flush, max_batch=1)
    disk.open.clear()
    waiting = [group.put(n) for n in (1, 2)]
    await asyncio.sleep(0.01)
    (drain,) = group._drains

    drain.cancel()

    done, _ = await asyncio.wait(waiting, timeout=1)
    assert [task.cancelled() for task in done] == [True, True]


async def test_as_many_batches_as_allowed_are_under_way_at_once(disk: Disk) -> None:
    group = GroupCommit(disk.flush, in_flight=2)
    disk.open.clear()
    puts = []
    for number in range(4):
        puts.append(group.put(number))
        await asyncio.sleep(0.01)

    disk.open.set()

    assert await asyncio.gather(*puts) == [0, -1, -2, -3]
    assert disk.batches == [[0], [1], [2, 3]]


async def test_one_batch_that_fails_leaves_those_beside_and_behind_it_alone(disk: Disk) -> None:
    group = GroupCommit(disk.flush, in_flight=2)
    disk.refused = {1}
    disk.open.clear()
    puts = []
    for number in range(4):
        puts.append(group.put(number))
        await asyncio.sleep(0.01)

    disk.open.set()
    results = await asyncio.gather(*puts, return_exceptions=True)

    assert [type(result) for result in results] == [int, PermanentError, int, int]
