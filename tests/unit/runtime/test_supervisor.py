import asyncio
import gc
import signal
from collections.abc import Callable, Coroutine
from subprocess import Popen

import pytest

from shared.runtime.supervisor import GC_THRESHOLDS, Part, run, supervise, tune_gc

Program = Callable[[str], "Popen[str]"]
Run = Callable[[], Coroutine[None, None, None]]


class Loops:
    """Parts that note what happens to them."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def part(self, name: str, *, drains: bool = False) -> Part:
        done = asyncio.Event()

        async def runs() -> None:
            try:
                await done.wait()
                self.seen.append(f"{name} drained")
            except asyncio.CancelledError:
                self.seen.append(f"{name} cancelled")
                raise

        async def stop() -> None:
            done.set()

        return Part(name, runs, stop if drains else None)


async def ends() -> None:
    return


async def fails() -> None:
    raise ValueError("anna@example.se")


@pytest.mark.parametrize("culprit", [ends, fails])
async def test_one_ends_and_all_stop_with_a_fault(culprit: Run) -> None:
    loops = Loops()
    parts = [loops.part("intake", drains=True), loops.part("worker"), Part("culprit", culprit)]
    assert await supervise(parts) == 1
    assert loops.seen == ["intake drained", "worker cancelled"]


async def test_a_signal_drains_in_order_and_is_a_clean_end() -> None:
    loops = Loops()
    parts = [loops.part("intake", drains=True), loops.part("worker"), loops.part("relay", drains=True)]
    asyncio.get_running_loop().call_later(0.05, signal.raise_signal, signal.SIGTERM)
    assert await supervise(parts) == 0
    assert loops.seen == ["intake drained", "worker cancelled", "relay drained"]


async def test_a_part_that_cannot_drain_is_cancelled_and_the_others_still_drain() -> None:
    loops = Loops()
    broken = loops.part("broken")
    parts = [Part("broken", broken.run, fails), loops.part("relay", drains=True), Part("culprit", ends)]
    assert await supervise(parts) == 1
    assert loops.seen == ["broken cancelled", "relay drained"]


async def test_a_fault_while_stopping_is_a_fault() -> None:
    stopping = asyncio.Event()

    async def breaks_at_the_end() -> None:
        await stopping.wait()
        raise ValueError("anna@example.se")

    async def stop() -> None:
        stopping.set()

    asyncio.get_running_loop().call_later(0.05, signal.raise_signal, signal.SIGTERM)
    assert await supervise([Part("part", breaks_at_the_end, stop)]) == 1


START = """
    import asyncio
    from shared.runtime import supervisor, watchdog
    from shared.runtime.logs import configure_logging
    from shared.runtime.supervisor import Part, run, supervise

    configure_logging("info", "json")
    supervisor.STOP_S = supervisor.CANCEL_S = 0.2

    async def stubborn():
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                pass

    async def patient():
        print("up", flush=True)
        await asyncio.sleep(60)
"""


def test_the_log_says_which_part_failed_and_where_but_not_what_it_quoted(program: Program) -> None:
    ended = program(f"""{START}
    async def fails():
        raise ValueError("anna@example.se")

    raise SystemExit(run(lambda: supervise([Part("patient", patient), Part("culprit", fails)])))
    """)
    _, lines = ended.communicate(timeout=30)
    assert ended.returncode == 1
    assert '"part": "culprit"' in lines
    assert '"error": "ValueError"' in lines
    assert "anna" not in lines


def test_sigterm_ends_a_process_cleanly(program: Program) -> None:
    started = program(f"{START}\n    raise SystemExit(run(lambda: supervise([Part('patient', patient)])))")
    assert started.stdout is not None
    assert started.stdout.readline() == "up\n"
    started.send_signal(signal.SIGTERM)
    assert started.wait(10) == 0


def test_a_second_signal_ends_it_at_once(program: Program) -> None:
    started = program(f"""{START}
    supervisor.STOP_S = 60
    async def never():
        print("stopping", flush=True)
        await asyncio.sleep(60)

    raise SystemExit(run(lambda: supervise([Part("patient", patient, never)])))
    """)
    assert started.stdout is not None
    assert started.stdout.readline() == "up\n"
    started.send_signal(signal.SIGINT)
    assert started.stdout.readline() == "stopping\n"
    started.send_signal(signal.SIGINT)
    assert started.wait(10) == 128 + signal.SIGINT


def test_a_part_that_does_not_let_go_cannot_hold_the_process(program: Program) -> None:
    ended = program(f"""{START}
    async def ends():
        pass

    raise SystemExit(run(lambda: supervise([Part("stubborn", stubborn, stubborn), Part("culprit", ends)])))
    """)
    _, lines = ended.communicate(timeout=30)
    assert ended.returncode == 1
    assert "part did not drain in time" in lines
    assert "part does not stop, ending without it" in lines


def test_main_gives_the_exit_code() -> None:
    async def main() -> int:
        return 3

    assert run(main) == 3


def test_what_start_up_made_is_out_of_the_collectors_sight() -> None:
    before = gc.get_threshold()
    try:
        tune_gc()
        assert gc.get_threshold() == GC_THRESHOLDS
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
