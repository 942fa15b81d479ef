"""What the doors are known by: how many leads came in which hour, and since when one is quiet."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import BigInteger, bindparam, case, cast, delete, exists, func, select, true, update
from sqlalchemy.dialects.postgresql import insert  # on both databases: SQLite's ON CONFLICT is PostgreSQL's

from services.console.lines import Quarantine
from services.console.rhythm import HOUR_S, MOST_H
from services.console.tables import dead_letters, hours, leads, replays, sources
from shared.ports import Database
from shared.runtime.tables import write_rows

_EXACT = leads.c.received_at / HOUR_S
_CAST = cast(_EXACT, BigInteger)
_HOUR = (_CAST - case((_EXACT < _CAST, 1), else_=0)).label("hour")
"""The floor on both databases: what is cast, PostgreSQL rounds and SQLite cuts."""
_COUNTED = (
    select(leads.c.source, _HOUR, func.count().label("leads"))
    .where(leads.c.received_at >= bindparam("since"), ~leads.c.is_test, leads.c.is_healed.is_not(true()))
    .group_by(leads.c.source, _HOUR)
)
_KNOWN = select(hours.c.source, hours.c.hour).where(hours.c.hour >= bindparam("since"))
_NEW = insert(hours)
_PUT = _NEW.on_conflict_do_update(index_elements=["source", "hour"], set_={"leads": _NEW.excluded.leads})
_OTHER = hours.alias()
_LAST = select(func.max(_OTHER.c.hour)).where(_OTHER.c.source == hours.c.source).scalar_subquery()
_TOO_OLD = delete(hours).where(hours.c.hour < _LAST - MOST_H)
"""Measured from each source's last hour: one that was quiet for a summer keeps its rhythm."""

_AT_THE_DOOR = (
    select(
        dead_letters.c.source,
        dead_letters.c.error,
        dead_letters.c.reason,
        dead_letters.c.died_at,
        func.count().over(partition_by=dead_letters.c.source).label("n"),
        func.row_number()
        .over(partition_by=dead_letters.c.source, order_by=dead_letters.c.died_at.desc())
        .label("place"),
    )
    .where(dead_letters.c.stage == "ingest", ~exists().where(replays.c.dead_letter == dead_letters.c.event_id))
    .subquery()
)
_NEWEST = select(_AT_THE_DOOR).where(_AT_THE_DOOR.c.place == 1)


class DoorStore:
    """The doors' part of the console's model. Every verb raises DatabaseUnavailable where it does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recount(self, since_hour: int) -> None:
        """Count the leads of every hour since then anew, and forget hours that no rhythm is learned from any more.

        It is counted from the leads, of which there is one row each however often a batch came. Of two members that
        do so at once the later one stands, until the next time.
        """
        async with self._database.read() as connection:
            counted = await connection.execute(_COUNTED, {"since": since_hour * HOUR_S})
            found = {(source, hour): n for source, hour, n in counted}
            known = [tuple(row) for row in await connection.execute(_KNOWN, {"since": since_hour})]
        # A lead goes over to another hour where its first receipt is read after a repeat, and may leave none behind.
        rows = [
            {"source": source, "hour": hour, "leads": found.get((source, hour), 0)}
            for source, hour in sorted({*found, *known})
        ]
        async with self._database.write() as connection:
            await write_rows(connection, _PUT, rows)
            await connection.execute(_TOO_OLD)

    async def hours(self) -> Mapping[str, Mapping[int, int]]:
        """Return how many leads came, by source and by hour since the epoch; hours without any are left out."""
        counted = select(hours.c.source, hours.c.hour, hours.c.leads).where(hours.c.leads > 0)
        by_source: dict[str, dict[int, int]] = defaultdict(dict)
        async with self._database.read() as connection:
            for source, hour, n in await connection.execute(counted):
                by_source[source][hour] = n
        return by_source

    async def quarantines(self) -> Mapping[str, Quarantine]:
        """Return what every source sent that waits for a person, by source."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_NEWEST)).all()
        return {
            row.source: Quarantine(row.n, row.error, row.reason, datetime.fromtimestamp(row.died_at, UTC))
            for row in rows
        }

    async def fall_quiet(self, source: str, at: float) -> bool:
        """Note that a door is quiet; False where that is known. Of several that note it at once one is told True."""
        return await self._turn(source, at)

    async def wake(self, source: str) -> bool:
        """Note that a door is not quiet any more; False where it was not, and for all but one that note it."""
        return await self._turn(source, None)

    async def _turn(self, source: str, quiet_since: float | None) -> bool:
        was_quiet = sources.c.quiet_since.is_not(None)
        turned = update(sources).where(sources.c.source == source, was_quiet if quiet_since is None else ~was_quiet)
        async with self._database.write() as connection:
            result = await connection.execute(turned.values(quiet_since=quiet_since))
        return result.rowcount == 1
