"""The router's tables: persons, customers, decisions, deliveries. Times of leases and attempts are epoch seconds.

Epoch seconds because both databases compute them alike from their own clock; moments that people read are ISO text
inside the stored events. Personal data stands in stored events and in `router_customers` only; keys are keyed hashes.
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

configurations = Table(
    "router_configurations",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("section", Text, nullable=False),
    Column("first_used_at", Double, nullable=False),
)
"""Every version of the rules that ever decided; a decision names its `sha256`."""

person_keys = Table(
    "router_person_keys",
    metadata,
    Column("kind", String(32), nullable=False),
    Column("hash", String(32), nullable=False),
    Column("person_id", String(36), nullable=False, index=True),
    PrimaryKeyConstraint("hash", "kind"),
    sqlite_with_rowid=False,
)
"""Who is whom: a person's mailbox, else phone. Its primary key is the claim on a new person.

Of all keys the hash covers the kind, so the hash alone finds them: it leads every primary key.
"""

leads = Table(
    "router_leads",
    metadata,
    Column("lead_id", String(36), primary_key=True),
    Column("person_id", String(36), nullable=False),
    Column("is_test", Boolean, nullable=False, server_default=false()),
    Column("revision", Integer, nullable=False),
    Column("decision_number", Integer, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("owner", Text),
    Column("contact_hash", String(32), nullable=False),
    Column("destinations", Text, nullable=False),
    Column("received_at", Double, nullable=False),
    Index("router_leads_by_person", "person_id", "received_at"),
)
"""The decision in force of each lead. `outcome`: routed, held or rejected; `destinations` joined by `;`.

`contact_hash` is the exact e-mail's key, else the phone's: it tells the same address from the same mailbox.
"""

decisions = Table(
    "router_decisions",
    metadata,
    Column("lead_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("trigger", String(40), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("cause", String(36), nullable=False),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("event", Text, nullable=False),
    Column("decided_at", Double, nullable=False),
    Column("announced", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("lead_id", "number"),
)
Index(
    "router_decisions_unannounced",
    decisions.c.decided_at,
    sqlite_where=~decisions.c.announced,
    postgresql_where=~decisions.c.announced,
)
"""Every decision with its event as published. Not announced = not known to be in the log.

`cause` is the id of the event or command that asked for it: the same one again changes nothing.
"""

customers = Table(
    "router_customers",
    metadata,
    Column("customer_id", String(200), primary_key=True),
    Column("name", Text),
    Column("status", String(30), nullable=False),
    Column("owner", Text),
    Column("products", Text, nullable=False, server_default=""),
    Column("import_id", String(64), nullable=False),
)
"""`products` joined by `;`, as in the file. `import_id` tells which import wrote the row last."""

customer_keys = Table(
    "router_customer_keys",
    metadata,
    Column("kind", String(32), nullable=False),
    Column("hash", String(32), nullable=False),
    Column("customer_id", String(200), nullable=False, index=True),
    PrimaryKeyConstraint("hash", "kind", "customer_id"),
    sqlite_with_rowid=False,  # the key is the row: half the pages of a million customers
)
Index("router_customer_keys_by_hash", customer_keys.c.hash, postgresql_using="hash").ddl_if(dialect="postgresql")
"""By hash PostgreSQL says of a stranger that nobody has the key in one page and not four of its large primary key.

SQLite keeps the rows in the primary key and has no such index: a second one would be as large as the first.
"""

suppressions = Table(
    "router_suppressions",
    metadata,
    Column("kind", String(32), nullable=False),
    Column("hash", String(32), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("until", Double),
    PrimaryKeyConstraint("hash", "kind"),
    sqlite_with_rowid=False,
)
"""Whom nobody may contact, by `email` or `phone` (their keyed hashes); without `until` for ever."""

deliveries = Table(
    "router_deliveries",
    metadata,
    Column("delivery_id", String(36), primary_key=True),
    Column("lead_id", String(36), nullable=False),
    Column("decision_number", Integer, nullable=False),
    Column("destination", String(100), nullable=False),
    Column("state", String(12), nullable=False),
    Column("token", Integer, nullable=False),
    Column("owner", String(100)),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("remote_id", String(300)),
    Column("result_id", String(36)),
    Column("result", Text),
    Column("announced", Boolean, nullable=False, server_default=false()),
    Index("router_deliveries_by_lead", "lead_id"),
)
_OPEN = deliveries.c.state.in_(["pending", "sent_unknown"])
Index(
    "router_deliveries_due", deliveries.c.destination, deliveries.c.next_at, sqlite_where=_OPEN, postgresql_where=_OPEN
)
_UNTOLD = deliveries.c.result.is_not(None) & ~deliveries.c.announced
Index("router_deliveries_unannounced", deliveries.c.owner, sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)
"""One row per lead, destination and decision, written with the decision, before any request.

`state`: pending, sent_unknown (claimed: a request may have gone out), delivered, failed. `token` grows with every claim
and fences the slow; `owner` is the process that holds the claim. `result` is the event of the last settled attempt that
the log should know, and `announced` whether it does.
"""

processes = process_table("router_processes", metadata)
"""Live router processes: a claim is good while its owner's lease is."""

paused_destinations = Table(
    "router_paused_destinations",
    metadata,
    Column("destination", String(100), primary_key=True),
    Column("reason", String(500), nullable=False),
    Column("paused_by", String(200), nullable=False),
    Column("paused_at", Double, nullable=False),
)
"""Destinations that wait for a person: paused by command, or by a refusal that only a person can mend."""
