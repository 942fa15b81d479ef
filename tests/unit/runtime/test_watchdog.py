import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from subprocess import Popen

import pytest

from shared.domain.errors import EventLogUnavailable
from shared.runtime.watchdog import EXIT_STALLED, Heartbeat, Stalled, watch

SILENT_S = 0.12
LONG_S = 0.5
"""Four times as long as a worker may be silent."""

Program = Callable[[str], "Popen[str]"]
Lag = Callable[[], Awaitable[int]]


async def behind() -> int:
    return 5


async def level() -> int:
    return 0


async def away() -> int:
    raise EventLogUnavailable("the log does not answer")


async def test_a_silent_worker_that_has_lag_ends_the_process() -> None:
    with pytest.raises(Stalled, match="scorer has made no progress for 0 s though records wait for it"):
        await watch([Heartbeat("scorer", behind)], silent_s=SILENT_S)


@pytest.mark.parametrize("lag", [level, away])
async def test_a_silent_worker_without_known_lag_is_left_alone(lag: Lag) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(watch([Heartbeat("scorer", lag)], silent_s=SILENT_S), LONG_S)


async def test_a_patient_wait_counts_as_progress() -> None:
    heartbeat = Heartbeat("scorer", behind)

    async def waits() -> None:
        while True:
            heartbeat.progress()
            await asyncio.sleep(SILENT_S / 4)

    waiting = asyncio.create_task(waits())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(watch([heartbeat], silent_s=SILENT_S), LONG_S)
    waiting.cancel()


async def test_one_busy_worker_does_not_hide_a_silent_one() -> None:
    busy = Heartbeat("scorer", behind)

    async def works() -> None:
        while True:
            busy.progress()
            await asyncio.sleep(0.01)

    working = asyncio.create_task(works())
    with pytest.raises(Stalled, match="router"):
        await watch([busy, Heartbeat("router", behind)], silent_s=SILENT_S)
    working.cancel()


GUARDED = """
    import asyncio, time
    from shared.runtime.watchdog import loop_guarded

    async def main():
        with loop_guarded(asyncio.get_running_loop(), silent_s=0.6):
            await asyncio.sleep(0.1)
            print("up", flush=True)
            {then}

    asyncio.run(main())
"""


def test_a_loop_that_does_not_turn_ends_the_process_and_says_where(program: Program) -> None:
    ended = program(GUARDED.format(then="time.sleep(30)"))
    _, said = ended.communicate(timeout=20)
    assert ended.returncode == EXIT_STALLED
    assert "the event loop has not turned" in said
    assert "in main" in said


def test_a_process_that_was_stopped_and_continued_goes_on(program: Program) -> None:
    started = program(GUARDED.format(then="await asyncio.sleep(1.5)"))
    assert started.stdout is not None
    assert started.stdout.readline() == "up\n"
    started.send_signal(signal.SIGSTOP)
    time.sleep(1.2)  # twice what it may be silent for
    started.send_signal(signal.SIGCONT)
    assert started.wait(10) == 0
