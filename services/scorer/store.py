"""Where revisions are counted and scores kept: one transaction for a batch."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scorer.judge import sha256_of
from services.scorer.revisions import Cause, Standing, standings
from services.scorer.tables import configurations, leads, scores
from shared.domain.events import LeadScored, decode, encode
from shared.ports import Database
from shared.runtime.pieces import made_and_written
from shared.runtime.tables import among_given, insert_rows

UNSEEN = 0
"""The revision of a row that only locks a lead not seen before."""

# PostgreSQL's insert, on both databases: SQLite took ON CONFLICT over from it, word for word.
_REMEMBER = postgresql.insert(configurations).on_conflict_do_nothing()
_INSERT_LEAD = postgresql.insert(leads)
_LOCK = _INSERT_LEAD.on_conflict_do_nothing()
_LOCKED = select(leads).where(among_given(leads.c.lead_id, "lead_ids")).order_by(leads.c.lead_id).with_for_update()
_STORED = select(scores.c.cause_id, scores.c.event).where(among_given(scores.c.cause_id, "causes"))
_KEEP = insert(scores)
_RAISE = _INSERT_LEAD.on_conflict_do_update(
    index_elements=[leads.c.lead_id],
    set_={column.name: column for column in _INSERT_LEAD.excluded if column.name != "lead_id"},
)


class ScoreStore:
    """The scorer's tables, on either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, sections: Mapping[str, str], at: float) -> None:
        """Keep the text of what judges, unless it is known. `at` is epoch seconds."""
        rows = [
            {"sha256": sha256_of(text), "name": name, "section": text, "first_used_at": at}
            for name, text in sections.items()
        ]
        async with self._database.write() as connection:
            await insert_rows(connection, _REMEMBER, rows)

    async def place(
        self, causes: Sequence[Cause], event_of: Callable[[Cause, int], LeadScored]
    ) -> Sequence[LeadScored]:
        """Number each cause, in order, and return the events of the batch, one per cause that led to any.

        `causes` are unique. `event_of` makes the event of a new revision; a cause placed before gives the event stored
        then. Older content than what is known of a lead is noted and gives none.
        """
        async with self._database.write() as connection:
            known = await _locked(connection, causes)
            events = await _stored(connection, causes)
            placed = list(standings([each for each in causes if each.id not in events], known))

            def row(place: tuple[Cause, int | None]) -> dict[str, Any]:  # Any: as below
                cause, revision = place
                event = events[cause.id] = None if revision is None else event_of(cause, revision)
                return _score_row(cause, revision, event)

            await made_and_written(placed, row, partial(insert_rows, connection, _KEEP))
            touched = sorted({cause.lead_id for cause, revision in placed if revision is not None})
            await insert_rows(connection, _RAISE, [_raised(lead_id, known[lead_id]) for lead_id in touched])
        return [event for cause in causes if (event := events[cause.id]) is not None]


async def _locked(connection: AsyncConnection, causes: Sequence[Cause]) -> dict[str, Standing]:
    """Lock the leads and return what is known of them, so that two processes never count one revision twice.

    On PostgreSQL every lead needs a row to lock, also one not seen before; rows are taken in sorted order, so that two
    batches wait for each other instead of dead-locking. On SQLite the transaction is the only writer already
    (IMMEDIATE); the same statements run, and FOR UPDATE is left out by the dialect.
    """
    ids = sorted({cause.lead_id for cause in causes})
    rows = [{"lead_id": lead_id, "revision": UNSEEN, "cause_id": "", "submitted_at": 0.0} for lead_id in ids]
    await insert_rows(connection, _LOCK, rows)
    locked = await connection.execute(_LOCKED, {"lead_ids": ids})
    return {
        row.lead_id: Standing(row.revision, row.cause_id, row.submitted_at) for row in locked if row.revision != UNSEEN
    }


async def _stored(connection: AsyncConnection, causes: Sequence[Cause]) -> dict[str, LeadScored | None]:
    # Read only now, under the locks: another process may have placed the same cause a moment ago.
    rows = await connection.execute(_STORED, {"causes": [cause.id for cause in causes]})
    return {row.cause_id: _read(row.event) if row.event else None for row in rows}


def _read(text: str) -> LeadScored:
    event = decode(text.encode())
    if not isinstance(event, LeadScored):
        raise TypeError("scorer_scores holds an event that is no LeadScored")
    return event


def _score_row(cause: Cause, revision: int | None, event: LeadScored | None) -> dict[str, Any]:
    """Make the row of a score. Any: column values are of many types."""
    text = None if event is None else encode(event).decode()
    return {"cause_id": cause.id, "lead_id": cause.lead_id, "revision": revision, "event": text}


def _raised(lead_id: str, standing: Standing) -> dict[str, Any]:  # Any: as above
    return {
        "lead_id": lead_id,
        "revision": standing.revision,
        "cause_id": standing.cause_id,
        "submitted_at": standing.submitted_at,
    }
