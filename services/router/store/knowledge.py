"""What the tables know about a batch of candidates, read set by set under their claim."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.keys import KeyKind
from services.router.matching import STRENGTHS
from services.router.ports import OUTCOMES, Candidate, Known, Previous
from services.router.store.customers import Hits, find_customers
from services.router.store.suppressions import find_suppressed
from services.router.tables import decisions, leads, person_keys
from shared.domain.errors import PermanentError
from shared.domain.events import DecisionEvent, decode
from shared.domain.ids import derived
from shared.runtime.tables import among_given, insert_rows

_PREVIOUS = (
    leads.c.person_id,
    leads.c.lead_id,
    leads.c.outcome,
    leads.c.owner,
    leads.c.contact_hash,
    leads.c.destinations,
    leads.c.received_at,
)
AnyRow = Row[*tuple[Any, ...]]
"""Any: the columns' own types."""
_CLAIM = insert(person_keys).on_conflict_do_nothing()
"""PostgreSQL's insert, on both databases: SQLite took ON CONFLICT over from it, word for word."""
_PERSONS = (
    select(person_keys.c.hash, person_keys.c.person_id)
    .where(among_given(person_keys.c.hash, "hashes"))
    .order_by(person_keys.c.hash)
    .with_for_update()
)
_LOCK_LEADS = (
    select(leads.c.lead_id, leads.c.person_id)
    .where(among_given(leads.c.lead_id, "lead_ids"))
    .order_by(leads.c.lead_id)
    .with_for_update()
)
_DECISIONS = (
    select(decisions.c.lead_id, decisions.c.cause, decisions.c.event)
    .where(among_given(decisions.c.lead_id, "lead_ids"))
    .order_by(decisions.c.number)
)
_LEADS_BY_ID = select(*_PREVIOUS).where(among_given(leads.c.lead_id, "lead_ids"))
SUPPRESSED_BY = (KeyKind.EMAIL, KeyKind.PHONE)


def _newest_of_persons() -> Select[Any]:  # Any: SQLAlchemy's rows
    latest = (
        select(leads.c.person_id, func.max(leads.c.received_at).label("received_at"))
        .where(among_given(leads.c.person_id, "person_ids"), ~leads.c.is_test)
        .group_by(leads.c.person_id)
        .subquery()
    )
    same = (latest.c.person_id == leads.c.person_id) & (latest.c.received_at == leads.c.received_at)
    return select(*_PREVIOUS).join(latest, same).order_by(leads.c.lead_id)


_NEWEST_LEADS = _newest_of_persons()


@dataclass(slots=True)
class Knowledge:
    """The batch's answers, by lead, person or hash; it learns what the batch itself decides."""

    persons: Mapping[str, str]
    events: Mapping[str, DecisionEvent]
    causes: frozenset[tuple[str, str]]
    leads_before: Mapping[str, AnyRow]
    newest: dict[str, Previous]
    by_lead: dict[str, Previous]
    customers: Hits
    suppressed: Mapping[str, str]

    def decision_in_force(self, lead_id: str) -> DecisionEvent | None:
        """Return the lead's decision so far."""
        return self.events.get(lead_id)

    def was_cause(self, candidate: Candidate) -> bool:
        """Tell whether this cause was decided upon before."""
        return (candidate.lead_id, candidate.cause) in self.causes

    def person_of(self, candidate: Candidate) -> str:
        """Tell who the candidate is: a person's id."""
        return self.persons.get(candidate.keys.person[1]) or new_person_id(candidate)

    def of(self, candidate: Candidate) -> Known:
        """Gather what is known about one candidate."""
        hashes = candidate.keys.by_kind
        reasons = (self.suppressed.get(hashes[kind]) for kind in SUPPRESSED_BY if kind in hashes)
        return Known(
            in_force=self.events.get(candidate.lead_id),
            previous=self._previous(candidate),
            customers=[hit for kind in STRENGTHS if kind in hashes for hit in self.customers.get(hashes[kind], ())],
            suppressed=next((reason for reason in reasons if reason is not None), None),
        )

    def learn(self, candidate: Candidate, event: DecisionEvent, *, person_id: str) -> None:
        """Let the leads behind it in the batch know of a decision. A test is nobody's lead."""
        if candidate.scored.data.is_test:
            return
        self.newest[person_id] = Previous(
            lead_id=candidate.lead_id,
            outcome=OUTCOMES[type(event)],
            owner=event.data.assignment.owner,
            contact=candidate.keys.contact,
            destinations=tuple(event.data.destinations),
            received_at=candidate.scored.data.lead.received_at.timestamp(),
        )

    def _previous(self, candidate: Candidate) -> Previous | None:
        if candidate.scored.data.is_test:
            return None
        person_id = self.person_of(candidate)
        before = self.leads_before.get(candidate.lead_id)
        if before is not None and before.person_id == person_id:  # a lead that came later is not its previous one
            earlier = self.events[candidate.lead_id].data.match.previous_lead
            return self.by_lead.get(earlier) if earlier else None
        return self.newest.get(person_id)


