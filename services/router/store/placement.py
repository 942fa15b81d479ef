"""The rows of a batch of decisions: each decision with its lead, and a delivery per destination before any request."""

from operator import itemgetter
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.ports import OUTCOMES, Candidate
from services.router.tables import decisions, deliveries, leads
from shared.domain.events import DecidedData, DecisionEvent, encode
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
        data = event.data
        outcome, number = OUTCOMES[type(event)], data.decision.number
        self._leads.append(_lead(data, outcome, person_id=person_id, contact=candidate.keys.contact))
        self._decisions.append(self._decision(event, outcome, cause=candidate.cause))
        self._deliveries += [self._delivery(data.lead_id, name, number) for name in data.destinations]

    async def write(self, connection: AsyncConnection) -> None:
        """Write everything. Raises IntegrityError where another router was first with one of the decisions."""
        for statement, rows in (
            (_INSERT_DECISION, self._decisions),
            (_UPSERT_LEAD, self._leads),
            (_INSERT_DELIVERY, self._deliveries),
        ):
            await insert_rows(connection, statement, sorted(rows, key=itemgetter("lead_id")))

    def _decision(self, event: DecisionEvent, outcome: str, *, cause: str) -> dict[str, Any]:
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
            "decided_at": self._now,
        }

    def _delivery(self, lead_id: str, destination: str, number: int) -> dict[str, Any]:
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


def _lead(data: DecidedData, outcome: str, *, person_id: str, contact: str) -> dict[str, Any]:
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
