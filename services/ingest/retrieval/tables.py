"""Retrieval's tables: notices of leads to fetch, and what a source waits for. Times are epoch seconds.

No personal data: a platform's ids of leads, forms and pages.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

from shared.runtime.store.leases import process_table

metadata = MetaData()

notices = Table(
    "ingest_notices",
    metadata,
    Column("lead_id", String(36), primary_key=True),
    Column("source", String(63), nullable=False),
    Column("source_kind", String(40), nullable=False),
    Column("platform", String(40)),
    Column("notice_id", Text),
    Column("form_id", Text),
    Column("page_id", Text),
    Column("occurred_at", Double),
    Column("received_at", Double, nullable=False),
    Column("is_test", Boolean, nullable=False, server_default=false()),
    Column("healed", Boolean, nullable=False, server_default=false()),
    Column("traceparent", String(55)),
    Column("state", String(8), nullable=False),
    Column("scope", Text),
    Column("reason", Text),
    Column("token", Integer, nullable=False),
    Column("owner", String(100)),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Double, nullable=False),
)
_IS_WAITING = notices.c.state == "waiting"
_IS_DUE = _IS_WAITING & notices.c.scope.is_(None)
Index("ingest_notices_due", notices.c.source, notices.c.next_at, sqlite_where=_IS_DUE, postgresql_where=_IS_DUE)
_IS_HELD = _IS_WAITING & notices.c.scope.is_not(None)
Index(
    "ingest_notices_held", notices.c.source, notices.c.scope, notices.c.next_at,
    sqlite_where=_IS_HELD, postgresql_where=_IS_HELD,
)  # fmt: skip
"""One row per notice, kept after it is settled: it tells a repeat, and what the gap healer need not fetch.

`state`: waiting, fetched, deleted, dead. `received_at` is when the notice came. `scope`: the missing permission that it
waits for. `token` grows with every claim and fences the slow; `owner` is the process that holds the claim. A deletion
that came before its notice is a row without `platform`, `notice_id` and `occurred_at`.
"""

missing_permissions = Table(
    "ingest_missing_permissions",
    metadata,
    Column("source", String(63), nullable=False),
    Column("scope", Text, nullable=False),
    Column("what_to_grant", Text, nullable=False),
    Column("since", Double, nullable=False),
    Column("probe_at", Double, nullable=False),
    PrimaryKeyConstraint("source", "scope"),
)
"""What an operator must grant; the notices of the scope wait, and one of them is tried at `probe_at`."""

throttled_sources = Table(
    "ingest_throttled_sources",
    metadata,
    Column("source", String(63), primary_key=True),
    Column("until", Double, nullable=False),
    Column("reason", Text, nullable=False),
)
"""Sources whose platform wants no request before `until`."""

healing_turns = Table(
    "ingest_healing_turns",
    metadata,
    Column("source", String(63), primary_key=True),
    Column("next_at", Double, nullable=False),
)
"""When each source's list is to be compared next, by whichever process comes first."""

processes = process_table("ingest_processes", metadata)
"""Live retrieval processes: a claim is good while its owner's lease is."""
