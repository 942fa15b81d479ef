"""Who fetches what: claimed before the request, settled only under the claim's own token."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.retrieval.notices import Claim, Settlement
from services.ingest.retrieval.store.holds import due_probes, hold_back, lift, throttle
from services.ingest.retrieval.store.rows import IS_WAITING, pending_of
from services.ingest.retrieval.tables import notices, processes, throttled_sources
from shared.ports import Database
from shared.runtime.store.clock import database_now
from shared.runtime.store.leases import ProcessLease, is_orphaned
from shared.runtime.tables import among_given, write_rows

CLOCK_SLACK_S = 0.05
"""What another process wrote as due "now" must not wait a whole look because clocks differ a little."""


class SqlClaims:
    """Notices in the hands of processes. `probe_every_s`, by source, is how often a missing permission is tried."""

    def __init__(self, database: Database, lease: ProcessLease, *, probe_every_s: Mapping[str, float]) -> None:
        self._database = database
        self._lease = lease
        self._probe_every_s = probe_every_s

    async def claim_due(self, rooms: Mapping[str, int]) -> Sequence[Claim]:
        """Claim up to so many due notices of each source, oldest first, and one of each scope whose probe is due.

        Nothing is claimed of a source whose platform wants no request now.
        """
        owner = self._lease.process_id
        async with self._database.write() as connection:
            rows: list[Row[Any]] = []  # Any: SQLAlchemy's rows
            for source, scope in await due_probes(connection, list(rooms), self._probe_every_s):
                rows += await connection.execute(_PROBE, {"lane": source, "missing": scope})
            for source, room in rooms.items():
                rows += await connection.execute(_DUE, {"lane": source, "room": room})
            if rows:
                await connection.execute(_CLAIM, {"claimed": [row.lead_id for row in rows], "claimant": owner})
        return [Claim(pending_of(row), row.token + 1, owner, row.attempts, row.scope) for row in rows]

    async def still_ours(self, claims: Iterable[Claim]) -> set[str]:
        """Return the ids of the leads that nobody else has claimed, settled or forgotten since."""
        tokens = {claim.pending.lead_id: claim.token for claim in claims}
        async with self._database.read() as connection:
            held = (await connection.execute(_TOKENS, {"settled": list(tokens)})).all()
        return {row.lead_id for row in held if tokens[row.lead_id] == row.token}

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Write results, and what they mean for others, in one transaction. A claim lost meanwhile changes nothing."""
        async with self._database.write() as connection:
            await write_rows(connection, _SETTLE, [_result(settled) for settled in settlements])
            await _tell_others(connection, settlements, self._probe_every_s)


async def _tell_others(
    connection: AsyncConnection, settlements: Sequence[Settlement], probe_every_s: Mapping[str, float]
) -> None:
    # First what is there after all: what is missing beside it was found out later.
    for source, scope in {(settled.claim.pending.source, settled.lifts) for settled in settlements if settled.lifts}:
        await lift(connection, source, scope)
    missing = {
        (settled.claim.pending.source, settled.scope): settled.what_to_grant
        for settled in settlements
        if settled.scope is not None and settled.what_to_grant is not None
    }
    for (source, scope), what_to_grant in missing.items():
        await hold_back(connection, source, scope, what_to_grant=what_to_grant, probe_in_s=probe_every_s[source])
    for settled in settlements:
        if settled.pause_s is not None:
            reason = settled.reason or settled.outcome
            await throttle(connection, settled.claim.pending.source, pause_s=settled.pause_s, reason=reason)


def _select(*conditions: Any) -> Select[Any]:  # Any: SQLAlchemy's conditions and rows
    is_throttled = exists().where(
        throttled_sources.c.source == notices.c.source, throttled_sources.c.until > database_now()
    )
    return (
        select(notices)
        .where(
            notices.c.source == bindparam("lane"),
            *conditions,
            IS_WAITING,
            is_orphaned(notices.c.owner, processes),
            ~is_throttled,
        )
        .order_by(notices.c.next_at)
        # Two processes pass each other by on PostgreSQL; SQLite's transaction is alone anyway.
        .with_for_update(of=notices, skip_locked=True)
    )


_IS_DUE = notices.c.next_at <= database_now() + CLOCK_SLACK_S
_DUE = _select(notices.c.scope.is_(None), _IS_DUE).limit(bindparam("room"))
_PROBE = _select(notices.c.scope == bindparam("missing")).limit(1)
_CLAIM = (
    update(notices)
    .where(among_given(notices.c.lead_id, "claimed"))
    .values(token=notices.c.token + 1, owner=bindparam("claimant"))
)
_TOKENS = select(notices.c.lead_id, notices.c.token).where(among_given(notices.c.lead_id, "settled"), IS_WAITING)
_SETTLE = (
    update(notices)
    .where(notices.c.lead_id == bindparam("settled"), notices.c.token == bindparam("held_token"), IS_WAITING)
    .values(
        state=bindparam("new_state"),
        owner=null(),
        attempts=bindparam("new_attempts"),
        next_at=database_now() + bindparam("delay_s"),
        scope=bindparam("new_scope"),
        reason=bindparam("new_reason"),
    )
)


def _result(settled: Settlement) -> dict[str, Any]:  # Any: column values
    return {
        "settled": settled.claim.pending.lead_id,
        "held_token": settled.claim.token,
        "new_state": settled.state,
        "new_attempts": settled.attempts,
        "delay_s": settled.delay_s,
        "new_scope": settled.scope,
        "new_reason": settled.reason,
    }
