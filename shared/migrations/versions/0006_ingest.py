"""Retrieval's tables: notices of leads to fetch, what a source waits for, live processes."""

import sqlalchemy as sa
from alembic import op

revision = "0006_ingest"
down_revision = "0005_customer_keys_by_hash"
branch_labels = None
depends_on = None

_DUE = sa.text("state = 'waiting' AND scope IS NULL")
_HELD = sa.text("state = 'waiting' AND scope IS NOT NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "ingest_notices",
        sa.Column("lead_id", sa.String(36), primary_key=True),
        sa.Column("source", sa.String(63), nullable=False),
        sa.Column("source_kind", sa.String(40), nullable=False),
        sa.Column("platform", sa.String(40)),
        sa.Column("notice_id", sa.Text),
        sa.Column("form_id", sa.Text),
        sa.Column("page_id", sa.Text),
        sa.Column("occurred_at", sa.Double),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("is_test", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("healed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("traceparent", sa.String(55)),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("scope", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(100)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Double, nullable=False),
    )
    op.create_index(
        "ingest_notices_due", "ingest_notices", ["source", "next_at"], sqlite_where=_DUE, postgresql_where=_DUE
    )
    op.create_index(
        "ingest_notices_held",
        "ingest_notices",
        ["source", "scope", "next_at"],
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
    op.create_table(
        "ingest_missing_permissions",
        sa.Column("source", sa.String(63), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("what_to_grant", sa.Text, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("probe_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("source", "scope"),
    )
    op.create_table(
        "ingest_throttled_sources",
        sa.Column("source", sa.String(63), primary_key=True),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "ingest_healing_turns",
        sa.Column("source", sa.String(63), primary_key=True),
        sa.Column("next_at", sa.Double, nullable=False),
    )
    op.create_table(
        "ingest_processes",
        sa.Column("process_id", sa.String(100), primary_key=True),
        sa.Column("lease_until", sa.Double, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("processes", "healing_turns", "throttled_sources", "missing_permissions", "notices"):
        op.drop_table(f"ingest_{table}")
