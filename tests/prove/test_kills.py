"""Nothing lost, nothing twice: 50 counted kills on each stack at 200 leads/s, at least 5,000 leads in."""

from pathlib import Path

import pytest

from tests.proof import kills, stacks
from tests.proof.sink import sink
from tests.proof.verdict import expect_promise_kept

PLAN = kills.Plan(kills=50, between_s=(2.0, 5.0), leads=5000, rate=200)
"""So far apart that a process gets to work between kills: to start anew and find its pace takes it 2 s."""


@pytest.mark.parametrize("stack", ["embedded", "kafka"])
async def test_nothing_is_lost_or_doubled_while_processes_are_killed(
    stack: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with sink() as receiver, stacks.running(stack, tmp_path, request, sink_url=receiver.url) as processes:
        verdict = await kills.run(processes, receiver, PLAN, seed=2)
    print(verdict)
    expect_promise_kept(verdict)
