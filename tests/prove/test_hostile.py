"""Every hostile body thirty times over to one running service: memory stays flat."""

from pathlib import Path

import pytest

from tests.proof import hostility, stacks
from tests.proof.sink import sink

PASSES = 30


async def test_no_hostile_body_breaks_the_running_service(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    async with sink() as receiver, stacks.running("embedded", tmp_path, request, sink_url=receiver.url) as processes:
        run = await hostility.posted(processes[0], passes=PASSES)
    print(run)
    hostility.expect_withstood(run)
