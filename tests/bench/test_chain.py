"""How many leads a second go all the way, accepted to delivered, through one embedded process on one core."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.chain import embedded_chain
from tests.bench.leads import leads
from tests.bench.machine import OTHERS_CORE, cpu_s, on_core

LEADS = 10_000
WARM_UP = 1_000
LEAST_LEADS_PER_S = {"sink": 500, "journal, sink": 400}
"""By destinations: with a second one every lead is claimed, delivered, settled and announced twice."""


@pytest.fixture(autouse=True)
def _others_on_their_core() -> Iterator[None]:
    with on_core(OTHERS_CORE):
        yield


@pytest.mark.parametrize("destinations", LEAST_LEADS_PER_S)
async def test_one_core_takes_so_many_leads_a_second_from_accept_to_delivered(
    destinations: str, tmp_path: Path
) -> None:
    """The clock runs from the first post until the last lead is at the sink and every role has caught up."""
    async with embedded_chain(tmp_path, destinations=destinations) as chain:
        await chain.accept(leads("warm", WARM_UP))
        await chain.until_delivered(WARM_UP)
        await chain.until_idle()
        requests = leads("run", LEADS)
        cpu, began = cpu_s(chain.server.pid), time.perf_counter()
        await chain.accept(requests)
        accepted_s = time.perf_counter() - began
        await chain.until_delivered(WARM_UP + LEADS)
        delivered_s = time.perf_counter() - began
        await chain.until_idle()
        idle_s, used_s = time.perf_counter() - began, cpu_s(chain.server.pid) - cpu
        print(
            f"\nchain to {destinations}: {LEADS / idle_s:.0f} leads/s, {used_s / LEADS * 1e6:.0f} us of CPU each"
            f" (accepted after {accepted_s:.1f} s, delivered {delivered_s:.1f}, caught up {idle_s:.1f};"
            f" {chain.sink.repeats} repeats)",
        )
        assert not chain.sink.repeats
        assert LEADS / idle_s >= LEAST_LEADS_PER_S[destinations]
