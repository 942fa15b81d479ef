"""A time limit for many tasks at once that costs none of them a timer."""

import asyncio
from itertools import takewhile
from types import TracebackType
from typing import Any


class Patience:
    """Give every task that enters the block equally long in it.

    It does what `asyncio.timeout` does, whose timer for each request is a thirtieth of what a lead costs (measured):
    whoever came first is the first to be late, so one timer serves them all.

    Raises:
        TimeoutError: out of the block, of a task that was in it for too long.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._until: dict[asyncio.Task[Any], float] = {}  # in the order they came. Any: whatever a task returns
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        self._until[_this_task()] = loop.time() + self._limit_s
        if self._timer is None:
            self._timer = loop.call_later(self._limit_s, self._end_the_late)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        task = _this_task()
        if self._until.pop(task, None) is None and not task.uncancel() and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _end_the_late(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task in list(takewhile(lambda each: self._until[each] <= now, self._until)):
            del self._until[task]
            task.cancel()
        next_until = next(iter(self._until.values()), None)
        self._timer = None if next_until is None else loop.call_at(next_until, self._end_the_late)


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("only a task can be given a time limit")
    return task
