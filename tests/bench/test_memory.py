"""Whether the embedded chain's memory stays where it was, over a hundred thousand leads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.chain import embedded_chain
from tests.bench.leads import leads
from tests.bench.machine import OTHERS_CORE, on_core, rss_mb

pytestmark = pytest.mark.timeout(900)
STEP = 2_000
"""Leads posted before the next ones wait for their delivery, so that the backlog stays what it is in a day's work."""
SETTLED_AFTER, TOTAL = 20_000, 100_000
MOST_GROWTH = 1.15
"""A leak of a kilobyte a lead would be 80 MB more; what grows less is caches and the allocator."""


@pytest.fixture(autouse=True)
def _others_on_their_core() -> Iterator[None]:
    with on_core(OTHERS_CORE):
        yield


async def test_memory_after_100_000_leads_is_that_after_20_000(tmp_path: Path) -> None:
    sizes: dict[int, float] = {}
    async with embedded_chain(tmp_path) as chain:
        for done in range(STEP, TOTAL + STEP, STEP):
            await chain.accept(leads(f"upto{done}", STEP))
            await chain.until_delivered(STEP)
            chain.sink.forget()
            sizes[done] = rss_mb(chain.server.pid)
    shown = ", ".join(f"{sizes[done]:.0f} MB after {done:,}" for done in sizes if done % SETTLED_AFTER == 0)
    print(f"\nmemory: {shown}")
    assert sizes[TOTAL] / sizes[SETTLED_AFTER] < MOST_GROWTH
