"""Merge a batch into the model: every statement keeps what says most, whichever came first."""

from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Table, case, literal_column, or_, tuple_
from sqlalchemy.dialects.postgresql import Insert, insert  # on both databases: SQLite's ON CONFLICT is PostgreSQL's
from sqlalchemy.ext.asyncio import AsyncConnection

from services.console.fold import Changes
from services.console.heard import HEARD, Row
from services.console.tables import dead_letters, deliveries, events, leads, notices, replays, sources
from shared.runtime.tables import write_rows

RECEIVED_FIRST = ("received_at", "received_partition", "received_offset")
SCORED_FIRST = ("scored_revision", "scored_partition", "scored_offset")
SCORED_LAST = ("revision", "stage", "temperature", "fit")
NOTIFIED_FIRST = ("notified_at", "notified_partition", "notified_offset")
NOTIFIED = (*NOTIFIED_FIRST, "platform", "is_test")
DECIDED = ("decision_number", "outcome", "decided_at", "rule", "reason", "owner")


async def merge(connection: AsyncConnection, changes: Changes) -> None:
    """Write a batch within the caller's transaction.

    Rows go in by their table's key, so that two members of the group never wait for each other in a circle.
    """
    for table, rows, merging in (
        (leads, changes.received, _merge_received),
        (leads, changes.scored, _merge_scored),
        (leads, changes.decided, _merge_decided),
        (deliveries, changes.deliveries, _merge_deliveries),
        (events, changes.events, _keep_first),
        (dead_letters, changes.dead_letters, _keep_first),
        (replays, changes.replays, _keep_first),
        (sources, changes.sources, _merge_sources),
        (notices, changes.notified, _merge_notified),
        (notices, changes.deleted, _merge_deleted),
    ):
        await _merge_into(table, rows, merging, connection=connection)


async def _merge_into(
    table: Table, rows: list[Row], merging: Callable[[Insert], Insert], *, connection: AsyncConnection
) -> None:
    key = next(iter(table.primary_key)).name
    await write_rows(connection, _statement(table, merging), sorted(rows, key=itemgetter(key)))


@cache
def _statement(table: Table, merging: Callable[[Insert], Insert]) -> Insert:
    return merging(insert(table))


def _keep_first(insert: Insert) -> Insert:
    return insert.on_conflict_do_nothing()


def _merge_received(insert: Insert) -> Insert:
    """Keep the first receipt: the first in the log wins, told across partitions by the event's time."""
    new = insert.excluded
    earlier = tuple_(*(new[name] for name in RECEIVED_FIRST)) < tuple_(*(leads.c[name] for name in RECEIVED_FIRST))
    return insert.on_conflict_do_update(
        index_elements=["lead_id"],
        set_={name: new[name] for name in (*RECEIVED_FIRST, "is_healed", "appended_at")},
        where=or_(leads.c.received_at.is_(None), earlier),
    )


def _merge_notified(insert: Insert) -> Insert:
    """Keep the first notice, whether or not a deletion was read before it."""
    new = insert.excluded
    earlier = tuple_(*(new[name] for name in NOTIFIED_FIRST)) < tuple_(*(notices.c[name] for name in NOTIFIED_FIRST))
    return insert.on_conflict_do_update(
        index_elements=["lead_id"],
        set_={name: new[name] for name in NOTIFIED},
        where=or_(notices.c.notified_at.is_(None), earlier),
    )


def _merge_deleted(insert: Insert) -> Insert:
    new, known = insert.excluded.deleted_at, notices.c.deleted_at
    return insert.on_conflict_do_update(
        index_elements=["lead_id"], set_={"deleted_at": new}, where=or_(known.is_(None), new < known)
    )


def _merge_scored(insert: Insert) -> Insert:
    """Keep where the lowest revision stands, and what the highest one says."""
    new = insert.excluded
    earlier = tuple_(*(new[name] for name in SCORED_FIRST)) < tuple_(*(leads.c[name] for name in SCORED_FIRST))
    first = or_(leads.c.revision.is_(None), earlier)
    higher = or_(leads.c.revision.is_(None), new.revision > leads.c.revision)
    return insert.on_conflict_do_update(
        index_elements=["lead_id"],
        set_={
            **{name: case((first, new[name]), else_=leads.c[name]) for name in SCORED_FIRST},
            **{name: case((higher, new[name]), else_=leads.c[name]) for name in SCORED_LAST},
        },
        where=or_(first, higher),
    )


def _merge_decided(insert: Insert) -> Insert:
    new, number = insert.excluded, leads.c.decision_number
    return insert.on_conflict_do_update(
        index_elements=["lead_id"],
        set_={name: new[name] for name in DECIDED},
        where=or_(number.is_(None), new.decision_number > number),
    )


def _merge_deliveries(insert: Insert) -> Insert:
    """Keep what is furthest, as `fold.progress` ranks it."""
    new, known = insert.excluded, deliveries.c
    return insert.on_conflict_do_update(
        index_elements=["delivery_id"],
        set_={"state": new.state, "attempts": new.attempts},
        where=_progress(new.state, new.attempts) > _progress(known.state, known.attempts),
    )


def _progress(state: ColumnElement[str], attempts: ColumnElement[int]) -> ColumnElement[Any]:  # Any: a row value
    return tuple_(state == literal_column("'delivered'"), attempts, state == literal_column("'failed'"))


def _merge_sources(insert: Insert) -> Insert:
    new = insert.excluded
    later = {
        name: case((or_(sources.c[name].is_(None), new[name] > sources.c[name]), new[name]), else_=sources.c[name])
        for name in HEARD
    }
    kind = case((new.source_kind > sources.c.source_kind, new.source_kind), else_=sources.c.source_kind)
    return insert.on_conflict_do_update(index_elements=["source"], set_={"source_kind": kind, **later})
