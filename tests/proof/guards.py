"""Provoke the fault that a guard is there for, under load."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from tests.proof.judging import under_load
from tests.proof.processes import Process
from tests.proof.sink import Sink
from tests.proof.verdict import Verdict

WELL_S = 3.0
FROZEN_S = 12.0
"""Past the session of a consumer (6 s), the lease of a process (8 s) and the look of the one that takes over."""
KILLS = 3
PUSH_S = 0.2
"""How long the sink thinks, so that a router holds deliveries whenever it is frozen."""
QUIET_S = 20.0
"""What a guard's absence lost does not come, however long one waits."""

Provocation = Callable[[Sequence[Process]], Awaitable[None]]


async def provoked(processes: Sequence[Process], sink: Sink, provoke: Provocation, *, rate: float) -> Verdict:
    """Send leads, provoke, let everything drain, and judge."""
    async with under_load(processes, sink, rate=rate, seed=7, quiet_s=QUIET_S) as verdict:
        await asyncio.sleep(WELL_S)
        await provoke(processes)
        await asyncio.sleep(WELL_S)
    return verdict


async def freeze_each_router(processes: Sequence[Process]) -> None:
    """Stop one router after the other for longer than its session and its lease, and let it go on where it was."""
    for router in processes:
        if router.roles == "router":
            router.freeze()
            await asyncio.sleep(FROZEN_S)
            router.thaw()
            await asyncio.sleep(WELL_S)


async def kill_a_few_times(processes: Sequence[Process]) -> None:
    """Kill everything while it works, so often that some kill meets the moment in question."""
    for _ in range(KILLS):
        for process in processes:
            process.kill()
            process.start()
        for process in processes:
            await process.ready()
        await asyncio.sleep(WELL_S)
