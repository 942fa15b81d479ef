"""Two thousand notices from a platform that misbehaves, and every process that has a part in it killed meanwhile."""

from pathlib import Path

import pytest

from tests.proof.fake_platform import Trouble
from tests.proof.fetching import fetching_stack, run, waits_s
from tests.proof.fetching_verdict import breaches, percentile, told
from tests.proof.platforms import PLATFORMS
from tests.proof.sink import sink

pytestmark = pytest.mark.timeout(900)

FEW = 200
AT_MOST = 4
LEAST_S = 0.5
"""A wait of one look at the table: below it a ratio says nothing."""


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


@pytest.mark.parametrize("kind", PLATFORMS)
async def test_a_page_without_permission_delays_no_other(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with PLATFORMS[kind]() as platform:
        async with (
            sink() as receiver,
            fetching_stack("embedded", tmp_path, request, sink_url=receiver.url, platform=platform) as processes,
        ):
            alone = await waits_s(processes[0], platform, receiver, [None] * FEW)
            beside = await waits_s(processes[0], platform, receiver, [None, Trouble.FORBIDDEN] * FEW)
    figures = " and ".join(f"p95 {percentile(waits, 0.95):.2f} s" for waits in (alone, beside))
    print(f"{kind}: leads are given after {figures}, alone and beside as many that wait for a permission")
    # Twice as many notices are posted and read, and a probe is asked for now and then.
    assert percentile(beside, 0.95) < AT_MOST * max(percentile(alone, 0.95), LEAST_S)
