"""The router's stage, everything included, against a loop that does the least a router could do."""

from pathlib import Path

import pytest

from tests.bench.customer_file import fill_customers
from tests.bench.invented_leads import scored_leads
from tests.bench.stages import keep_apart, measure, migrated, print_table, publish, servers_core, settings_for
from tests.servers.postgres import fresh_database
from tests.servers.server import Server

__all__ = ["servers_core"]

LEADS = 20_000
ROUNDS = 5
LEAST_RATIO = 0.2


@pytest.mark.usefixtures("servers_core")
async def test_the_router_stage_reaches_a_fifth_of_a_bare_loop(
    tmp_path: Path, kafka_server: Server, postgres_server: Server
) -> None:
    keep_apart(kafka_server, postgres_server)
    settings = settings_for(tmp_path, event_log_url=kafka_server.url, database_url=postgres_server.url)
    async with migrated(settings) as stack:
        await publish(stack, scored_leads(stack.configuration, LEADS))
    bare, ours = [], []
    for _ in range(ROUNDS):
        async with fresh_database(postgres_server.url) as database_url:
            fresh = settings_for(tmp_path, event_log_url=kafka_server.url, database_url=database_url)
            async with migrated(fresh) as stack:
                await fill_customers(stack, 1_000)
                bare.append(await measure("bare_stages", "router", fresh, leads=LEADS))
                ours.append(await measure("our_stages", "router", fresh, leads=LEADS))
    ratio = print_table("router stage, Kafka and PostgreSQL", {"bare": bare, "ours": ours}, against="bare")
    assert ratio >= LEAST_RATIO
