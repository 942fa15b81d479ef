"""Deliveries in their table: claimed before the request, settled only under the claim's own token."""

import time
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import structlog
from sqlalchemy import Row, Select, bindparam, exists, false, literal_column, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.router.keys import lead_keys
from services.router.outcome import Delivery, Settlement, State
from services.router.store.knowledge import SUPPRESSED_BY
from services.router.store.suppressions import find_suppressed
from services.router.tables import decisions, deliveries, paused_destinations, processes
from shared.domain.errors import UnreadableRecord
from shared.domain.events import DecidedData, DecisionEvent, LeadHeld, LeadRejected, LeadRouted, decode, encode
from shared.ports import Database
from shared.runtime.store.clock import database_now
from shared.runtime.store.leases import ProcessLease, is_orphaned
from shared.runtime.tables import among_given, write_rows

log = structlog.get_logger()

KEPT_DECISIONS = 512
"""Read once for all destinations of a lead, which claim it one soon after the other: two claims full at the most."""
CLOCK_SLACK_S = 0.05
"""What a process wrote as due "now" by its own clock must not wait a whole look because clocks differ a little."""


def _one_of(*states: State) -> list[Any]:  # Any: SQLAlchemy's columns of text
    # As literals: neither database matches a bound parameter with the condition of a partial index.
    return [literal_column(f"'{state}'") for state in states]


IS_OPEN = deliveries.c.state.in_(_one_of(State.PENDING, State.SENT_UNKNOWN))
"""Not settled for good; written so that the index of open deliveries serves it."""


class SqlDeliveries:
    """The port `DeliveryStore` over the router's tables."""

    def __init__(self, database: Database, lease: ProcessLease, *, person_key: bytes) -> None:
        self._database = database
        self._lease = lease
        self._person_key = person_key

    async def claim_due(self, wanted: Mapping[str, int]) -> Sequence[Delivery]:
        """Claim up to so many due deliveries of each destination, oldest first, and note that they may go out."""
        owner = self._lease.process_id
        rooms: dict[str, str | int] = {}
        for place, (destination, room) in enumerate(wanted.items()):
            rooms |= {f"lane_{place}": destination, f"room_{place}": room}
        async with self._database.write() as connection:
            rows = (await connection.execute(_due(len(wanted)), rooms)).all()
            if rows:
                await connection.execute(_CLAIM, {"claimed": [row.delivery_id for row in rows], "claimant": owner})
        return [delivery for row in rows if (delivery := _delivery(row, owner))]

    async def suppressed(self, claimed: Sequence[Delivery]) -> set[str]:
        """Return the ids of those whose person must not be contacted, as the tables say now."""
        hashes = {delivery.delivery_id: self._hashes(delivery.event.data) for delivery in claimed}
        async with self._database.read() as connection:
            found = await find_suppressed(connection, sorted(set().union(*hashes.values())), now=time.time())
        return {delivery_id for delivery_id, theirs in hashes.items() if not theirs.isdisjoint(found)}

    async def settle(self, settlements: Sequence[Settlement]) -> set[str]:
        """Write results, each with its event, in one transaction; return the ids of those that were still ours."""
        async with self._database.write() as connection:
            ours = await _still_ours(connection, settlements)
            rows = [_row(settled) for settled in settlements if settled.delivery.delivery_id in ours]
            await write_rows(connection, _WITHOUT_EVENT, [row for row in rows if row["new_result"] is None])
            await write_rows(connection, _WITH_EVENT, [row for row in rows if row["new_result"] is not None])
        return ours

    def _hashes(self, data: DecidedData) -> set[str]:
        by_kind = lead_keys(data, secret=self._person_key).by_kind
        return {by_kind[kind] for kind in SUPPRESSED_BY if kind in by_kind}


_CLAIM = (
    update(deliveries)
    .where(among_given(deliveries.c.delivery_id, "claimed"))
    .values(state=State.SENT_UNKNOWN, token=deliveries.c.token + 1, owner=bindparam("claimant"))
)
_WITHOUT_EVENT = (
    update(deliveries)
    .where(deliveries.c.delivery_id == bindparam("settled"))
    .values(
        state=bindparam("new_state"),
        owner=bindparam("new_owner"),
        attempts=bindparam("new_attempts"),
        next_at=database_now() + bindparam("delay_s"),
    )
)
_WITH_EVENT = _WITHOUT_EVENT.values(
    remote_id=bindparam("new_remote_id"),
    result_id=bindparam("new_result_id"),
    result=bindparam("new_result"),
    announced=false(),
)
_HELD = (
    select(deliveries.c.delivery_id, deliveries.c.token)
    .where(among_given(deliveries.c.delivery_id, "settled"), IS_OPEN)
    .with_for_update()
)


