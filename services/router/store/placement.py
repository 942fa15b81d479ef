"""The rows of a batch of decisions: each decision with its lead, and a delivery per destination before any request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.ports import OUTCOMES, Candidate
from services.router.tables import decisions, deliveries, leads
from shared.domain.events import DecidedData, DecisionEvent, encode
from shared.domain.ids import delivery_id
from shared.runtime.tables import insert_rows

Row = dict[str, Any]
"""Any: the columns' own types."""

_INSERT_DECISION = insert(decisions)
_INSERT_DELIVERY = insert(deliveries)
_INSERT_LEAD = insert(leads)  # on both databases: SQLite's ON CONFLICT is PostgreSQL's
_UPSERT_LEAD = _INSERT_LEAD.on_conflict_do_update(
    index_elements=[leads.c.lead_id],
    set_={column.name: column for column in _INSERT_LEAD.excluded if column.name != "lead_id"},
)


@dataclass(frozen=True, slots=True)
class Placed:
    """One decision's rows."""

    lead: Row
    decision: Row
    deliveries: Sequence[Row]


def place(candidate: Candidate, event: DecisionEvent, *, person_id: str, now: float) -> Placed:
    """Write a decision as its rows. `now` is epoch seconds."""
    data = event.data
    outcome, number = OUTCOMES[type(event)], data.decision.number
    return Placed(
        _lead(data, outcome, person_id=person_id, contact=candidate.keys.contact),
        _decision(event, outcome, cause=candidate.cause, now=now),
        [_delivery(data.lead_id, name, number, now=now) for name in data.destinations],
    )


async def write_placed(connection: AsyncConnection, placed: Iterable[Placed]) -> None:
    """Write decisions, sorted by lead, in one statement per table.

    Raises IntegrityError where another router was first with one of them.
    """
    ordered = sorted(placed, key=lambda each: each.lead["lead_id"])
    await insert_rows(connection, _INSERT_DECISION, [each.decision for each in ordered])
    await insert_rows(connection, _UPSERT_LEAD, [each.lead for each in ordered])
    await insert_rows(connection, _INSERT_DELIVERY, [row for each in ordered for row in each.deliveries])


def _lead(data: DecidedData, outcome: str, *, person_id: str, contact: str) -> Row:
    return {
        "lead_id": data.lead_id,
        "person_id": person_id,
        "is_test": data.is_test,
        "revision": data.revision,
        "decision_number": data.decision.number,
        "outcome": outcome,
        "owner": data.assignment.owner,
        "contact_hash": contact,
        "destinations": ";".join(data.destinations),
        "received_at": data.lead.received_at.timestamp(),
    }


def _decision(event: DecisionEvent, outcome: str, *, cause: str, now: float) -> Row:
    data, decision = event.data, event.data.decision
    return {
        "lead_id": data.lead_id,
        "number": decision.number,
        "revision": data.revision,
        "trigger": decision.trigger,
        "outcome": outcome,
        "cause": cause,
        "event_id": event.id,
        "event": encode(event).decode(),
        "decided_at": now,
    }


def _delivery(lead_id: str, destination: str, number: int, *, now: float) -> Row:
    return {
        "delivery_id": delivery_id(lead_id, destination, number),
        "lead_id": lead_id,
        "decision_number": number,
        "destination": destination,
        "state": "pending",
        "token": 0,
        "attempts": 0,
        "next_at": now,
        "due_at": now,
    }
