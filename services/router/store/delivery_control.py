"""What people do to destinations and deliveries, and what they ask about them."""

from collections.abc import Mapping

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert  # on both databases: SQLite's ON CONFLICT is PostgreSQL's

from services.router.outcome import State, Waiting
from services.router.store.deliveries import IS_OPEN
from services.router.tables import deliveries, paused_destinations
from shared.ports import Database
from shared.runtime.store.clock import database_now


class SqlDeliveryControl:
    """The port `DeliveryControl` over the router's tables, and what metrics and people ask."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pause(self, destination: str, *, reason: str, by: str, now: float) -> None:
        """Stop pushing to a destination until it is resumed; the first reason stands."""
        row = {"destination": destination, "reason": reason[:500], "paused_by": by[:200], "paused_at": now}
        async with self._database.write() as connection:
            await connection.execute(insert(paused_destinations).values(row).on_conflict_do_nothing())

    async def resume(self, destination: str, *, now: float) -> None:
        """Push to a destination again, at once with all that waited."""
        async with self._database.write() as connection:
            await connection.execute(
                delete(paused_destinations).where(paused_destinations.c.destination == destination)
            )
            await connection.execute(
                update(deliveries)
                .where(deliveries.c.destination == destination, IS_OPEN, deliveries.c.next_at > now)
                .values(next_at=now)
            )

    async def redeliver(self, target: str, *, now: float) -> int:
        """Make the failed deliveries of a destination due again, or one delivery by its id, failed or delivered.

        It keeps its id, so a receiver that has it already can tell; one that cannot is looked into before the push.
        """
        is_named = (deliveries.c.destination == target) & (deliveries.c.state == State.FAILED)
        is_meant = (deliveries.c.delivery_id == target) & ~IS_OPEN
        async with self._database.write() as connection:
            done = await connection.execute(
                update(deliveries)
                .where(or_(is_named, is_meant))
                .values(
                    state=State.SENT_UNKNOWN,
                    owner=None,
                    token=deliveries.c.token + 1,
                    attempts=0,
                    next_at=now,
                    due_at=now,
                )
            )
        return done.rowcount

    async def paused(self) -> Mapping[str, str]:
        """Return why each paused destination waits."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(paused_destinations.c.destination, paused_destinations.c.reason))
            return {row.destination: row.reason for row in rows}

    async def waiting(self) -> Mapping[str, Waiting]:
        """Return what each destination still has to get; those with nothing are absent."""
        open_ones = (
            select(
                deliveries.c.destination,
                func.count().label("open_count"),
                (database_now() - func.min(deliveries.c.due_at)).label("oldest_s"),
            )
            .where(IS_OPEN)
            .group_by(deliveries.c.destination)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(open_ones)
            return {row.destination: Waiting(row.open_count, max(0.0, float(row.oldest_s))) for row in rows}
