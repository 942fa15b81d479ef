"""Two thousand notices from a platform that misbehaves, and every process that has a part in it killed meanwhile."""

from pathlib import Path

import pytest

from tests.proof.fetching import fetching_stack, run
from tests.proof.fetching_verdict import breaches, told
from tests.proof.platforms import PLATFORMS
from tests.proof.sink import sink

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("kind", PLATFORMS)
@pytest.mark.parametrize("stack", ["embedded", "kafka"])
async def test_every_lead_that_was_notified_of_is_fetched_whatever_is_killed(
    stack: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with PLATFORMS[kind]() as platform:
        async with (
            sink() as receiver,
            fetching_stack(stack, tmp_path, request, sink_url=receiver.url, platform=platform) as processes,
        ):
            fetching = await run(processes, platform, receiver, count=2_000, kills=12, seed=7, kills_others=True)
        print(told(fetching, platform))
        assert not breaches(fetching, platform, receiver)
