"""The console's read model: leads, their events, deliveries, dead letters, sources."""

import sqlalchemy as sa
from alembic import op

revision = "0003_console"
down_revision = "0002_router"
branch_labels = None
depends_on = None

UNDECIDED = sa.text("decision_number IS NULL")


def upgrade() -> None:
    """Create the tables."""
    _create_leads()
    op.create_table(
        "console_events",
        sa.Column("lead_id", sa.String(36), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "topic", "partition", "offset"),
    )
    op.create_table(
        "console_deliveries",
        sa.Column("delivery_id", sa.String(36), primary_key=True),
        sa.Column("lead_id", sa.String(36), nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("decision_number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    _create_dead_letters()
    op.create_table(
        "console_sources",
        sa.Column("source", sa.String(200), primary_key=True),
        sa.Column("source_kind", sa.Text, nullable=False),
        sa.Column("last_lead_at", sa.Double),
        sa.Column("last_test_at", sa.Double),
        sa.Column("last_refused_at", sa.Double),
    )


def downgrade() -> None:
    """Drop the tables. What the topics still hold can be read again; older is in the backup."""
    for table in ("sources", "replays", "dead_letters", "deliveries", "events", "leads"):
        op.drop_table(f"console_{table}")


def _create_leads() -> None:
    op.create_table(
        "console_leads",
        sa.Column("lead_id", sa.String(36), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_kind", sa.Text, nullable=False),
        sa.Column("is_test", sa.Boolean, nullable=False),
        sa.Column("received_at", sa.Double),
        sa.Column("received_partition", sa.Integer),
        sa.Column("received_offset", sa.BigInteger),
        sa.Column("revision", sa.Integer),
        sa.Column("scored_revision", sa.Integer),
        sa.Column("scored_partition", sa.Integer),
        sa.Column("scored_offset", sa.BigInteger),
        sa.Column("stage", sa.Text),
        sa.Column("temperature", sa.Text),
        sa.Column("fit", sa.Double),
        sa.Column("decision_number", sa.Integer),
        sa.Column("outcome", sa.String(10)),
        sa.Column("decided_at", sa.Double),
        sa.Column("rule", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("owner", sa.Text),
    )
    op.create_index(
        "console_leads_undecided", "console_leads", ["lead_id"], sqlite_where=UNDECIDED, postgresql_where=UNDECIDED
    )
    op.create_index("console_leads_newest", "console_leads", ["received_at", "lead_id"])


def _create_dead_letters() -> None:
    op.create_table(
        "console_dead_letters",
        sa.Column("event_id", sa.String(36), primary_key=True),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("lead_id", sa.String(36)),
        sa.Column("source", sa.Text),
        sa.Column("is_test", sa.Boolean, nullable=False),
        sa.Column("position", sa.Text),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("died_at", sa.Double, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_console_dead_letters_lead_id", "console_dead_letters", ["lead_id"])
    op.create_table(
        "console_replays",
        sa.Column("event_id", sa.String(36), primary_key=True),
        sa.Column("dead_letter", sa.String(36), nullable=False),
        sa.Column("replayed_at", sa.Double, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_console_replays_dead_letter", "console_replays", ["dead_letter"])
