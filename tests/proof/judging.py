"""Judge a run: every effect held against every answer, and the ledger and the topics against both."""

import asyncio
import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.proof.processes import Process
from tests.proof.sink import Sink
from tests.proof.stacks import lead_url
from tests.proof.traffic import CORRECTED, History, Sender
from tests.proof.verdict import Verdict

QUIET_S = 90.0
SECOND_COPY_S = 2.0
LEDGER_SETTLES_S = 30


@asynccontextmanager
async def under_load(
    processes: Sequence[Process], sink: Sink, *, rate: float, seed: int, quiet_s: float = QUIET_S
) -> AsyncIterator[Verdict]:
    """Send leads while the block runs; then let everything drain, and judge. `quiet_s` without an arrival ends that."""
    sender = Sender(lead_url(processes), rate=rate, seed=seed)
    verdict = Verdict(sender.history)
    sending = asyncio.create_task(sender.run(10**6))
    try:
        yield verdict
    except BaseException:
        sending.cancel()
        raise
    sender.stop()
    await sending
    await _drained(verdict.history, sink, quiet_s)
    await _judge(verdict, processes, sink)


async def _drained(history: History, sink: Sink, quiet_s: float) -> None:
    """Return when every accepted lead has arrived, or no further one has for `quiet_s`."""
    arrived, until = 0, time.monotonic() + quiet_s
    while time.monotonic() < until and history.acked.keys() - sink.arrived.keys():
        if len(sink.arrived) > arrived:
            arrived, until = len(sink.arrived), time.monotonic() + quiet_s
        await asyncio.sleep(0.2)
    await asyncio.sleep(SECOND_COPY_S)


async def _judge(verdict: Verdict, processes: Sequence[Process], sink: Sink) -> None:
    accepted_at = verdict.history.accepted_at
    verdict.lost = sorted(accepted_at.keys() - sink.arrived.keys())
    verdict.twice = sink.twice()
    took_s = (sink.arrived[lead] - at for lead, at in accepted_at.items() if lead in sink.arrived)
    verdict.slowest_s = max(took_s, default=0.0)
    _judge_orphans(verdict, sink)
    verdict.ledger = await asyncio.to_thread(settled_ledger, processes[-1])
    _judge_journal(verdict, processes)  # after that: one of its deliveries may have waited for space
    corrected = verdict.history.corrected & sink.arrived.keys()
    verdict.uncorrected = sorted(lead for lead in corrected if CORRECTED not in sink.newest(lead))
    verdict.decided_twice = await asyncio.to_thread(_decided_twice, processes[-1])
    verdict.told_twice = await asyncio.to_thread(_told_twice, processes[-1])


def _judge_orphans(verdict: Verdict, sink: Sink) -> None:
    for at, next_at in pairwise([*verdict.killed_at, math.inf]):
        orphans = [lead for lead, accepted in verdict.history.accepted_at.items() if accepted < at]
        later_s = [sink.arrived[lead] - at for lead in orphans if sink.arrived.get(lead, at) > at]
        if later_s and at + min(later_s) < next_at:
            verdict.resumed_s.append(min(later_s))
        verdict.all_resumed_s = max(later_s, default=0.0)


def _judge_journal(verdict: Verdict, processes: Sequence[Process]) -> None:
    lines: Counter[str] = Counter()
    leads = set()
    for path in {file for process in processes for file in Path(process.folder).rglob("delivered.jsonl")}:
        for line in path.read_text().splitlines():
            entry = json.loads(line)
            lines[entry["delivery_id"]] += 1
            leads.add(entry["lead"]["submission_id"])
    verdict.journal_twice = [delivery for delivery, count in lines.items() if count > 1]
    verdict.journal_lost = sorted(verdict.history.acked.keys() - leads)


def settled_ledger(process: Process) -> dict[str, Any]:
    """Take the ledger once nothing is under way, or as it stands after half a minute."""
    until = time.monotonic() + LEDGER_SETTLES_S
    while True:
        ledger = process.ledger(recount=True)
        waiting = any(to["waiting"] for to in ledger["destinations"].values())
        if not (ledger["leads"]["in_flight"] or waiting) or time.monotonic() > until:
            return ledger
        time.sleep(1)


def _decided_twice(process: Process) -> list[str]:
    events = [event for topic in ("routed", "held", "rejected") for event in process.events(topic)]
    numbered = ((f"{event['subject']} {event['data']['decision']['number']}", json.dumps(event)) for event in events)
    return _several(numbered)


def _told_twice(process: Process) -> list[str]:
    events = [event for event in process.events("delivered") if event["type"] == "tratt.lead.delivered.v1"]
    return _several((event["data"]["delivery_id"], event["id"]) for event in events)


def _several(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Name the keys that come with more than one value."""
    values = defaultdict(set)
    for key, value in pairs:
        values[key].add(value)
    return sorted(key for key, found in values.items() if len(found) > 1)
