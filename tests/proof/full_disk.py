"""Fill the disk under load, alone or while Kafka is away, and hold every effect against every answer."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.proof.judging import under_load
from tests.proof.processes import Process
from tests.proof.sink import Sink
from tests.proof.small_disk import SmallDisk
from tests.proof.stacks import lead_url
from tests.proof.traffic import History, Sender
from tests.proof.verdict import Verdict, expect_promise_kept
from tests.servers.server import Server

WELL_S = 2.0
RECOVERED_S = 30.0
DRAINED_S = 60.0


async def filled(
    disk: SmallDisk, processes: Sequence[Process], sink: Sink, *, full_s: float, times: int, rate: float
) -> Verdict:
    """Fill the disk so many times, each time until senders are accepted again; every second time kill while full."""
    async with under_load(processes, sink, rate=rate, seed=4) as verdict:
        for number in range(times):
            await asyncio.sleep(WELL_S)
            await asyncio.to_thread(disk.fill)
            await asyncio.sleep(full_s)
            for process in processes:
                process.expect_alive()
            killed = processes if number % 2 else []
            for process in killed:
                process.kill()
            disk.give_space()
            for process in killed:
                process.start()
            for process in processes:
                await process.ready()
            await _accepts(verdict.history)
    return verdict


def expect_told_and_kept(verdict: Verdict) -> None:
    """Assert that a full disk was answered 503 with Retry-After, and that every 200 was kept."""
    _expect_told(verdict.history)
    expect_promise_kept(verdict)


@dataclass(slots=True)
class BothAway:
    """What became of leads while neither Kafka nor the disk took any: `accepted_meanwhile` must be 0."""

    history: History
    accepted_meanwhile: int = 0
    spilled: int = 0
    lost: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.history.acked)} leads accepted, {self.accepted_meanwhile} of them while both were away, "
            f"{self.spilled} into the spill; lost {len(self.lost)}; answers {dict(self.history.statuses)}"
        )


async def both_away(disk: SmallDisk, kafka: Server, ingest: Process, *, full_s: float, rate: float) -> BothAway:
    """Take both away, give the disk back first and then Kafka, and look for every accepted lead on the topic."""
    sender = Sender(lead_url([ingest]), rate=rate, seed=5)
    run = BothAway(sender.history)
    sending = asyncio.create_task(sender.run(10**6))
    await asyncio.sleep(WELL_S)
    await asyncio.to_thread(disk.fill)
    await asyncio.to_thread(kafka.stop)
    before = len(run.history.acked)
    await asyncio.sleep(full_s)
    run.accepted_meanwhile = len(run.history.acked) - before
    disk.give_space()
    await _accepts(run.history)
    run.spilled = len(run.history.acked) - before
    await asyncio.to_thread(kafka.start)
    sender.stop()
    await sending
    run.lost = await _missing_on_topic(ingest, run.history)
    ingest.expect_alive()
    return run


def expect_both_away_told_and_kept(run: BothAway) -> None:
    """Assert that nobody was answered 200 while nothing could keep the lead, and that every 200 was kept."""
    _expect_told(run.history)
    assert run.accepted_meanwhile == 0
    assert run.spilled > 0
    assert run.lost == []


def _expect_told(history: History) -> None:
    told = {status for status in history.statuses if status.isdigit()}
    assert told == {"200", "503"}, history.statuses
    assert history.unadvised == 0
    assert history.refused == set()


async def _accepts(history: History) -> None:
    """Wait until senders are accepted again."""
    before, until = len(history.acked), time.monotonic() + RECOVERED_S
    while len(history.acked) == before:
        assert time.monotonic() < until, f"no lead is accepted {RECOVERED_S} s after there was space again"
        await asyncio.sleep(0.1)


async def _missing_on_topic(process: Process, history: History) -> list[str]:
    until = time.monotonic() + DRAINED_S
    while True:
        events = await asyncio.to_thread(process.events, "received")
        missing = sorted(history.acked.keys() - {event["data"]["lead"]["submission_id"] for event in events})
        if not missing or time.monotonic() > until:
            return missing
        await asyncio.sleep(1)
