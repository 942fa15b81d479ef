"""How fast a lead is accepted, everything included, beside a bare ASGI app that only makes the same bytes durable.

Both servers share one core in turns; the load, and Kafka, have the other. Ours runs the shipped configuration.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pytest

from shared.adapters.kafka_log import KafkaLog
from tests.bench import bare as yardstick
from tests.bench.leads import leads
from tests.bench.load import closed_loop
from tests.bench.machine import OTHERS_CORE, cpu_s, on_core
from tests.bench.servers import Measured, bare, tratt
from tests.servers.server import Server

ROUNDS = 31
"""Short ones in turns, and their median: a machine's speed changes by a third from one second to the next."""
LEADS = 2_000
"""Of each round: a third of a second, long enough that a tick of the CPU clock is little."""
WARM_UP = 1_000
PARTITIONS = 24
"""As Tratt's own topics have by default."""
OF_BARE_KAFKA = 0.5
OF_BARE_SQLITE = 0.4


@pytest.fixture(autouse=True)
def _others_on_their_core() -> Iterator[None]:
    with on_core(OTHERS_CORE):
        yield


@dataclass(slots=True)
class Figures:
    """What the rounds of one server came to."""

    leads_per_s: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{median(self.leads_per_s):6.0f} leads/s, {median(self.cpu_us):4.0f} us of CPU each"


async def test_accepting_costs_at_most_twice_a_bare_acknowledged_publish(kafka_server: Server, tmp_path: Path) -> None:
    bootstrap = kafka_server.url.removeprefix("kafka://")
    await _make_topic(bootstrap)
    settings = {"TRATT_EVENT_LOG_URL": kafka_server.url}
    async with tratt(tmp_path, settings, roles="ingest") as ours, bare("kafka", bootstrap) as theirs:
        assert await _ratio(ours, theirs) >= OF_BARE_KAFKA


async def test_accepting_costs_at_most_two_and_a_half_bare_group_commits(tmp_path: Path) -> None:
    async with tratt(tmp_path / "tratt", {}, roles="ingest") as ours, bare("sqlite", str(tmp_path / "bare.db")) as its:
        assert await _ratio(ours, its) >= OF_BARE_SQLITE


async def _ratio(ours: Measured, theirs: Measured) -> float:
    """Measure both in turns; return our rate over theirs."""
    figures = {ours: Figures(), theirs: Figures()}
    for turn in range(ROUNDS + 1):
        for server, of_it in figures.items():
            await _round(server, leads(f"r{turn}", LEADS if turn else WARM_UP), of_it if turn else Figures())
    by_rate = [a / b for a, b in zip(figures[ours].leads_per_s, figures[theirs].leads_per_s, strict=True)]
    by_cpu = [b / a for a, b in zip(figures[ours].cpu_us, figures[theirs].cpu_us, strict=True)]
    for server, of_it in figures.items():
        print(f"\naccept: {server.name:12} {of_it}", end="")
    print(f"\naccept: ours is {median(by_rate):.2f} of {theirs.name} by rate, {median(by_cpu):.2f} by CPU")
    return median(by_rate)


async def _round(server: Measured, requests: Sequence[bytes], figures: Figures) -> None:
    cpu, began = cpu_s(server.pid), time.perf_counter()
    load = await closed_loop(server.port, requests)
    elapsed_s, used_s = time.perf_counter() - began, cpu_s(server.pid) - cpu
    assert not load.not_ok
    figures.leads_per_s.append(len(requests) / elapsed_s)
    figures.cpu_us.append(used_s / len(requests) * 1e6)


async def _make_topic(bootstrap: str) -> None:
    log = KafkaLog(bootstrap, partitions=PARTITIONS, replication=1)
    await log.start()
    await log.migrate([yardstick.TOPIC])
    await log.stop()
