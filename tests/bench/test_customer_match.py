"""Matching against a million customers takes about as long as against a thousand, on either database.

Two figures, each in turns on both: the match alone (keys, look-up of every tier, verdict), and the whole batch of the
router, which is what a user waits for. Both with the tables read into memory before: a router that starts on a cold
disk reads a page per stranger until it has met some ten thousand.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.runtime.settings import Settings
from tests.bench.customer_file import fill_customers
from tests.bench.invented_leads import scored_leads
from tests.bench.matching import warm_up
from tests.bench.stages import (
    Run,
    keep_apart,
    measure,
    migrated,
    print_table,
    publish,
    servers_core,
    settings_for,
)
from tests.servers.postgres import fresh_database
from tests.servers.server import Server

__all__ = ["servers_core"]

MATCHED = 20_000
"""Leads of one run of the match alone: half a second of it, below which the machine's own unrest is what is seen."""
LEADS = 5_000
ROUNDS = 3
FEW, MANY = 1_000, 1_000_000
MOST_TIMES = 1.3


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
@pytest.mark.usefixtures("servers_core")
async def test_a_million_customers_cost_the_router_little_more_than_a_thousand(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_server") if database == "PostgreSQL" else None
    async with filled(tmp_path, server, FEW) as few, filled(tmp_path, server, MANY) as many:
        by_size = {f"{FEW:,} customers": few, f"{MANY:,} customers": many}
        matches: dict[str, list[Run]] = {name: [] for name in by_size}
        batches: dict[str, list[Run]] = {name: [] for name in by_size}
        for _ in range(ROUNDS):
            for name, settings in by_size.items():
                matches[name].append(await measure("matching", "router", settings, leads=MATCHED))
                async with migrated(settings) as stack:
                    await publish(stack, scored_leads(stack.configuration, LEADS))
                    await warm_up(stack)
                batches[name].append(await measure("our_stages", "router", settings, leads=LEADS, group="router"))
    match = print_table(f"customer match alone, {database}", matches, against=f"{FEW:,} customers")
    stage = print_table(f"router stage by customers, {database}", batches, against=f"{FEW:,} customers")
    assert 1 / match <= MOST_TIMES
    assert 1 / stage <= MOST_TIMES


@asynccontextmanager
async def filled(folder: Path, server: Server | None, customers: int) -> AsyncIterator[Settings]:
    """Give the settings of a stack with that many customers; its event log is embedded."""
    data = folder / str(customers)
    if server is None:
        settings = settings_for(data)
        async with migrated(settings) as stack:
            await fill_customers(stack, customers)
        yield settings
        return
    keep_apart(server)
    async with fresh_database(server.url) as database_url:
        settings = settings_for(data, database_url=database_url)
        async with migrated(settings) as stack:
            await fill_customers(stack, customers)
        yield settings
