"""Nothing lost, nothing twice, while processes die: the short form. `make prove` runs the long one."""

from pathlib import Path

import pytest

from tests.proof import kills, stacks
from tests.proof.sink import sink
from tests.proof.verdict import expect_promise_kept

PLAN = kills.Plan(kills=10, between_s=(0.1, 0.9), leads=500, rate=50)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("stack", ["embedded", "kafka"])
async def test_nothing_is_lost_or_doubled_while_processes_are_killed(
    stack: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with sink() as receiver, stacks.running(stack, tmp_path, request, sink_url=receiver.url) as processes:
        verdict = await kills.run(processes, receiver, PLAN, seed=1)
    print(verdict)
    expect_promise_kept(verdict)
