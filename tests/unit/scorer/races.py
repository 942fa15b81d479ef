"""Two scorers meet the same leads at once, as after a rebalance: what must be true of the tables afterwards."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from services.scorer.judge import Judge
from services.scorer.service import ScorerService
from services.scorer.tables import scores
from shared.adapters.database import SqlDatabase
from shared.domain.events import LeadReceived, encode
from shared.ports import Arrival, Record
from tests.builders import NOON, a_lead, received

LEADS, CONTENTS = 20, 6


def contents_of(number: int) -> list[LeadReceived]:
    return [
        received(
            a_lead(f"s-{number}", message=f"content {content}", submitted_at=NOON + timedelta(minutes=content)),
            at=NOON,
        )
        for content in range(CONTENTS)
    ]


async def race(url: str, judge: Judge) -> None:
    """Let both score every batch at the same moment, its leads in opposite order."""
    databases = [SqlDatabase(url), SqlDatabase(url)]
    one, other = (ScorerService(judge, database) for database in databases)
    by_content = zip(*(contents_of(number) for number in range(LEADS)), strict=True)

    for batch in by_content:
        results = await asyncio.gather(_handled(one, batch), _handled(other, batch[::-1]))
        assert sorted(results[0]) == sorted(results[1])
        assert len(set(results[0])) == LEADS

    async with databases[0].read() as connection:
        rows = (await connection.execute(select(scores.c.lead_id, scores.c.revision).order_by(scores.c.revision))).all()
    for database in databases:
        await database.close()
    for lead_id in {row.lead_id for row in rows}:
        assert [row.revision for row in rows if row.lead_id == lead_id] == list(range(1, CONTENTS + 1))


async def _handled(scorer: ScorerService, batch: Sequence[LeadReceived]) -> list[bytes]:
    return [encode(event) for event in await scorer.handle([Arrival(event, _record(event)) for event in batch])]


def _record(event: LeadReceived) -> Record:
    return Record(event.topic, 0, 0, event.partitionkey.encode(), encode(event), NOON)
