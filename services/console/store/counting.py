"""Count the model for the ledger."""

from sqlalchemy import and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.console.ledger import Count, Position, Undecided
from services.console.store.notices import count_notices
from services.console.tables import dead_letters, deliveries, leads, replays

_STAGES = dead_letters.c.stage.in_(["scorer", "router"])
GIVEN_UP = exists().where(and_(dead_letters.c.lead_id == leads.c.lead_id, _STAGES)).label("is_dead")
"""Whether a stage gave the lead up; it stays dead until it is decided."""
_N = func.count().label("n")

DECIDED = (
    select(leads.c.source, leads.c.is_test, leads.c.outcome, _N)
    .where(leads.c.decision_number.is_not(None))
    .group_by(leads.c.source, leads.c.is_test, leads.c.outcome)
)
UNDECIDED = select(
    leads.c.lead_id,
    leads.c.source,
    leads.c.is_test,
    leads.c.received_partition,
    leads.c.received_offset,
    leads.c.scored_partition,
    leads.c.scored_offset,
    GIVEN_UP,
).where(leads.c.decision_number.is_(None))
OWED = select(deliveries.c.destination, deliveries.c.state, _N).group_by(deliveries.c.destination, deliveries.c.state)
HOMELESS = select(dead_letters.c.position).where(
    dead_letters.c.stage != "ingest", dead_letters.c.lead_id.is_(None), dead_letters.c.position.is_not(None)
)
QUARANTINED = (
    select(func.count())
    .select_from(dead_letters)
    .where(dead_letters.c.stage == "ingest", ~exists().where(replays.c.dead_letter == dead_letters.c.event_id))
)


async def count(connection: AsyncConnection) -> Count:
    """Count within the caller's snapshot."""
    decided = await connection.execute(DECIDED)
    undecided = await connection.execute(UNDECIDED)
    owed = await connection.execute(OWED)
    homeless = await connection.scalars(HOMELESS)
    quarantined = await connection.scalar(QUARANTINED)
    return Count(
        decided={(source, is_test, outcome): n for source, is_test, outcome, n in decided},
        undecided=[
            Undecided(lead, source, is_test, _position(*received), _position(*scored), is_dead=dead)
            for lead, source, is_test, *received, scored_partition, scored_offset, dead in undecided
            for scored in [(scored_partition, scored_offset)]
        ],
        deliveries={(destination, state): n for destination, state, n in owed},
        dead_positions=frozenset(homeless),
        quarantined=quarantined or 0,
        notices=await count_notices(connection),
    )


def _position(partition: int | None, offset: int | None) -> Position | None:
    return None if partition is None or offset is None else Position(partition, offset)