def new_person_id(candidate: Candidate) -> str:
    """Derive the id a person gets when first seen."""
    return derived("person", *candidate.keys.person)


def stored_decision(event: str) -> DecisionEvent:
    """Read a decision's event as it was stored.

    Raises:
        PermanentError: the row is damaged.
    """
    decision = decode(event.encode())
    if not isinstance(decision, DecisionEvent):
        raise PermanentError("a stored decision cannot be read: restore router_decisions from backup")
    return decision


async def read_knowledge(connection: AsyncConnection, candidates: Sequence[Candidate], *, now: float) -> Knowledge:
    """Claim the persons and leads of a batch, in sorted order, and read what is known about them."""
    persons = await _claim_persons(connection, candidates)
    leads_before = await _lock_leads(connection, sorted(candidate.lead_id for candidate in candidates))
    events, causes = await _decisions_of(connection, sorted(leads_before))
    earlier = {event.data.match.previous_lead for event in events.values()} - {None}
    return Knowledge(
        persons=persons,
        events=events,
        causes=causes,
        leads_before=leads_before,
        newest=await _newest_leads(connection, sorted(set(persons.values()))),
        by_lead=await _leads_by_id(connection, sorted(str(lead_id) for lead_id in earlier)),
        customers=await _customers_of(connection, candidates),
        suppressed=await find_suppressed(connection, _hashes(candidates, SUPPRESSED_BY), now=now),
    )


def _hashes(candidates: Sequence[Candidate], kinds: Iterable[KeyKind]) -> list[str]:
    return sorted(
        {candidate.keys.by_kind[kind] for kind in kinds for candidate in candidates if kind in candidate.keys.by_kind}
    )


async def _claim_persons(connection: AsyncConnection, candidates: Sequence[Candidate]) -> dict[str, str]:
    people = {
        candidate.keys.person: new_person_id(candidate)
        for candidate in candidates
        if candidate.keys.person[0] is not KeyKind.LEAD and not candidate.scored.data.is_test
    }
    if not people:
        return {}
    ordered = sorted(people, key=lambda person: person[1])
    rows = [{"kind": kind, "hash": value, "person_id": people[kind, value]} for kind, value in ordered]
    await insert_rows(connection, _CLAIM, rows)
    claimed = await connection.execute(_PERSONS, {"hashes": [value for _, value in ordered]})
    return {row.hash: row.person_id for row in claimed}


async def _lock_leads(connection: AsyncConnection, lead_ids: Sequence[str]) -> dict[str, AnyRow]:
    return {row.lead_id: row for row in await connection.execute(_LOCK_LEADS, {"lead_ids": lead_ids})}


async def _decisions_of(
    connection: AsyncConnection, lead_ids: Sequence[str]
) -> tuple[dict[str, DecisionEvent], frozenset[tuple[str, str]]]:
    if not lead_ids:
        return {}, frozenset()
    rows = (await connection.execute(_DECISIONS, {"lead_ids": lead_ids})).all()
    newest = {row.lead_id: row.event for row in rows}
    events = {lead_id: stored_decision(event) for lead_id, event in newest.items()}
    return events, frozenset((row.lead_id, row.cause) for row in rows)


async def _customers_of(connection: AsyncConnection, candidates: Sequence[Candidate]) -> Hits:
    # A customer's e-mail is never stored without its mailbox: who misses the mailbox need not be asked for the e-mail.
    found = await find_customers(connection, _hashes(candidates, STRENGTHS.keys() - {KeyKind.EMAIL}))
    near = [candidate for candidate in candidates if candidate.keys.by_kind.get(KeyKind.MAILBOX) in found]
    return {**found, **await find_customers(connection, _hashes(near, [KeyKind.EMAIL]))}


async def _newest_leads(connection: AsyncConnection, person_ids: Sequence[str]) -> dict[str, Previous]:
    if not person_ids:
        return {}
    rows = await connection.execute(_NEWEST_LEADS, {"person_ids": person_ids})
    return {row.person_id: _previous(row) for row in rows}


async def _leads_by_id(connection: AsyncConnection, lead_ids: Sequence[str]) -> dict[str, Previous]:
    if not lead_ids:
        return {}
    rows = await connection.execute(_LEADS_BY_ID, {"lead_ids": lead_ids})
    return {row.lead_id: _previous(row) for row in rows}


def _previous(row: AnyRow) -> Previous:
    return Previous(
        lead_id=row.lead_id,
        outcome=row.outcome,
        owner=row.owner,
        contact=row.contact_hash,
        destinations=tuple(filter(None, row.destinations.split(";"))),
        received_at=row.received_at,
    )
