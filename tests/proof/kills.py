"""Kill processes at random under load."""

import asyncio
import random
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from tests.proof.judging import under_load
from tests.proof.processes import Process
from tests.proof.sink import Sink
from tests.proof.verdict import Verdict

COUNTERS = {
    "ingest": "tratt_accepted_total",
    "scorer": 'tratt_committed_records_total{role="scorer"}',
    "router": "tratt_delivered_total",
    "console": 'tratt_committed_records_total{role="console"}',
}
"""What shows that a role did something a kill could undo: answered a 2xx, committed, delivered."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many kills must count, how long to wait before the next one, and how many leads must be in."""

    kills: int
    between_s: tuple[float, float]
    leads: int
    rate: float


async def run(processes: Sequence[Process], sink: Sink, plan: Plan, *, seed: int) -> Verdict:
    """Send until the kills have counted and the leads are in, let everything drain, and judge."""
    async with under_load(processes, sink, rate=plan.rate, seed=seed) as verdict:
        await _kill(processes, plan, verdict, random.Random(seed))
        while len(verdict.history.acked) < plan.leads:
            await asyncio.sleep(0.2)
        for process in processes:
            await process.ready()
    return verdict


async def _kill(processes: Sequence[Process], plan: Plan, verdict: Verdict, chance: random.Random) -> None:
    """Kill and restart victims at random until enough kills have counted. None may die by itself meanwhile."""
    while verdict.kills.total() < plan.kills:
        await asyncio.sleep(chance.uniform(*plan.between_s))
        for process in processes:
            process.expect_alive()
        victim = chance.choice(processes)
        if await asyncio.to_thread(committed_since_start, victim):
            verdict.killed_at.append(time.monotonic())
            verdict.kills[victim.name] += 1
            victim.kill()
            victim.start()


def committed_since_start(process: Process) -> bool:
    """Tell whether every role of the process did something that a kill could undo."""
    try:
        with urllib.request.urlopen(f"{process.admin_url}/metrics", timeout=2) as answer:
            text = answer.read().decode()
    except OSError:
        return False
    roles = process.roles.split(",") if process.roles else COUNTERS
    return all(_counted(text, COUNTERS[role]) for role in roles)


def _counted(metrics: str, counter: str) -> bool:
    lines = [line for line in metrics.splitlines() if line.startswith(counter)]
    return any(float(line.rsplit(" ", 1)[1]) > 0 for line in lines)
