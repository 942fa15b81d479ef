"""The scorer's stage, everything included, against a loop that does the least a scorer could do."""

from pathlib import Path

import pytest

from tests.bench.bare_stages import SCORED_BARE
from tests.bench.invented_leads import received_leads
from tests.bench.stages import keep_apart, measure, migrated, print_table, publish, servers_core, settings_for
from tests.servers.postgres import fresh_database
from tests.servers.server import Server

__all__ = ["servers_core"]

LEADS = 20_000
ROUNDS = 5
LEAST_RATIO = 0.25


@pytest.mark.usefixtures("servers_core")
async def test_the_scorer_stage_reaches_a_quarter_of_a_bare_loop(
    tmp_path: Path, kafka_server: Server, postgres_server: Server
) -> None:
    keep_apart(kafka_server, postgres_server)
    settings = settings_for(tmp_path, event_log_url=kafka_server.url, database_url=postgres_server.url)
    async with migrated(settings) as stack:
        await stack.log.migrate([SCORED_BARE])
        await publish(stack, received_leads(stack.configuration, LEADS))
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(await measure("bare_stages", "scorer", settings, leads=LEADS))
        async with fresh_database(postgres_server.url) as database_url:
            fresh = settings_for(tmp_path, event_log_url=kafka_server.url, database_url=database_url)
            async with migrated(fresh):
                ours.append(await measure("our_stages", "scorer", fresh, leads=LEADS))
    ratio = print_table("scorer stage, Kafka and PostgreSQL", {"bare": bare, "ours": ours}, against="bare")
    assert ratio >= LEAST_RATIO