@cache  # building it costs more than running it
def _due(destinations: int) -> Select[Any]:  # Any: SQLAlchemy's rows
    """Select what is due at so many destinations: the delivery as it stood, and its decision's event."""
    each = union_all(*[select(_due_at(place).subquery()) for place in range(destinations)]).subquery()
    return select(each, decisions.c.event).join(
        decisions,
        (decisions.c.lead_id == each.c.lead_id) & (decisions.c.number == each.c.decision_number),
    )


def _due_at(place: int) -> Select[Any]:  # Any: SQLAlchemy's rows
    earlier = deliveries.alias()
    is_paused = exists().where(paused_destinations.c.destination == deliveries.c.destination)
    must_wait = exists().where(
        earlier.c.lead_id == deliveries.c.lead_id,
        # Joined to nothing so that the index by lead is taken: by destination it would be all that waits, per row.
        earlier.c.destination.concat("") == deliveries.c.destination,
        earlier.c.decision_number < deliveries.c.decision_number,
        earlier.c.state.in_(_one_of(State.PENDING, State.SENT_UNKNOWN)),
    )
    return (
        select(
            *[deliveries.c[name] for name in ("delivery_id", "lead_id", "decision_number", "destination")],
            *[deliveries.c[name] for name in ("state", "token", "attempts", "next_at")],
            (database_now() - deliveries.c.due_at).label("age_s"),
        )
        .where(
            deliveries.c.destination == bindparam(f"lane_{place}"),
            IS_OPEN,
            deliveries.c.next_at <= database_now() + CLOCK_SLACK_S,
            is_orphaned(deliveries.c.owner, processes),
            ~is_paused,
            ~must_wait,
        )
        .order_by(deliveries.c.next_at)
        .limit(bindparam(f"room_{place}"))
        # Two routers pass each other by on PostgreSQL; SQLite's transaction is alone anyway.
        .with_for_update(of=deliveries, skip_locked=True)
    )


def _delivery(row: Row[Any], owner: str) -> Delivery | None:  # Any: SQLAlchemy's rows
    event = _decision(row.event)
    if event is None:
        # Written by a newer version: it stays claimed until this process ends, and is then another's to push.
        log.error("delivery cannot be read", delivery_id=row.delivery_id, destination=row.destination)
        return None
    return Delivery(
        delivery_id=row.delivery_id,
        destination=row.destination,
        token=row.token + 1,
        owner=owner,
        attempts=row.attempts,
        maybe_sent=row.state == State.SENT_UNKNOWN,
        age_s=float(row.age_s),
        event=event,
    )


@lru_cache(KEPT_DECISIONS)
def _decision(text: str) -> DecisionEvent | None:
    try:
        event = decode(text.encode())
    except UnreadableRecord:
        return None
    return event if isinstance(event, LeadRouted | LeadHeld | LeadRejected) else None


async def _still_ours(connection: AsyncConnection, settlements: Sequence[Settlement]) -> set[str]:
    tokens = {settled.delivery.delivery_id: settled.delivery.token for settled in settlements}
    held = await connection.execute(_HELD, {"settled": list(tokens)})
    return {row.delivery_id for row in held if tokens[row.delivery_id] == row.token}


def _row(settled: Settlement) -> dict[str, Any]:  # Any: column values
    delivery, event = settled.delivery, settled.event
    is_final = settled.state in {State.DELIVERED, State.FAILED}
    row: dict[str, Any] = {
        "settled": delivery.delivery_id,
        "new_state": settled.state,
        # An open delivery has an owner only while a push may be under way; a result, who announces it.
        "new_owner": delivery.owner if is_final else None,
        "new_attempts": settled.attempts,
        "delay_s": settled.delay_s,
        "new_result": None,
    }
    if event is not None:
        row |= {
            "new_remote_id": settled.outcome.remote_id,
            "new_result_id": event.id,
            "new_result": encode(event).decode(),
        }
    return row
