"""What is to be fetched: notices in, deletions in, and looking one up."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql

from services.ingest.retrieval.notices import PendingLead, State
from services.ingest.retrieval.ports import EVERYTHING
from services.ingest.retrieval.store.rows import FORGOTTEN, forgotten_row, pending_of, row_of
from services.ingest.retrieval.tables import healing_turns, missing_permissions, notices
from shared.ports import Database
from shared.runtime.store.clock import database_now
from shared.runtime.tables import among_given, insert_rows

# PostgreSQL's insert, on both databases: SQLite took ON CONFLICT over from it, word for word.
_INSERT = postgresql.insert(notices).on_conflict_do_nothing()
_REVIVE = (
    update(notices)
    .where(among_given(notices.c.lead_id, "revived"), notices.c.state == State.DEAD)
    .values(state=State.WAITING, attempts=0, next_at=bindparam("at"), reason=None)
)
_FORGET = (
    update(notices)
    .where(among_given(notices.c.lead_id, "forgotten"), notices.c.state.in_([State.WAITING, State.DEAD]))
    .values(state=State.DELETED, scope=None, reason=FORGOTTEN)
)
_MISSING = select(missing_permissions.c.source, missing_permissions.c.scope)
_KNOWN = select(notices.c.lead_id).where(among_given(notices.c.lead_id, "asked"))
_FIRST_TURN = postgresql.insert(healing_turns).on_conflict_do_nothing()
_PUT_TURN = (
    update(healing_turns)
    .where(healing_turns.c.source == bindparam("of_source"))
    .values(next_at=database_now() + bindparam("in_s"))
)
_TAKE_TURN = _PUT_TURN.where(healing_turns.c.next_at <= database_now())
_ONE = select(notices).where(notices.c.lead_id == bindparam("asked"))


class SqlPendingLeads:
    """Leads that lie at their platforms, on either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, pending: Sequence[PendingLead], *, now: float) -> None:
        """Keep what is to be fetched. One that is known stays as it is, but a dead one begins anew."""
        unique = {one.lead_id: one for one in reversed(pending)}
        async with self._database.write() as connection:
            missing = {(row.source, row.scope) for row in await connection.execute(_MISSING)}
            rows = [row_of(one, scope=_scope(one, missing), now=now) for one in unique.values()]
            await insert_rows(connection, _INSERT, rows)
            await connection.execute(_REVIVE, {"revived": list(unique), "at": now})

    async def forget(self, leads: Mapping[str, tuple[str, str]], *, now: float) -> None:
        """Never fetch these, whether their notices came before or come later. By lead id: source and its kind."""
        rows = [forgotten_row(lead, source, kind, now=now) for lead, (source, kind) in leads.items()]
        async with self._database.write() as connection:
            await insert_rows(connection, _INSERT, rows)
            await connection.execute(_FORGET, {"forgotten": list(leads)})

    async def unknown(self, lead_ids: Sequence[str]) -> set[str]:
        """Return those that nothing is known of."""
        async with self._database.read() as connection:
            known = await connection.scalars(_KNOWN, {"asked": list(lead_ids)})
        return set(lead_ids) - set(known)

    async def take_turn(self, source: str, *, every_s: float) -> bool:
        """Take the turn to heal a source, if it has come and nobody else took it; the next is `every_s` later."""
        async with self._database.write() as connection:
            await connection.execute(_FIRST_TURN, {"source": source, "next_at": 0.0})
            taken = await connection.execute(_TAKE_TURN, {"of_source": source, "in_s": every_s})
        return bool(taken.rowcount)

    async def put_turn(self, source: str, *, in_s: float) -> None:
        """Let the next turn come earlier or later."""
        async with self._database.write() as connection:
            await connection.execute(_PUT_TURN, {"of_source": source, "in_s": in_s})

    async def find(self, lead_id: str) -> PendingLead | None:
        """Return a notice as it came; None where none did."""
        async with self._database.read() as connection:
            row = (await connection.execute(_ONE, {"asked": lead_id})).one_or_none()
        return None if row is None or row.notice_id is None else pending_of(row)


def _scope(pending: PendingLead, missing: set[tuple[str, str]]) -> str | None:
    """Name what is known to be missing for a lead: it need not be asked for to find out.

    Tests are asked for: one of a dashboard is told at once, for which nothing is missing.
    """
    if pending.notice.is_test:
        return None
    scopes = (EVERYTHING, pending.notice.page_id, pending.notice.form_id)
    return next((scope for scope in scopes if scope and (pending.source, scope) in missing), None)
