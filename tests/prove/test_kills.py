"""Nothing lost, nothing twice: 50 counted kills on each stack at 200 leads/s, at least 5,000 leads in."""

from pathlib import Path

import pytest

from tests.proof import kills, stacks
from tests.proof.sink import sink

KILLS = 50
LEADS = 5000
RATE = 200


@pytest.mark.parametrize("stack", ["embedded", "kafka"])
async def test_nothing_is_lost_or_doubled_while_processes_are_killed(
    stack: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with sink() as receiver, stacks.running(stack, tmp_path, request, sink_url=receiver.url) as processes:
        verdict = await kills.run(
            processes, receiver, url=stacks.lead_url(processes), kills=KILLS, leads=LEADS, rate=RATE, seed=2
        )
    print(verdict)
    kills.expect_promise_kept(verdict)
