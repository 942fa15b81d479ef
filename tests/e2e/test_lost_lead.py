"""A lead that a stage overlooks is lost, and the ledger says so and names it."""

import asyncio
from pathlib import Path

import pytest

from shared.domain.ids import lead_id
from tests.proof import stacks, without
from tests.proof.judging import settled_ledger
from tests.proof.sink import sink
from tests.proof.traffic import Sender


async def test_the_ledger_finds_a_lead_that_the_router_overlooked(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    program = without.program("every lead")
    async with (
        sink() as receiver,
        stacks.running("embedded", tmp_path, request, sink_url=receiver.url, program=program) as processes,
    ):
        await Sender(stacks.lead_url(processes), rate=50, seed=8, corrections=0).run(10)

        ledger = await asyncio.to_thread(settled_ledger, processes[0])
        told = await asyncio.to_thread(processes[0].command, "ledger")

    removed = lead_id("google-search", "s8-7")
    assert ledger["exit_code"] == told.returncode == 1
    assert [lost["lead_id"] for lost in ledger["lost"]] == [removed]
    assert removed in told.stdout
