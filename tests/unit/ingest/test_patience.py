"""Patience: everyone gets the same time, and nobody else's end is touched."""

import asyncio

import pytest

from services.ingest.patience import Patience

LIMIT_S = 0.05


async def _stay(patience: Patience, stay_s: float) -> str:
    with patience.turn():
        await asyncio.sleep(stay_s)
    return "done"


async def test_who_stays_too_long_is_told_so_and_who_does_not_is_left_alone() -> None:
    patience = Patience(LIMIT_S)

    ends = await asyncio.gather(
        *(_stay(patience, stay_s) for stay_s in (0, 10, LIMIT_S / 5, 10)), return_exceptions=True
    )

    assert [type(end) for end in ends] == [str, TimeoutError, str, TimeoutError]


async def test_each_has_the_whole_time_from_its_own_beginning() -> None:
    patience = Patience(LIMIT_S)
    early = asyncio.create_task(_stay(patience, 10))
    await asyncio.sleep(LIMIT_S * 0.8)
    late = asyncio.create_task(_stay(patience, LIMIT_S * 0.6))

    with pytest.raises(TimeoutError):
        await early
    assert await late == "done"


async def test_it_serves_again_after_it_was_empty() -> None:
    patience = Patience(LIMIT_S)
    await _stay(patience, 0)
    await asyncio.sleep(2 * LIMIT_S)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_stay(patience, 10), 1)


async def test_a_task_that_is_cancelled_by_others_stays_cancelled() -> None:
    task = asyncio.create_task(_stay(Patience(LIMIT_S), 10))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_whoever_was_late_may_await_again() -> None:
    async def late_and_on() -> int:
        with pytest.raises(TimeoutError):
            await _stay(Patience(LIMIT_S), 10)
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        return task.cancelling()

    assert await asyncio.create_task(late_and_on()) == 0
