"""The servers that a bench measures: Tratt itself and the bare yardsticks, each alone on the server's core."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.machine import SERVER_CORE, on_core
from tests.proof.processes import READY_S, Process, free_port

KEYS = {"TRATT_PERSON_KEY": "p" * 43, "TRATT_SECRET_KEY": "s" * 43}
BARE = Path(__file__).parent / "bare.py"


@dataclass(frozen=True, slots=True)
class Measured:
    """A running server, by the process to measure and the port to post to."""

    name: str
    pid: int
    port: int


@asynccontextmanager
async def tratt(folder: Path, environment: Mapping[str, str], *, roles: str | None = None) -> AsyncIterator[Measured]:
    """Run `tratt up` as an operator would, migrated; without `roles` all of them."""
    process = Process("tratt", folder, {**KEYS, **environment}, roles=roles)
    migrated = await asyncio.to_thread(process.command, "migrate")
    assert migrated.returncode == 0, migrated.stderr + migrated.stdout
    with on_core(SERVER_CORE):
        process.start()
    try:
        await process.ready()
        assert process.running is not None
        yield Measured("tratt", process.running.pid, process.http_port)
    finally:
        await asyncio.to_thread(process.stop)


@asynccontextmanager
async def bare(kind: str, target: str) -> AsyncIterator[Measured]:
    """Run a yardstick of `bare.py`: `kafka` with a bootstrap address, or `sqlite` with a file."""
    port = free_port()
    with on_core(SERVER_CORE):
        process = subprocess.Popen([sys.executable, str(BARE), kind, str(port), target])
    try:
        await asyncio.to_thread(_until_it_listens, port)
        yield Measured(f"bare {kind}", process.pid, port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _until_it_listens(port: int) -> None:
    until = time.monotonic() + READY_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, "the yardstick does not listen"
            time.sleep(0.1)
        else:
            return
