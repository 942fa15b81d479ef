"""Nothing lost, nothing twice, while processes die: the short form. `make prove` runs the long one."""

from pathlib import Path

import pytest

from tests.proof import kills, stacks
from tests.proof.sink import sink

KILLS = 10
LEADS = 500
RATE = 60


@pytest.mark.timeout(240)
@pytest.mark.parametrize("stack", ["embedded", "kafka"])
async def test_nothing_is_lost_or_doubled_while_processes_are_killed(
    stack: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with sink() as receiver, stacks.running(stack, tmp_path, request, sink_url=receiver.url) as processes:
        verdict = await kills.run(
            processes, receiver, url=stacks.lead_url(processes), kills=KILLS, leads=LEADS, rate=RATE, seed=1
        )
    print(verdict)
    kills.expect_promise_kept(verdict)
