"""What keeps notices waiting: permissions that an operator must grant, and platforms that want fewer requests."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, case, delete, false, func, or_, select, true, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.retrieval.notices import Backlog, MissingPermission
from services.ingest.retrieval.ports import EVERYTHING
from services.ingest.retrieval.store.rows import IS_WAITING, moment_of
from services.ingest.retrieval.tables import missing_permissions, notices, throttled_sources
from shared.ports import Database
from shared.runtime.store.clock import database_now
from shared.runtime.tables import among, among_given


class SqlHolds:
    """What the notices of each source wait for, for operators and metrics."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def probe_now(self, sources: Iterable[str]) -> None:
        """Let one of each scope be tried at once: the configuration may have changed."""
        due = update(missing_permissions).where(among(missing_permissions.c.source, sources)).values(probe_at=0.0)
        async with self._database.write() as connection:
            await connection.execute(due)

    async def backlog(self) -> Mapping[str, Backlog]:
        """Tell what waits, by source."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_BACKLOG)).all()
        return {row.source: Backlog(row.waiting, row.held, max(0.0, float(row.oldest_s))) for row in rows}

    async def missing(self) -> Sequence[MissingPermission]:
        """Tell what an operator must grant, and how many notices wait for it."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_MISSING)).all()
        return [
            MissingPermission(row.source, row.scope, row.what_to_grant, moment_of(row.since), row.waiting)
            for row in rows
        ]


async def hold_back(
    connection: AsyncConnection, source: str, scope: str, *, what_to_grant: str, probe_in_s: float
) -> None:
    """Let the notices of a scope wait until a probe gets through."""
    named = {"of_source": source, "of_scope": scope}
    told = {"told": what_to_grant, "probe_in_s": probe_in_s}
    known = await connection.execute(_TELL_AGAIN, named | told)
    if not known.rowcount:
        await connection.execute(_TELL, named | told)
    await connection.execute(_HOLD_BACK, named | {"of_all": scope == EVERYTHING})


async def lift(connection: AsyncConnection, source: str, scope: str) -> None:
    """Let the notices of a scope go on, at once."""
    named = {"of_source": source, "of_scope": scope}
    await connection.execute(_LIFT, named)
    await connection.execute(_LET_GO, named)


async def throttle(connection: AsyncConnection, source: str, *, pause_s: float, reason: str) -> None:
    """Let nothing of a source be claimed for so long; a longer pause that is under way stays."""
    await connection.execute(_THROTTLE, {"of_source": source, "pause_s": pause_s, "told": reason})


async def due_probes(
    connection: AsyncConnection, sources: Sequence[str], every_s: Mapping[str, float]
) -> Sequence[tuple[str, str]]:
    """Return the scopes to probe now, by source, and put their next probe off."""
    due = (await connection.execute(_DUE_PROBES, {"lanes": list(sources)})).all()
    for row in due:
        named = {"of_source": row.source, "of_scope": row.scope}
        await connection.execute(_PUT_OFF, named | {"probe_in_s": every_s[row.source]})
    return [(row.source, row.scope) for row in due]


_IS_SCOPE = (missing_permissions.c.source == bindparam("of_source")) & (
    missing_permissions.c.scope == bindparam("of_scope")
)
_DUE_PROBES = (
    select(missing_permissions.c.source, missing_permissions.c.scope)
    .where(among_given(missing_permissions.c.source, "lanes"), missing_permissions.c.probe_at <= database_now())
    # The second process finds it put off, or passes it by.
    .with_for_update(skip_locked=True)
)
_PUT_OFF = update(missing_permissions).where(_IS_SCOPE).values(probe_at=database_now() + bindparam("probe_in_s"))
_TELL_AGAIN = _PUT_OFF.values(what_to_grant=bindparam("told"))
_TELL = (
    postgresql.insert(missing_permissions)
    .values(
        source=bindparam("of_source"),
        scope=bindparam("of_scope"),
        what_to_grant=bindparam("told"),
        since=database_now(),
        probe_at=database_now() + bindparam("probe_in_s"),
    )
    .on_conflict_do_nothing()
)
_LIFT = delete(missing_permissions).where(_IS_SCOPE)
_IS_OF_SCOPE = or_(
    notices.c.page_id == bindparam("of_scope"),
    notices.c.form_id == bindparam("of_scope"),
    bindparam("of_all") == true(),
)
_HOLD_BACK = (
    update(notices)
    .where(
        notices.c.source == bindparam("of_source"),
        IS_WAITING,
        notices.c.scope.is_(None),
        notices.c.is_test.is_(false()),
        _IS_OF_SCOPE,
    )
    .values(scope=bindparam("of_scope"))
)
_LET_GO = (
    update(notices)
    .where(notices.c.source == bindparam("of_source"), IS_WAITING, notices.c.scope == bindparam("of_scope"))
    .values(scope=None, next_at=database_now())
)
_INSERT_THROTTLED = postgresql.insert(throttled_sources).values(
    source=bindparam("of_source"), until=database_now() + bindparam("pause_s"), reason=bindparam("told")
)
_THROTTLE = _INSERT_THROTTLED.on_conflict_do_update(
    index_elements=[throttled_sources.c.source],
    set_={
        "until": case(
            (throttled_sources.c.until > _INSERT_THROTTLED.excluded.until, throttled_sources.c.until),
            else_=_INSERT_THROTTLED.excluded.until,
        ),
        "reason": _INSERT_THROTTLED.excluded.reason,
    },
)
_BACKLOG = (
    select(
        notices.c.source,
        func.count().label("waiting"),
        func.count(notices.c.scope).label("held"),
        (database_now() - func.min(notices.c.received_at)).label("oldest_s"),
    )
    .where(IS_WAITING)
    .group_by(notices.c.source)
)
_MISSING = select(
    missing_permissions,
    select(func.count())
    .select_from(notices)
    .where(notices.c.source == missing_permissions.c.source, IS_WAITING, notices.c.scope == missing_permissions.c.scope)
    .scalar_subquery()
    .label("waiting"),
).order_by(missing_permissions.c.source, missing_permissions.c.since)
