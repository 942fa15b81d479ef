"""The supervisor, crash-only: when one part ends all stop, within bounds, and the exit code and the log say why."""

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from shared.domain.errors import TrattError
from shared.runtime.watchdog import Heartbeat, loop_guarded, watch

_new_event_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
with suppress(ImportError):  # not built for every platform; asyncio's own loop costs nothing measurable (stack 2.2)
    import uvloop

    _new_event_loop = uvloop.new_event_loop

log = structlog.get_logger()

STOP_S = 12.0
"""For one part to drain: a listener's 10 s and a little. Two listeners stay inside a grace of 45 s."""
CANCEL_S = 5.0
"""For what did not drain to let go."""
EXIT_CLEAN = 0
EXIT_FAULT = 1
SIGNALS = (signal.SIGTERM, signal.SIGINT)
WATCHDOG = "watchdog"

GC_THRESHOLDS = (200_000, 10, 50)
"""Measured, with the freeze: a quarter of the CPU and half of the p99 of accepting a lead (stack 2.4).

The first is more than a batch of 500 leads keeps alive, which at 50,000 was gone through several times over.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that runs until it is told to stop. That it ends by itself, or raises, is a fault.

    `stop` lets it drain: it returns when `run` has done its last or is about to. Without one `run` is cancelled, which
    every loop of ours survives at any point.
    """

    name: str
    run: Callable[[], Coroutine[Any, Any, None]]  # Any: what a coroutine is sent and yields is nobody's business
    stop: Callable[[], Coroutine[Any, Any, None]] | None = None


async def supervise(parts: Sequence[Part], heartbeats: Sequence[Heartbeat] = ()) -> int:
    """Run every part until a signal or the first fault, stop them in the order given, and return the exit code.

    Give intake first: what is downstream can still take what intake had begun. A second signal ends the process at
    once; so does a part that does not let go of its work.
    """
    asked = asyncio.Event()
    _listen_to_signals(asked)
    watchdog = [Part(WATCHDOG, lambda: watch(heartbeats))] if heartbeats else []
    running = [(part, asyncio.create_task(part.run(), name=part.name)) for part in [*parts, *watchdog]]
    tasks = [task for _, task in running]
    waiting = asyncio.create_task(asked.wait())
    await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    ended = [task for task in tasks if task.done()]
    for task in ended:
        _tell(task)
    for part, task in running:
        await _stop(part, task)
    failed = [task for task in tasks if task.done() and not task.cancelled() and task.exception()]
    _leave_if_held([task for task in tasks if not task.done()])
    log.info("stopped", count=len(tasks))
    return EXIT_FAULT if ended or failed else EXIT_CLEAN


def _listen_to_signals(asked: asyncio.Event) -> None:
    def heard(received: signal.Signals) -> None:
        if asked.is_set():
            log.warning("stopping at once", signal=received.name)
            os._exit(128 + received)
        log.info("stopping", signal=received.name)
        asked.set()

    loop = asyncio.get_running_loop()
    for each in SIGNALS:
        loop.add_signal_handler(each, heard, each)


def _tell(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is None:
        log.error("part ended by itself, stopping all", part=task.get_name())
        return
    reason = str(error) if isinstance(error, TrattError) else None  # others may quote what a sender wrote
    log.error("part failed, stopping all", part=task.get_name(), reason=reason, exc_info=error)


async def _stop(part: Part, task: asyncio.Task[None]) -> None:
    if task.done():
        return
    if part.stop is not None and await _drained(part.name, asyncio.create_task(part.stop())):
        await asyncio.wait([task], timeout=CANCEL_S)
    if not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_S)
    if task.done() and not task.cancelled() and (error := task.exception()):
        log.error("part failed while stopping", part=part.name, exc_info=error)


async def _drained(name: str, stopping: asyncio.Task[None]) -> bool:
    await asyncio.wait([stopping], timeout=STOP_S)
    if not stopping.done():
        log.warning("part did not drain in time", part=name, limit=STOP_S)
        stopping.cancel()
        return False
    if error := stopping.exception():
        log.error("part cannot drain", part=name, exc_info=error)
    return error is None


def _leave_if_held(held: Sequence[asyncio.Task[None]]) -> None:
    for task in held:
        log.error("part does not stop, ending without it", part=task.get_name())
    if held:
        os._exit(EXIT_FAULT)


def tune_gc() -> None:
    """Take what start-up made out of the collector's sight, and let it look less often. Call when all is built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def run(main: Callable[[], Coroutine[Any, Any, int]]) -> int:  # Any: as in Part
    """Run `main` on the fastest event loop there is, guarded against standing still, and return its exit code."""
    with asyncio.Runner(loop_factory=_new_event_loop) as runner, loop_guarded(runner.get_loop()):
        return runner.run(main())
