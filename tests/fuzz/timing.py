"""The processor time of one call, with nothing remembered from earlier ones, and an end to a call that never ends."""

import functools
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import ParamSpec, TypeVar

SLOWEST_S = 0.05
"""What no call may take: the target of the whole project for any body within the guard's limit."""
HANG_S = 3.0
"""Processor time after which a call is ended."""
TRIES = 5
"""A call that seems slow is timed anew: of what only the machine was slow at, one of five is not."""

P = ParamSpec("P")
T = TypeVar("T")


class TooSlow(AssertionError):
    """Say how long a call took."""


class Hang(BaseException):
    """Leave a call that does not end. No code under test may catch it."""


class _Yardstick:
    """A piece of work that is always the same: by it a machine that others slow down is known, as processor time is."""

    def __init__(self) -> None:
        self._best_s = min(self._measured() for _ in range(TRIES))

    def slowness(self) -> float:
        """Tell how many times as long as at best the same work takes now."""
        now_s = self._measured()
        self._best_s = min(self._best_s, now_s)
        return now_s / self._best_s

    def _measured(self) -> float:
        begun = time.thread_time()
        sorted(str(number).casefold() for number in range(10_000))
        return time.thread_time() - begun


class Stopwatch:
    """Times the calls of one input, and keeps the slowest."""

    def __init__(self) -> None:
        self.slowest_s = 0.0
        self._caches = _caches()
        _yardstick()  # cut before anything is slow

    def __call__(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Make a call. Raises `TooSlow` where it takes longer than any may, however often it is tried."""
        result, took_s = self._timed(call, *args, **kwargs)
        for _ in range(TRIES - 1):
            if took_s > SLOWEST_S:
                took_s = min(took_s, self._timed(call, *args, **kwargs)[1] / _yardstick().slowness())
        self.slowest_s = max(self.slowest_s, took_s)
        if took_s > SLOWEST_S:
            raise TooSlow(f"{took_s * 1000:.0f} ms of processor time")
        return result

    def _timed(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, float]:
        for cache in self._caches:
            cache.cache_clear()  # a name that nobody has sent before costs what it costs
        begun = time.thread_time()
        result = call(*args, **kwargs)
        return result, time.thread_time() - begun


@contextmanager
def ended_by_force() -> Iterator[Callable[[], None]]:
    """Give what begins the time of an input, which `Hang` ends. For the main thread only."""
    before = signal.signal(signal.SIGVTALRM, _hang)
    try:
        yield lambda: signal.setitimer(signal.ITIMER_VIRTUAL, HANG_S) and None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _hang(_: int, __: FrameType | None) -> None:
    raise Hang(f"more than {HANG_S:g} s of processor time")


@functools.cache
def _yardstick() -> _Yardstick:
    return _Yardstick()


@functools.cache
def _caches() -> list["functools._lru_cache_wrapper[object]"]:
    modules = [module for name, module in sys.modules.items() if name.startswith("services.ingest.")]
    found = {id(one): one for module in modules for one in vars(module).values()}
    return [
        one
        for one in found.values()
        if isinstance(one, functools._lru_cache_wrapper) and "presets" not in one.__module__
    ]
