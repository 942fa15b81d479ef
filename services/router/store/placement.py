"""The rows of a batch of decisions: each decision with its lead, and a delivery per destination before any request."""

from operator import itemgetter
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.ports import OUTCOMES, Candidate
from services.router.tables import decisions, deliveries, leads
from shared.domain.events import DecisionEvent, encode
from shared.domain.ids import delivery_id
from shared.runtime.tables import insert_rows

Rows = list[dict[str, Any]]
"""Any: the columns' own types."""

_INSERT_DECISION = insert(decisions)
_INSERT_DELIVERY = insert(deliveries)
_INSERT_LEAD = insert(leads)  # on both databases: SQLite's ON CONFLICT is PostgreSQL's
_UPSERT_LEAD = _INSERT_LEAD.on_conflict_do_update(
    index_elements=[leads.c.lead_id],
    set_={column.name: column for column in _INSERT_LEAD.excluded if column.name != "lead_id"},
)


class Placement:
    """Collect a batch's rows and write them, sorted by lead, in one statement per table."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._leads: Rows = []
        self._decisions: Rows = []
        self._deliveries: Rows = []

    def add(self, candidate: Candidate, event: DecisionEvent, *, person_id: str) -> None:
        """Add one decision."""
        self._leads.append(_lead(candidate, event, person_id))
        self._decisions.append(self._decision(candidate, event))
        self._deliveries += [self._delivery(event, destination) for destination in event.data.destinations]

    async def write(self, connection: AsyncConnection) -> None:
        """Write everything. Raises IntegrityError where another router was first with one of the decisions."""
        for statement, rows in (
            (_INSERT_DECISION, self._decisions),
            (_UPSERT_LEAD, self._leads),
            (_INSERT_DELIVERY, self._deliveries),
        ):
            await insert_rows(connection, statement, sorted(rows, key=itemgetter("lead_id")))

    def _decision(self, candidate: Candidate, event: DecisionEvent) -> dict[str, Any]:
        return {
            "lead_id": candidate.lead_id,
            "number": event.data.decision.number,
            "revision": event.data.revision,
            "trigger": event.data.decision.trigger,
            "outcome": OUTCOMES[type(event)],
            "cause": candidate.cause,
            "event_id": event.id,
            "event": encode(event).decode(),
            "decided_at": self._now,
        }

    def _delivery(self, event: DecisionEvent, destination: str) -> dict[str, Any]:
        lead_id, number = event.data.lead_id, event.data.decision.number
        return {
            "delivery_id": delivery_id(lead_id, destination, number),
            "lead_id": lead_id,
            "decision_number": number,
            "destination": destination,
            "state": "pending",
            "token": 0,
            "attempts": 0,
            "next_at": self._now,
            "due_at": self._now,
        }


def _lead(candidate: Candidate, event: DecisionEvent, person_id: str) -> dict[str, Any]:
    data = event.data
    return {
        "lead_id": candidate.lead_id,
        "person_id": person_id,
        "is_test": data.is_test,
        "revision": data.revision,
        "decision_number": data.decision.number,
        "outcome": OUTCOMES[type(event)],
        "owner": data.assignment.owner,
        "contact_hash": candidate.keys.contact,
        "destinations": ";".join(data.destinations),
        "received_at": data.lead.received_at.timestamp(),
    }
