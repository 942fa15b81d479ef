"""A stage beside its yardstick: each in a process of its own on one core, in turn, the servers on the other."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from statistics import median

import pytest
from pydantic import SecretStr

from services.wiring import Stack, migrate, opened
from shared.domain.events import Event
from shared.ports import Message
from shared.runtime.settings import Settings
from tests.bench.stopwatch import SERVERS_CORE
from tests.servers.docker import Container, _docker
from tests.servers.server import Server

ROOT = Path(__file__).parents[2]
BATCH = 500
RUN_S = 120.0
KEY = "p" * 43


@dataclass(frozen=True, slots=True)
class Run:
    """What a worker's process measured of itself."""

    leads: int
    wall_s: float
    cpu_s: float

    @property
    def per_s(self) -> float:
        return self.leads / self.wall_s

    @property
    def cpu_us(self) -> float:
        return self.cpu_s / self.leads * 1e6


def settings_for(folder: Path, *, event_log_url: str = "", database_url: str = "") -> Settings:
    """Choose a stack as the environment would; without URLs the embedded one."""
    urls = {
        **({"event_log_url": event_log_url} if event_log_url else {}),
        **({"database_url": database_url} if database_url else {}),
    }
    return Settings(data_dir=folder, person_key=SecretStr(KEY), secret_key=(SecretStr(KEY),), **urls)  # type: ignore[arg-type]


def environment_of(settings: Settings) -> Mapping[str, str]:
    """Write the settings as the environment of a process."""
    return {
        **os.environ,
        "TRATT_DATA_DIR": str(settings.data_dir),
        "TRATT_EVENT_LOG_URL": settings.event_log_url,
        "TRATT_DATABASE_URL": settings.database_url.get_secret_value(),
        "TRATT_PERSON_KEY": KEY,
        "TRATT_SECRET_KEY": KEY,
    }


@asynccontextmanager
async def migrated(settings: Settings) -> AsyncIterator[Stack]:
    """Open a stack whose tables and topics are there."""
    async with opened(settings) as stack:
        await migrate(stack)
        yield stack


async def publish(stack: Stack, events: Iterable[Event]) -> int:
    """Put events into the log, and tell how many."""
    messages = [Message.of(event) for event in events]
    for begin in range(0, len(messages), BATCH):
        await stack.log.publisher().publish(messages[begin : begin + BATCH])
    return len(messages)


async def measure(program: str, stage: str, settings: Settings, *, leads: int, group: str | None = None) -> Run:
    """Let a program of this folder take its topic's leads, from the oldest or from where `group` left off."""
    group = group or f"bench-{token_hex(4)}"
    command = [sys.executable, "-m", f"tests.bench.{program}", stage, group, str(leads)]
    log = settings.data_dir / "worker.log"
    with log.open("ab") as lines:
        done = await asyncio.to_thread(
            subprocess.run,
            command,
            env=environment_of(settings),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=lines,
            timeout=RUN_S,
            check=False,
        )
    assert done.returncode == 0, log.read_text()[-2000:]
    return Run(**json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture
def servers_core() -> Iterator[None]:
    """Keep this process, and what it starts from now on, off the worker's core. Ask for it before any server."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVERS_CORE} if len(every) > 1 else every)
    yield
    os.sched_setaffinity(0, every)


def keep_apart(*servers: Server) -> None:
    """Keep servers in containers off the worker's core; others were started on this process's own."""
    for server in servers:
        if isinstance(server._host, Container):
            _docker("update", "--cpuset-cpus", str(SERVERS_CORE), server._host._name)


def print_table(title: str, runs: Mapping[str, Sequence[Run]], *, against: str) -> float:
    """Print every variant's middle run, with its ratio to the yardstick's run beside it; return the last one's.

    Runs are compared in pairs, and the middle pair counts: a machine's speed changes by a third from one second to the
    next, and a short run would find a fast second where a long one cannot.
    """
    ratio = 1.0
    print(f"\n{title}\n{'':24}{'leads/s':>10}{'CPU us/lead':>14}{'ratio':>8}{'CPU ratio':>11}")
    for name, several in runs.items():
        pairs = list(zip(several, runs[against], strict=True))
        ratio = median(run.per_s / its.per_s for run, its in pairs)
        cpu_ratio = median(its.cpu_us / run.cpu_us for run, its in pairs)
        per_s, cpu_us = median(run.per_s for run in several), median(run.cpu_us for run in several)
        print(f"{name:24}{per_s:10,.0f}{cpu_us:14.0f}{ratio:8.2f}{cpu_ratio:11.2f}")
    return ratio
