"""The short form of `tests/prove/test_fetching.py`, and the ways to a lead whose notice or whose answer went astray."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.proof.fake_graph import fake_graph
from tests.proof.fake_linkedin import fake_linkedin
from tests.proof.fetching import SOURCE, fetching_stack, notify, run
from tests.proof.fetching_verdict import breaches, told
from tests.proof.processes import Process
from tests.proof.sink import Sink, sink

pytestmark = pytest.mark.timeout(240)

PATIENCE_S = 40


async def test_every_lead_that_was_notified_of_is_fetched_whatever_is_killed(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with fake_linkedin() as platform:
        async with (
            sink() as receiver,
            fetching_stack("embedded", tmp_path, request, sink_url=receiver.url, platform=platform) as processes,
        ):
            fetching = await run(processes, platform, receiver, count=200, kills=3, seed=4)
        print(told(fetching, platform))
        assert not breaches(fetching, platform, receiver)


async def test_a_lead_is_had_without_its_notice_and_after_an_answer_that_was_none(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    hour = timedelta(hours=1)
    with fake_graph() as graph:
        unnoticed = graph.put_old(1, hour)
        async with (
            sink() as receiver,
            fetching_stack("embedded", tmp_path, request, sink_url=receiver.url, platform=graph) as processes,
        ):
            process = processes[0]
            await until(lambda: unnoticed in receiver.arrived)
            assert '"healed": true' in receiver.newest(unnoticed)

            too_old = graph.put_old(2, 100 * hour)
            since = f"{datetime.now(UTC) - 200 * hour:%Y-%m-%d}"
            assert "1 leads" in await command(process, "backfill", SOURCE, "--since", since, "--dry-run")
            assert "1 leads" in await command(process, "backfill", SOURCE, "--since", since)
            await until(lambda: too_old in receiver.arrived)

            spoilt = graph.put(3)
            graph.spoilt.add(spoilt)
            await notify(process, graph, [spoilt])
            letter = await dead_letter(process)
            graph.spoilt.clear()
            await command(process, "dead", "replay", letter)
            await until(lambda: spoilt in receiver.arrived)
            ledger = await asyncio.to_thread(process.ledger)
    assert ledger["exit_code"] == 0
    assert_once(receiver)


def assert_once(receiver: Sink) -> None:
    assert len(receiver.arrived) == 3
    assert receiver.twice() == []


async def command(process: Process, *arguments: str) -> str:
    done = await asyncio.to_thread(process.command, *arguments)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


async def dead_letter(process: Process) -> str:
    found: list[str] = []
    until_s = time.monotonic() + PATIENCE_S
    while not found and time.monotonic() < until_s:
        found = (await command(process, "dead", "list")).split()
        found = [] if found[:1] == ["no"] else found
        await asyncio.sleep(0.5)
    shown = json.loads(await command(process, "dead", "show", found[0], "--json"))
    assert shown["data"]["stage"] == "retrieval"
    return found[0]


async def until(holds: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until_s
        await asyncio.sleep(0.1)
