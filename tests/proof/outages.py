"""Take a server away under load, and bring it back."""

import asyncio
from collections.abc import Sequence

from tests.proof.judging import under_load
from tests.proof.processes import Process
from tests.proof.sink import Sink
from tests.proof.verdict import Verdict, expect_promise_kept
from tests.servers.server import Server

BEFORE_S = 3.0
AFTER_S = 3.0
LONGEST_ANSWER_S = 2.0


async def away(
    server: Server, processes: Sequence[Process], sink: Sink, *, for_s: float, rate: float, seed: int
) -> Verdict:
    """Send before, during and after `server` is stopped for `for_s`, let everything drain, and judge."""
    async with under_load(processes, sink, rate=rate, seed=seed, quiet_s=for_s + 120) as verdict:
        await asyncio.sleep(BEFORE_S)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(for_s)
        await asyncio.to_thread(server.start)
        await asyncio.sleep(AFTER_S)
        for process in processes:
            process.expect_alive()
    return verdict


def expect_intake_unharmed(verdict: Verdict) -> None:
    """Assert that every answer was 200, in time, and that everything arrived once and nothing died."""
    assert set(verdict.history.statuses) == {"200"}, verdict.history.statuses
    assert verdict.history.percentile_s(0.99) < LONGEST_ANSWER_S
    expect_promise_kept(verdict)
