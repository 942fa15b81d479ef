"""Tratt with something taken away: each function patches one guard out of the process that calls it."""

import asyncio
from collections.abc import Sequence
from functools import wraps
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest
from sqlalchemy import delete, select

from services.router import tables
from services.router.service import RouterService
from services.router.store import decisions, deliveries, knowledge, placement
from services.router.store.delivery_results import DeliveryResults
from shared.adapters.sqlite_log import store
from shared.adapters.sqlite_log.consumer import SqliteConsumer
from shared.domain.events import LeadScored, Topic, encode
from shared.ports import Arrival, Message
from shared.runtime.store.leases import ProcessLease

WINDOW_S = 0.8
"""Long beside everything else a router does with a batch: whenever it is stopped, it is stopped here."""
REMOVED_LEAD = "-7"
"""How the submission id of the lead ends that the router drops."""

patch = pytest.MonkeyPatch()


def pause_before(owner: object, name: str) -> None:
    """Let a method wait before it begins."""
    whole = getattr(owner, name)

    @wraps(whole)
    async def later(*arguments: Any, **named: Any) -> Any:  # Any: whatever it takes and gives
        await asyncio.sleep(WINDOW_S)
        return await whole(*arguments, **named)

    patch.setattr(owner, name, later)


def pause_after(owner: object, name: str) -> None:
    """Let a method wait before it returns."""
    whole = getattr(owner, name)

    @wraps(whole)
    async def later(*arguments: Any, **named: Any) -> Any:  # Any: whatever it takes and gives
        result = await whole(*arguments, **named)
        await asyncio.sleep(WINDOW_S)
        return result

    patch.setattr(owner, name, later)


def decide_unclaimed() -> None:
    """Nothing is locked from reading to writing, and a decision that came meanwhile is written over."""

    async def nobody(_connection: object, _candidates: object) -> dict[str, str]:
        return {}

    async def unlocked(connection: Any, lead_ids: Sequence[str]) -> dict[str, Any]:  # Any: SQLAlchemy's
        table = tables.leads
        found = select(table.c.lead_id, table.c.person_id).where(table.c.lead_id.in_(lead_ids))
        return {row.lead_id: row for row in await connection.execute(found)}

    async def place(self: Any, candidates: Sequence[Any], decide: Any, *, now: float) -> Sequence[Any]:  # Any: as place
        newest = decisions._newest_revisions(candidates)
        async with self._database.read() as connection:
            known = await knowledge.read_knowledge(connection, newest, now=now)
        new = [candidate.lead_id for candidate in newest if known.decision_in_force(candidate.lead_id) is None]
        await asyncio.sleep(WINDOW_S)
        decided = [decisions._decided(candidate, decide, known, now=now) for candidate in newest]
        async with self._database.write() as connection:
            for table in (tables.decisions, tables.deliveries):
                await connection.execute(delete(table).where(table.c.lead_id.in_(new)))
            await placement.write_placed(connection, [placed for _, placed in decided if placed is not None])
        return [event for event, _ in decided]

    patch.setattr(decisions.SqlDecisions, "place", place)
    patch.setattr(knowledge, "_claim_persons", nobody)
    patch.setattr(knowledge, "_lock_leads", unlocked)


def commit_first() -> None:
    """A batch counts as done as soon as it is fetched."""
    fetch = SqliteConsumer.fetch

    async def fetch_and_commit(self: SqliteConsumer, max_records: int, timeout_s: float) -> Any:  # Any: its records
        records = await fetch(self, max_records, timeout_s)
        if records:
            await self.commit()
        return records

    patch.setattr(SqliteConsumer, "fetch", fetch_and_commit)


def settle_unfenced() -> None:
    """Whoever comes back with a result writes it, whatever happened meanwhile."""

    async def everything(_connection: object, settlements: Sequence[Any]) -> set[str]:  # Any: settlements
        return {settled.delivery.delivery_id for settled in settlements}

    patch.setattr(deliveries, "_still_ours", everything)
    patch.setattr(ProcessLease, "is_held", lambda _self: True)
    patch.setattr(ProcessLease, "holds", lambda _self, _owner: True)


def announce_from_memory() -> None:
    """Results are told by the process that settled them, from what it remembers."""
    remembered: list[tuple[str, Message]] = []
    settle = deliveries.SqlDeliveries.settle

    async def settle_and_remember(self: Any, settlements: Sequence[Any]) -> set[str]:  # Any: as settle takes them
        ours = await settle(self, settlements)
        for settled in settlements:
            if settled.event is not None and settled.delivery.delivery_id in ours:
                message = Message(Topic.DELIVERED, settled.delivery.lead_id.encode(), encode(settled.event))
                remembered.append((f"{settled.delivery.delivery_id}/{settled.event.id}", message))
        return ours

    async def from_memory(_self: object, limit: int) -> Sequence[tuple[str, Message]]:
        taken = remembered[:limit]
        del remembered[:limit]
        return taken

    async def nothing(_self: object, _limit: int) -> Sequence[tuple[str, Message]]:
        return []

    patch.setattr(deliveries.SqlDeliveries, "settle", settle_and_remember)
    patch.setattr(DeliveryResults, "unannounced", from_memory)
    patch.setattr(decisions.SqlDecisions, "unannounced", nothing)


def without_fsync() -> None:
    """SQLite never waits for the disk."""
    open_to_write = store.open_to_write

    def open_unsafely(path: Path) -> Connection:
        connection = open_to_write(path)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    patch.setattr(store, "open_to_write", open_unsafely)


def drop_a_lead() -> None:
    """The router overlooks one lead, and commits past it."""
    handle = RouterService.handle

    async def overlook(self: RouterService, arrivals: Sequence[Arrival]) -> Any:  # Any: events
        return await handle(self, [arrival for arrival in arrivals if not _is_removed(arrival)])

    patch.setattr(RouterService, "handle", overlook)


def _is_removed(arrival: Arrival) -> bool:
    return isinstance(arrival.event, LeadScored) and arrival.event.data.lead.submission_id.endswith(REMOVED_LEAD)
