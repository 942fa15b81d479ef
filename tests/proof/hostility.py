"""Post every hostile body to a running service, several times over, and look for what each had to leave behind."""

import asyncio
import base64
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from shared.domain.ids import lead_id
from tests.payloads.hostile import Becomes, Hostile, hostile_bodies
from tests.proof.judging import settled_ledger
from tests.proof.processes import Process
from tests.proof.stacks import lead_url

SOURCE = "google-search"
AT_ONCE = 4
CAUGHT_UP_S = 30.0
MAY_GROW_MIB = 24
"""From the end of the first third of the passes to the last: caches and pools, the databases' too, are full by then."""


@dataclass(slots=True)
class Run:
    """What was answered and left behind; `rss_mib` is the resident memory after each pass."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    rss_mib: list[float] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"{self.statuses.total()} bodies, answers {dict(self.statuses)}, wrong {len(self.wrong)}, "
            f"missing {len(self.missing)}, {self.ledger['leads']['accepted']} leads, "
            f"{self.ledger['quarantined']} dead letters, MiB after each pass {[round(mib) for mib in self.rss_mib]}"
        )


async def posted(process: Process, *, passes: int) -> Run:
    """Post the whole corpus `passes` times, each time as other leads; then look for every one that was authentic."""
    run = Run()
    corpora = [hostile_bodies(run=f"pass-{number}") for number in range(passes)]
    async with aiohttp.ClientSession() as session:
        for corpus in corpora:
            await _post(session, lead_url([process]), corpus, run)
            await _caught_up(session, process)
            run.rss_mib.append(_rss_mib(process))
    process.expect_alive()
    run.ledger = await asyncio.to_thread(settled_ledger, process)
    run.missing = await asyncio.to_thread(_missing, process, [hostile for corpus in corpora for hostile in corpus])
    return run


def expect_withstood(run: Run) -> None:
    """Assert the right answer to each, a lead or a dead letter for every authentic one, and flat memory."""
    assert run.wrong == []
    assert run.missing == []
    assert run.ledger["exit_code"] == 0, run.ledger
    assert run.ledger["leads"]["dead"] == 0, run.ledger
    assert run.rss_mib[-1] - run.rss_mib[len(run.rss_mib) // 3] < MAY_GROW_MIB, run.rss_mib


async def _post(session: aiohttp.ClientSession, url: str, corpus: Sequence[Hostile], run: Run) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def post(hostile: Hostile) -> None:
        async with gate, session.post(url, data=hostile.body) as answer:
            await answer.read()
        run.statuses[answer.status] += 1
        if answer.status != hostile.status:
            run.wrong.append(f"{hostile.name}: {answer.status} instead of {hostile.status}")

    async with asyncio.TaskGroup() as tasks:
        for hostile in corpus:
            tasks.create_task(post(hostile))


async def _caught_up(session: aiohttp.ClientSession, process: Process) -> None:
    until = time.monotonic() + CAUGHT_UP_S
    while time.monotonic() < until:
        async with session.get(f"{process.admin_url}/v1/ledger") as answer:
            ledger = await answer.json()
        if not ledger["leads"]["in_flight"] and not ledger["behind"]:
            return
        await asyncio.sleep(0.2)


def _rss_mib(process: Process) -> float:
    assert process.running is not None
    status = Path(f"/proc/{process.running.pid}/status").read_text()
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kib) / 1024


def _missing(process: Process, corpus: Sequence[Hostile]) -> list[str]:
    leads = {event["data"]["lead_id"] for event in process.events("received")}
    bodies = {base64.b64decode(event["data"]["bytes"]) for event in process.events("dead")}

    def is_there(hostile: Hostile) -> bool:
        if hostile.becomes is Becomes.LEAD:
            return hostile.submission_id is not None and lead_id(SOURCE, hostile.submission_id) in leads
        return hostile.becomes is Becomes.NOTHING or hostile.body in bodies

    return [hostile.name for hostile in corpus if not is_there(hostile)]
