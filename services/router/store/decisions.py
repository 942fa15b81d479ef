"""Decisions under their claim: the port `DecisionStore`, and what of them the log does not know yet.

The claim on a person is the row of their mailbox or phone: inserted where it is missing and then locked, in the order
of the hashes, so that routers wait for each other and never in a ring. The claim on a lead is the primary key of its
next decision. On SQLite the writing transaction itself is the claim: there is one at a time.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import bindparam, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.policy import Policy
from services.router.ports import OUTCOMES, Candidate, Decide
from services.router.store.knowledge import AnyRow, Knowledge, read_knowledge, stored_decision
from services.router.store.placement import Placed, place, write_placed
from services.router.tables import configurations, decisions, leads
from shared.domain.errors import TransientError
from shared.domain.events import DecisionEvent
from shared.ports import Database, Message
from shared.runtime.pieces import made_and_written
from shared.runtime.tables import among_given

UNANNOUNCED_AFTER_S = 10
"""The loop announces its own decisions within this; later ones are left by a router that died."""

_TOPICS = {outcome: event.topic for event, outcome in OUTCOMES.items()}

_IN_FORCE = (
    select(decisions.c.lead_id, decisions.c.event)
    .join(leads, (leads.c.lead_id == decisions.c.lead_id) & (leads.c.decision_number == decisions.c.number))
    .where(among_given(decisions.c.lead_id, "lead_ids"))
)
_UNANNOUNCED = (
    select(decisions.c.event_id, decisions.c.lead_id, decisions.c.outcome, decisions.c.event)
    .where(~decisions.c.announced, decisions.c.decided_at < bindparam("due_by"))
    .order_by(decisions.c.decided_at)
    .limit(bindparam("most"))
)
_MARK = update(decisions).where(among_given(decisions.c.event_id, "event_ids")).values(announced=true())


class SqlDecisions:
    """The ports `DecisionStore` and `Announcements` over the router's tables. `clock` tells epoch seconds."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def place(self, candidates: Sequence[Candidate], decide: Decide, *, now: float) -> Sequence[DecisionEvent]:
        """Decide a batch in one transaction and return each lead's decision in force, new or as stored."""
        newest = _newest_revisions(candidates)
        try:
            async with self._database.write() as connection:
                knowledge = await read_knowledge(connection, newest, now=now)
                events = await _placed(connection, newest, decide, knowledge=knowledge, now=now)
        except IntegrityError as error:
            raise TransientError("another router decided upon one of these leads at the same time") from error
        return [event for event in events if event is not None]

    async def in_force(self, lead_ids: Sequence[str]) -> Mapping[str, DecisionEvent]:
        """Read the decisions in force; leads never decided are absent."""
        async with self._database.read() as connection:
            rows = await connection.execute(_IN_FORCE, {"lead_ids": list(lead_ids)})
            return {lead_id: stored_decision(event) for lead_id, event in rows}

    async def unannounced(self, limit: int) -> Sequence[tuple[str, Message]]:
        """Return the oldest decisions that should have been announced by now, each with its event id."""
        due_by = self._clock() - UNANNOUNCED_AFTER_S
        async with self._database.read() as connection:
            rows = await connection.execute(_UNANNOUNCED, {"due_by": due_by, "most": limit})
            return [(row.event_id, _message(row)) for row in rows]

    async def mark(self, event_ids: Iterable[str]) -> None:
        """Note that these decisions are in the log."""
        ids = list(event_ids)
        if not ids:
            return
        async with self._database.write() as connection:
            await connection.execute(_MARK, {"event_ids": ids})

    async def remember(self, policy: Policy, *, now: float) -> None:
        """Keep the sections that decisions name by their sha256. The same ones again change nothing."""
        row = {"sha256": policy.sha256, "section": policy.section, "first_used_at": now}
        async with self._database.write() as connection:
            await connection.execute(insert(configurations).on_conflict_do_nothing(), row)


def _newest_revisions(candidates: Sequence[Candidate]) -> list[Candidate]:
    newest: dict[str, Candidate] = {}
    for candidate in candidates:
        other = newest.get(candidate.lead_id)
        if other is None or candidate.scored.data.revision > other.scored.data.revision:
            newest[candidate.lead_id] = candidate
    return list(newest.values())


async def _placed(
    connection: AsyncConnection, candidates: Sequence[Candidate], decide: Decide, *, knowledge: Knowledge, now: float
) -> list[DecisionEvent | None]:
    def made(candidate: Candidate) -> tuple[DecisionEvent | None, Placed | None]:
        return _decided(candidate, decide, knowledge, now=now)

    async def write(piece: Sequence[tuple[DecisionEvent | None, Placed | None]]) -> None:
        await write_placed(connection, [placed for _, placed in piece if placed is not None])

    return [event for event, _ in await made_and_written(candidates, made, write)]


def _decided(
    candidate: Candidate, decide: Decide, knowledge: Knowledge, *, now: float
) -> tuple[DecisionEvent | None, Placed | None]:
    """Return the decision in force, and its rows where it is a new one."""
    in_force = knowledge.decision_in_force(candidate.lead_id)
    if knowledge.was_cause(candidate):
        return in_force, None
    event = decide(candidate, knowledge.of(candidate))
    if event is None:
        return in_force, None
    person_id = knowledge.person_of(candidate)
    knowledge.learn(candidate, event, person_id=person_id)
    return event, place(candidate, event, person_id=person_id, now=now)


def _message(row: AnyRow) -> Message:
    return Message(_TOPICS[row.outcome], row.lead_id.encode(), row.event.encode())
