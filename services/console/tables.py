"""The console's tables: what the topics say, folded so that it does not matter in which order they were read.

Every column only ever grows (the first receipt, the highest revision, the highest decision number, the furthest
attempt), so an event may come twice, late, or before what caused it. Times are epoch seconds. Personal data stands
in `value` columns only, as the events carried it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

metadata = MetaData()

leads = Table(
    "console_leads",
    metadata,
    Column("lead_id", String(36), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_kind", Text, nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("received_at", Double),
    Column("received_partition", Integer),
    Column("received_offset", BigInteger),
    Column("revision", Integer),
    Column("scored_revision", Integer),
    Column("scored_partition", Integer),
    Column("scored_offset", BigInteger),
    Column("stage", Text),
    Column("temperature", Text),
    Column("fit", Double),
    Column("decision_number", Integer),
    Column("outcome", String(10)),
    Column("decided_at", Double),
    Column("rule", Text),
    Column("reason", Text),
    Column("owner", Text),
    Column("is_healed", Boolean),
    Column("appended_at", Double),
)
_UNDECIDED = leads.c.decision_number.is_(None)
Index("console_leads_undecided", leads.c.lead_id, sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED)
Index("console_leads_newest", leads.c.received_at, leads.c.lead_id)
"""One row per lead. `received_*` is where its first receipt stands in `leads.received`, `scored_*` where its first
revision stands in `leads.scored`: the ledger compares them with how far the next stage has committed. `revision` to
`fit` are the highest revision's, `decision_number` to `owner` the highest decision's; `reason` is its code. `is_healed`
tells of the first receipt that it was fetched or filled in by us where the sender had failed; `appended_at`, when the
log had it: a lead that had to be fetched was received when its notice came."""

events = Table(
    "console_events",
    metadata,
    Column("lead_id", String(36), nullable=False),
    Column("topic", String(40), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("value", LargeBinary, nullable=False),
    PrimaryKeyConstraint("lead_id", "topic", "partition", "offset"),
)
"""Every record about a lead, by its place in the log: a repeat stands twice, what the worker reads again does not."""

deliveries = Table(
    "console_deliveries",
    metadata,
    Column("delivery_id", String(36), primary_key=True),
    Column("lead_id", String(36), nullable=False),
    Column("destination", Text, nullable=False),
    Column("decision_number", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
)
"""What each decision owes each destination. `state`: due, delivered or failed (for good); `attempts` as last told."""

dead_letters = Table(
    "console_dead_letters",
    metadata,
    Column("event_id", String(36), primary_key=True),
    Column("stage", String(10), nullable=False),
    Column("lead_id", String(36), index=True),
    Column("source", Text),
    Column("is_test", Boolean, nullable=False),
    Column("position", Text),
    Column("error", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("died_at", Double, nullable=False),
    Column("value", LargeBinary, nullable=False),
)

replays = Table(
    "console_replays",
    metadata,
    Column("event_id", String(36), primary_key=True),
    Column("dead_letter", String(36), nullable=False, index=True),
    Column("replayed_at", Double, nullable=False),
    Column("value", LargeBinary, nullable=False),
)

sources = Table(
    "console_sources",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("source_kind", Text, nullable=False),
    Column("last_lead_at", Double),
    Column("last_test_at", Double),
    Column("last_refused_at", Double),
    Column("last_set_aside_at", Double),
    Column("last_healed_at", Double),
    Column("last_notice_at", Double),
    Column("quiet_since", Double),
)
"""When each source was last heard from: with a lead, a notice of one, a test, what had to be quarantined, what rightly
holds no lead; and when a lead was last made good that had not come through its door.

`quiet_since` is the one column that no event tells: since when its silence is an alarm, so that it is raised once.
"""

notices = Table(
    "console_notices",
    metadata,
    Column("lead_id", String(36), primary_key=True),
    Column("source", Text, nullable=False),
    Column("platform", Text),
    Column("is_test", Boolean, nullable=False),
    Column("notified_at", Double),
    Column("notified_partition", Integer),
    Column("notified_offset", BigInteger),
    Column("deleted_at", Double),
)
"""One row per lead that its platform told of: that it is there to be fetched (`platform` to `notified_offset`, of the
first notice), that it is deleted, or both. Whether it was fetched stands in `console_leads`."""

hours = Table(
    "console_hours",
    metadata,
    Column("source", Text, nullable=False),
    Column("hour", BigInteger, nullable=False),
    Column("leads", Integer, nullable=False),
    PrimaryKeyConstraint("source", "hour"),
)
"""How many leads came to a source in which hour since the epoch, without tests and healed ones: what its rhythm is
learned from. Counted anew from `console_leads` by the part that looks after the doors."""
