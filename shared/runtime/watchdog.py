"""The watchdog: ends a process that has work and makes no progress, so that a fresh one takes over.

Two kinds of standing still, seen from two places: a worker that is stuck while the event loop runs is seen from the
loop; an event loop that is stuck is seen from a thread. Both count their own wakes and not the clock, so a process that
was stopped and continued, or a machine that slept, is not taken for one that stands still.
"""

import asyncio
import faulthandler
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

from shared.domain.errors import TransientError, TrattError
from shared.runtime import telemetry

log = structlog.get_logger()

SILENT_S = 60.0
"""Twice the longest honest pause between two signs of life (a request's 30 s time-out)."""
CHECKS = 12
"""How often silence is looked for within `SILENT_S`."""
ASK_S = 10.0
"""How long the log may take to tell a lag; without an answer the log is away, and waiting is right."""
EXIT_STALLED = 70
"""sysexits' EX_SOFTWARE: told apart from an ordinary fault's 1 by whoever restarts us."""


class Stalled(TrattError):
    """Say that a worker has work and makes no progress: end the process."""


class Heartbeat:
    """A worker's signs of life. A patient wait for the log or a service is one: give `progress` to its loop.

    `lag` tells how many records wait for this worker; it is asked only after a long silence, and may raise
    TransientError while that is not known.
    """

    def __init__(self, worker: str, lag: Callable[[], Awaitable[int]]) -> None:
        self.worker = worker
        self.lag = lag
        self.beats = 0

    def progress(self) -> None:
        """Note a sign of life."""
        self.beats += 1


async def watch(heartbeats: Sequence[Heartbeat], *, silent_s: float = SILENT_S) -> None:
    """Look after workers until one has lag and was silent for `silent_s`.

    Raises:
        Stalled: naming the worker.
    """
    seen = {heartbeat.worker: heartbeat.beats for heartbeat in heartbeats}
    silent = dict.fromkeys(seen, 0)
    while True:
        await asyncio.sleep(silent_s / CHECKS)
        for heartbeat in heartbeats:
            name = heartbeat.worker
            silent[name] = silent[name] + 1 if heartbeat.beats == seen[name] else 0
            seen[name] = heartbeat.beats
            quiet_s = silent[name] * silent_s / CHECKS
            telemetry.bound(telemetry.WATCHDOG_SILENT_SECONDS, name).set(quiet_s)
            if silent[name] >= CHECKS and await _lag(heartbeat) > 0:
                raise Stalled(f"{name} has made no progress for {quiet_s:.0f} s though records wait for it")


async def _lag(heartbeat: Heartbeat) -> int:
    try:
        async with asyncio.timeout(ASK_S):
            return await heartbeat.lag()
    except (TransientError, TimeoutError) as error:
        log.warning("lag is not known", worker=heartbeat.worker, error=type(error).__name__)
        return 0


@contextmanager
def loop_guarded(loop: asyncio.AbstractEventLoop, *, silent_s: float = SILENT_S) -> Iterator[None]:
    """End the process, every thread's place on standard error, once `loop` has not turned for `silent_s`."""
    turned, ended = threading.Event(), threading.Event()

    def turn() -> None:
        turned.set()
        ticking[0] = loop.call_later(silent_s / CHECKS, turn)

    def guard() -> None:
        missed = 0
        while not ended.wait(silent_s / CHECKS):
            missed = 0 if turned.is_set() else missed + 1
            turned.clear()
            if missed >= CHECKS:
                _end_with_places(silent_s)

    ticking = [loop.call_later(0, turn)]
    threading.Thread(target=guard, name="loop-guard", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
        ticking[0].cancel()


def _end_with_places(silent_s: float) -> None:
    sys.stderr.write(
        f"the event loop has not turned for {silent_s:.0f} s: ending, so that a fresh process takes over\n"
    )
    sys.stderr.flush()
    faulthandler.dump_traceback(all_threads=True)
    os._exit(EXIT_STALLED)
