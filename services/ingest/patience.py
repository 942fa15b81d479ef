"""A time limit for many tasks at once that costs none of them a timer."""

import asyncio
from itertools import takewhile
from types import TracebackType
from typing import Any


class Patience:
    """Give every task equally long for what it does in `with patience.turn():`.

    It does what `asyncio.timeout` does, whose timer for each request is a thirtieth of what a lead costs (measured):
    whoever came first is the first to be late, so one timer serves them all.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._until: dict[asyncio.Task[Any], float] = {}  # in the order they came. Any: whatever a task returns
        self._timer: asyncio.TimerHandle | None = None

    def turn(self) -> "Turn":
        """Begin this task's time.

        Raises:
            TimeoutError: out of the block, when its time is up.
        """
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("only a task can be given a time limit")
        self._until[task] = loop.time() + self._limit_s
        if self._timer is None:
            self._timer = loop.call_later(self._limit_s, self._end_the_late)
        return Turn(task, self._until)

    def _end_the_late(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task in list(takewhile(lambda each: self._until[each] <= now, self._until)):
            del self._until[task]
            task.cancel()
        next_until = next(iter(self._until.values()), None)
        self._timer = None if next_until is None else loop.call_at(next_until, self._end_the_late)


class Turn:
    """One task's time, until the block ends."""

    __slots__ = ("_task", "_until")

    def __init__(self, task: asyncio.Task[Any], until: dict[asyncio.Task[Any], float]) -> None:
        self._task = task
        self._until = until

    def __enter__(self) -> None:
        """Do nothing: the time runs already."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End the task's time, and tell it where that was up."""
        if self._until.pop(self._task, None) is None and not self._task.uncancel() and kind is asyncio.CancelledError:
            raise TimeoutError from error
