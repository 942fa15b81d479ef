"""The read model: what the topics said, merged batch by batch and read back for people."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.console.biography import life_of
from services.console.fold import Changes
from services.console.heard import HEARD
from services.console.ledger import Count, Place
from services.console.life import Life
from services.console.lines import Cursor, DeadLetterLine, LeadLine, LeadPage, SourceLine
from services.console.store.counting import GIVEN_UP, count
from services.console.store.merging import merge
from services.console.tables import dead_letters, events, leads, replays, sources
from shared.domain.events import DeadLetter, Event, LeadReceived, Topic, decode
from shared.domain.lead import Lead
from shared.ports import Database

_LINES = select(leads, GIVEN_UP)


class ConsoleStore:
    """The console's model over one database. Every verb raises DatabaseUnavailable where it does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def merge(self, changes: Changes) -> None:
        """Write a batch in one transaction. The same batch again, or batches in any order, give the same model."""
        async with self._database.write() as connection:
            await merge(connection, changes)

    async def count(self) -> Count:
        """Count for the ledger, within one snapshot."""
        async with self._database.read() as connection:
            return await count(connection)

    async def newest_leads(self, limit: int, before: Cursor | None = None) -> LeadPage:
        """Return leads, tests among them, newest first."""
        return await self._page(_LINES, limit, before)

    async def held(self, limit: int, before: Cursor | None = None) -> LeadPage:
        """Return the leads that are held, newest first."""
        return await self._page(_LINES.where(leads.c.outcome == Place.HELD), limit, before)

    async def life(self, lead_id: str) -> Life | None:
        """Return all that is known of one lead, or None where nothing is."""
        letters = select(dead_letters.c.event_id).where(dead_letters.c.lead_id == lead_id)
        async with self._database.read() as connection:
            values = await _values(connection, select(events.c.value).where(events.c.lead_id == lead_id))
            values += await _values(connection, select(dead_letters.c.value).where(dead_letters.c.lead_id == lead_id))
            values += await _values(connection, select(replays.c.value).where(replays.c.dead_letter.in_(letters)))
            appended_at = await connection.scalar(select(leads.c.appended_at).where(leads.c.lead_id == lead_id))
        return life_of(lead_id, values, appended_at=_moment(appended_at))

    async def sources(self) -> list[SourceLine]:
        """Return every source ever heard from, by name."""
        async with self._database.read() as connection:
            rows = await _rows(connection, select(sources).order_by(sources.c.source))
        return [
            SourceLine(
                row["source"], row["source_kind"], **{name: _moment(row[name]) for name in (*HEARD, "quiet_since")}
            )
            for row in rows
        ]

    async def dead_letters(self, limit: int, *, waiting: bool = True) -> list[DeadLetterLine]:
        """Return dead letters, newest first: those not yet sent in again, or all."""
        replay = select(func.max(replays.c.replayed_at)).where(replays.c.dead_letter == dead_letters.c.event_id)
        replayed_at = replay.scalar_subquery()
        newest = select(dead_letters, replayed_at.label("replayed_at"))
        newest = newest.order_by(dead_letters.c.died_at.desc(), dead_letters.c.event_id).limit(limit)
        if waiting:
            newest = newest.where(replayed_at.is_(None))
        async with self._database.read() as connection:
            return [_dead_letter_line(row) for row in await _rows(connection, newest)]

    async def dead_letter(self, event_id: str) -> DeadLetter | None:
        """Return one dead letter with its bytes, or None."""
        one = select(dead_letters.c.value).where(dead_letters.c.event_id == event_id)
        async with self._database.read() as connection:
            found = await _values(connection, one)
        return next((event for event in found if isinstance(event, DeadLetter)), None)

    async def _page(
        self, found: Select[*tuple[Any, ...]], limit: int, before: Cursor | None
    ) -> LeadPage:  # Any: columns
        found = found.where(leads.c.received_at.is_not(None))
        if before:
            place = tuple_(leads.c.received_at, leads.c.lead_id)
            found = found.where(place < (before.received_at, before.lead_id))
        newest = found.order_by(leads.c.received_at.desc(), leads.c.lead_id.desc()).limit(limit + 1)
        async with self._database.read() as connection:
            rows = await _rows(connection, newest)
            words = await _words(connection, [row["lead_id"] for row in rows[:limit]])
        last = rows[limit - 1] if len(rows) > limit else None
        return LeadPage(
            lines=tuple(_lead_line(row, words.get(row["lead_id"])) for row in rows[:limit]),
            older=Cursor(last["received_at"], last["lead_id"]) if last else None,
        )


async def _rows(connection: AsyncConnection, query: Select[*tuple[Any, ...]]) -> Sequence[RowMapping]:  # Any: columns
    result = await connection.execute(query)
    return result.mappings().all()


async def _values(connection: AsyncConnection, query: Select[bytes]) -> list[Event]:
    values = (await connection.scalars(query)).all()
    return [event for value in values if (event := decode(value)) is not None]


async def _words(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, Lead]:
    """Read what each of these leads said, in its newest correction."""
    receipts = select(events.c.value).where(events.c.lead_id.in_(ids), events.c.topic == Topic.RECEIVED)
    said = [event.data.lead for event in await _values(connection, receipts) if isinstance(event, LeadReceived)]
    return {lead.id: lead for lead in sorted(said, key=lambda lead: lead.submitted_at)}


def _lead_line(row: RowMapping, lead: Lead | None) -> LeadLine:
    return LeadLine(
        lead_id=row["lead_id"],
        source=row["source"],
        is_test=row["is_test"],
        received_at=datetime.fromtimestamp(row["received_at"], UTC),
        place=Place(row["outcome"] or (Place.DEAD if row["is_dead"] else Place.IN_FLIGHT)),
        reason=row["reason"],
        stage=row["stage"],
        fit=row["fit"],
        owner=row["owner"],
        lead=lead,
    )


def _dead_letter_line(row: RowMapping) -> DeadLetterLine:
    return DeadLetterLine(
        id=row["event_id"],
        stage=row["stage"],
        lead_id=row["lead_id"],
        source=row["source"],
        position=row["position"],
        error=row["error"],
        reason=row["reason"],
        died_at=datetime.fromtimestamp(row["died_at"], UTC),
        replayed_at=_moment(row["replayed_at"]),
    )


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
