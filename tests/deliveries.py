"""Deliveries for tests: claimed ones as values, and due ones in the router's tables."""

import time
from typing import Any

from sqlalchemy import insert, select

from services.router.outcome import Delivery
from services.router.tables import decisions, deliveries
from shared.adapters.database import SqlDatabase
from shared.domain.events import DecisionEvent, encode
from shared.domain.ids import delivery_id
from shared.domain.lead import Lead
from tests.builders import a_lead, routed


def a_delivery(submission_id: str = "s-1", *, event: DecisionEvent | None = None, **members: Any) -> Delivery:
    """Build a claimed delivery. `members` as of Delivery; Any: whatever those are."""
    event = event or routed(a_lead(submission_id))
    destination = members.pop("destination", "hook")
    defaults: dict[str, Any] = {
        "delivery_id": delivery_id(event.data.lead_id, destination, event.data.decision.number),
        "token": 1,
        "owner": "router-1",
        "attempts": 0,
        "maybe_sent": False,
        "age_s": 1.0,
    }
    return Delivery(event=event, destination=destination, **(defaults | members))


async def make_due(database: SqlDatabase, lead: Lead, *destinations: str, number: int = 1) -> list[str]:
    """Write a decision with its deliveries, as the router does, and return the deliveries' ids."""
    event, now = routed(lead, number=number, destinations=destinations), time.time()
    ids = [delivery_id(lead.id, destination, number) for destination in destinations]
    decision = {
        "lead_id": lead.id,
        "number": number,
        "revision": number,
        "trigger": "received",
        "cause": event.data.cause,
        "outcome": "routed",
        "event_id": event.id,
        "event": encode(event).decode(),
        "decided_at": now,
    }
    due = [
        {
            "delivery_id": made,
            "lead_id": lead.id,
            "decision_number": number,
            "destination": destination,
            "state": "pending",
            "token": 0,
            "attempts": 0,
            "next_at": now,
            "due_at": now,
        }
        for made, destination in zip(ids, destinations, strict=True)
    ]
    async with database.write() as connection:
        await connection.execute(insert(decisions).values(decision))
        await connection.execute(insert(deliveries), due)
    return ids


async def states(database: SqlDatabase) -> dict[str, str]:
    """Return each delivery's state by its id."""
    async with database.read() as connection:
        rows = await connection.execute(select(deliveries.c.delivery_id, deliveries.c.state))
        return {row.delivery_id: row.state for row in rows}
