"""The console's notices, the hours its doors are known by, and what more it knows of each source."""

import sqlalchemy as sa
from alembic import op

revision = "0007_console_notices"
down_revision = "0006_ingest"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the columns."""
    op.create_table(
        "console_notices",
        sa.Column("lead_id", sa.String(36), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("platform", sa.Text),
        sa.Column("is_test", sa.Boolean, nullable=False),
        sa.Column("notified_at", sa.Double),
        sa.Column("notified_partition", sa.Integer),
        sa.Column("notified_offset", sa.BigInteger),
        sa.Column("deleted_at", sa.Double),
    )
    op.create_table(
        "console_hours",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("leads", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source", "hour"),
    )
    op.add_column("console_sources", sa.Column("last_set_aside_at", sa.Double))
    op.add_column("console_sources", sa.Column("last_healed_at", sa.Double))
    op.add_column("console_sources", sa.Column("last_notice_at", sa.Double))
    op.add_column("console_sources", sa.Column("quiet_since", sa.Double))
    op.add_column("console_leads", sa.Column("is_healed", sa.Boolean))
    op.add_column("console_leads", sa.Column("appended_at", sa.Double))


def downgrade() -> None:
    """Drop them. Notices that the topics still hold can be read again; the hours are counted from the leads."""
    op.drop_column("console_leads", "appended_at")
    op.drop_column("console_leads", "is_healed")
    op.drop_column("console_sources", "quiet_since")
    op.drop_column("console_sources", "last_notice_at")
    op.drop_column("console_sources", "last_healed_at")
    op.drop_column("console_sources", "last_set_aside_at")
    op.drop_table("console_hours")
    op.drop_table("console_notices")
