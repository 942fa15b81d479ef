"""How soon a lead is at its destination: from when it was due to be posted until it is in the sink."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.bench.chain import embedded_chain
from tests.bench.leads import lead_id, leads
from tests.bench.load import open_loop
from tests.bench.machine import OTHERS_CORE, on_core

RATE = 200
LEADS = 6_000
"""Half a minute: long enough for write-ahead logs to be folded in, looks and renewals to come by."""
WARM_UP = 1_000
P50_MS = 150
P99_MS = 500


@pytest.fixture(autouse=True)
def _others_on_their_core() -> Iterator[None]:
    with on_core(OTHERS_CORE):
        yield


async def test_half_of_the_leads_arrive_within_150_ms_and_all_but_one_in_a_hundred_within_500(tmp_path: Path) -> None:
    """Counted from the schedule of an open loop, so that a pause of the server counts for all who waited for it."""
    async with embedded_chain(tmp_path) as chain:
        await open_loop(chain.server.port, leads("warm", WARM_UP), rate=RATE)
        due = await open_loop(chain.server.port, leads("run", LEADS), rate=RATE)
        await chain.until_delivered(WARM_UP + LEADS)
        arrived = chain.sink.arrived
    took_ms = sorted((arrived[lead_id("run", number)] - moment) * 1000 for number, moment in enumerate(due))
    p50, p99 = _percentile(took_ms, 0.5), _percentile(took_ms, 0.99)
    print(f"\nlatency at {RATE}/s: p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {took_ms[-1]:.0f} ms")
    assert p50 < P50_MS
    assert p99 < P99_MS


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[int(len(ordered) * share)]
