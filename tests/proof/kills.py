"""Kill processes at random under load, then hold every effect against every answer."""

import asyncio
import json
import random
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.proof.processes import Process
from tests.proof.sink import Sink
from tests.proof.traffic import History, Sender

BETWEEN_KILLS_S = (0.4, 1.6)
QUIET_S = 90
COUNTERS = {
    "ingest": "tratt_accepted_total",
    "scorer": 'tratt_committed_records_total{role="scorer"}',
    "router": "tratt_delivered_total",
    "console": 'tratt_committed_records_total{role="console"}',
}
"""What shows that a role did something a kill could undo: answered a 2xx, committed, delivered."""


@dataclass(slots=True)
class Verdict:
    """What the run showed: the figures, and every lead that breaks the promise."""

    kills: Counter[str] = field(default_factory=Counter)
    leads: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    journal_twice: list[str] = field(default_factory=list)
    journal_lost: list[str] = field(default_factory=list)
    resumed_s: list[float] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)
    history: History = field(default_factory=History)

    def __str__(self) -> str:
        slowest = max(self.resumed_s, default=0.0)
        return (
            f"{sum(self.kills.values())} kills {dict(self.kills)}, {self.leads} leads accepted, "
            f"lost {len(self.lost)}, twice {len(self.twice)}, journal lost {len(self.journal_lost)} "
            f"twice {len(self.journal_twice)}, orphans resumed within {slowest:.1f} s, "
            f"answers {dict(self.history.statuses)}, ledger exit {self.ledger.get('exit_code')}"
        )


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


async def kill_until(processes: Sequence[Process], kills: int, verdict: Verdict, chance: random.Random) -> list[float]:
    """Kill and restart victims at random until `kills` have counted; the moments of the kills."""
    moments = []
    loop = asyncio.get_running_loop()
    while sum(verdict.kills.values()) < kills:
        victim = chance.choice(processes)
        await asyncio.sleep(chance.uniform(*BETWEEN_KILLS_S))
        if not await asyncio.to_thread(committed_since_start, victim):
            continue
        moments.append(loop.time())
        victim.kill()
        verdict.kills[victim.name] += 1
        victim.start()
        await victim.ready()
    return moments


async def run(
    processes: Sequence[Process], sink: Sink, *, url: str, kills: int, leads: int, rate: float, seed: int
) -> Verdict:
    """Send until the kills have counted and `leads` are in, let everything drain, and judge."""
    verdict = Verdict()
    sender = Sender(url, rate=rate, seed=seed)
    sending = asyncio.create_task(sender.run(10**6))
    moments = await kill_until(processes, kills, verdict, random.Random(seed))
    while len(sender.history.acked) < leads:
        await asyncio.sleep(0.2)
    sender.stop()
    verdict.history = await sending
    verdict.leads = len(verdict.history.acked)
    await drained(verdict.history, sink)
    await judge(verdict, processes, sink, moments)
    return verdict


async def drained(history: History, sink: Sink, quiet_s: float = QUIET_S) -> None:
    """Return when every accepted lead has arrived, or nothing new came for a long while."""
    until = time.monotonic() + quiet_s
    while time.monotonic() < until and history.acked.keys() - sink.effects.keys():
        await asyncio.sleep(0.2)
    await asyncio.sleep(2)  # a second copy would come now


async def judge(verdict: Verdict, processes: Sequence[Process], sink: Sink, moments: Sequence[float]) -> None:
    verdict.lost = sorted(verdict.history.acked.keys() - sink.effects.keys())
    verdict.twice = sink.twice()
    seen: Counter[str] = Counter()
    journalled: set[str] = set()
    for path in {file for process in processes for file in Path(process.folder).rglob("delivered.jsonl")}:
        for line in path.read_text().splitlines():
            entry = json.loads(line)
            seen[entry["delivery_id"]] += 1
            journalled.add(entry["lead"]["submission_id"])
    verdict.journal_twice = [delivery for delivery, count in seen.items() if count > 1]
    verdict.journal_lost = sorted(verdict.history.acked.keys() - journalled)
    verdict.resumed_s = [later for moment in moments if (later := _resumed(moment, sink)) is not None]
    verdict.ledger = await asyncio.to_thread(settled_ledger, processes[-1])


def _resumed(moment: float, sink: Sink) -> float | None:
    after = [at - moment for at in sink.arrived.values() if at > moment]
    return min(after, default=None)


def settled_ledger(process: Process) -> dict[str, Any]:
    """The ledger once nothing is in flight, or as it stands after half a minute."""
    until = time.monotonic() + 30
    while True:
        ledger = process.ledger(recount=True)
        if not ledger["leads"]["in_flight"] or time.monotonic() > until:
            return ledger
        time.sleep(1)


RESUMED_WITHIN_S = 10


def expect_promise_kept(verdict: Verdict) -> None:
    """Assert the promise: nothing lost, nothing twice, work resumed in time, the ledger adds up."""
    assert verdict.lost == []
    assert verdict.twice == []
    assert verdict.journal_twice == []
    assert verdict.journal_lost == []
    assert verdict.history.refused == set()
    assert all(later < RESUMED_WITHIN_S for later in verdict.resumed_s), verdict.resumed_s
    assert verdict.ledger["exit_code"] == 0, verdict.ledger
