"""The two stacks as processes: everything in one on the embedded default, a process per role on Kafka."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex

import asyncpg
import pytest

from tests.proof.processes import Process, write_configuration
from tests.proof.sink import SECRET

KEYS = {"TRATT_PERSON_KEY": "p" * 43, "TRATT_SECRET_KEY": "s" * 43}
KAFKA_ROLES = ("ingest", "scorer", "router", "router", "console")
"""Two routers, so that the claim and the fence have somebody to stand between."""
WARMED_S = 1.0


@asynccontextmanager
async def running(
    stack: str,
    folder: Path,
    request: pytest.FixtureRequest,
    *,
    sink_url: str,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] | None = None,
) -> AsyncIterator[list[Process]]:
    """Yield the stack's processes, ready; stop them all at the end."""
    configuration = write_configuration(folder, sink_url=sink_url, secret=SECRET)
    settings = {**KEYS, "TRATT_CONFIG": str(configuration), **(environment or {})}
    if stack == "embedded":
        processes = [Process("all", folder / "data", settings)]
    else:
        processes = kafka_processes(folder, settings | await on_servers(request))
    if program is not None:
        for process in processes:
            process.program = program
    async with started(processes):
        await asyncio.sleep(WARMED_S)
        yield processes


@asynccontextmanager
async def started(processes: Sequence[Process]) -> AsyncIterator[None]:
    """Migrate, start processes and wait until all are ready; stop them all at the end."""
    migrated = await asyncio.to_thread(processes[0].command, "migrate")
    assert migrated.returncode == 0, migrated.stderr + migrated.stdout
    try:
        for process in processes:
            process.start()
        for process in processes:
            await process.ready()
        yield
    finally:
        for process in processes:
            await asyncio.to_thread(process.stop)


@asynccontextmanager
async def ingest_alone(folder: Path, *, kafka_url: str) -> AsyncIterator[Process]:
    """Yield an ingest on Kafka, its data and spill in `folder/ingest`, ready; stop it at the end."""
    configuration = write_configuration(folder, sink_url="http://127.0.0.1:9/in", secret=SECRET)
    settings = {
        **KEYS,
        "TRATT_CONFIG": str(configuration),
        "TRATT_EVENT_LOG_URL": kafka_url,
        "TRATT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/tratt.db",
        "TRATT_TOPIC_PARTITIONS": "6",
    }
    process = Process("ingest", folder / "ingest", settings, roles="ingest")
    async with started([process]):
        yield process


async def on_servers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the settings of a stack on the session's servers."""
    return {
        "TRATT_EVENT_LOG_URL": request.getfixturevalue("kafka_server").url,
        "TRATT_DATABASE_URL": await fresh_url(request),
        "TRATT_TOPIC_PARTITIONS": "6",
    }


async def fresh_url(request: pytest.FixtureRequest) -> str:
    """Give an empty database on a PostgreSQL of the test's own, so that it may be harmed."""
    server = request.getfixturevalue("postgres_server")
    connection = await asyncpg.connect(server.url.replace("postgresql+asyncpg", "postgresql"))
    name = f"tratt_{token_hex(6)}"
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    base, _, _ = server.url.rpartition("/")
    return f"{base}/{name}"


def kafka_processes(folder: Path, settings: Mapping[str, str]) -> list[Process]:
    """One process per role, the routers on one data folder so that they share a journal."""
    return [Process(f"{role}-{number}", folder / role, settings, roles=role) for number, role in enumerate(KAFKA_ROLES)]


def lead_url(processes: Sequence[Process]) -> str:
    """Where Google would post to."""
    return f"{processes[0].url}/v1/sources/google-search"
