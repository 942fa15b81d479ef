"""Servers go away and come back: the short form. `make prove` takes them away for a minute at full load."""

from pathlib import Path

import pytest

from tests.proof import outages, stacks
from tests.proof.sink import sink

AWAY_S = 6
RATE = 40


@pytest.mark.timeout(240)
@pytest.mark.parametrize("server", ["kafka_server", "postgres_server"])
async def test_intake_answers_and_nothing_is_lost_while_a_server_is_away(
    server: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with sink() as receiver, stacks.running("kafka", tmp_path, request, sink_url=receiver.url) as processes:
        verdict = await outages.away(
            request.getfixturevalue(server),
            processes,
            receiver,
            for_s=AWAY_S,
            rate=RATE,
            seed=3,
        )
    print(verdict)
    outages.expect_intake_unharmed(verdict)
