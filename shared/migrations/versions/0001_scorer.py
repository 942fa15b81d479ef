"""The scorer's tables: configurations that judged, leads, scores."""

import sqlalchemy as sa
from alembic import op

revision = "0001_scorer"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "scorer_configurations",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("first_used_at", sa.Double, nullable=False),
    )
    op.create_table(
        "scorer_leads",
        sa.Column("lead_id", sa.String(36), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("cause_id", sa.String(36), nullable=False),
        sa.Column("submitted_at", sa.Double, nullable=False),
    )
    op.create_table(
        "scorer_scores",
        sa.Column("cause_id", sa.String(36), primary_key=True),
        sa.Column("lead_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer),
        sa.Column("event", sa.Text),
        sa.UniqueConstraint("lead_id", "revision", name="scorer_scores_once_per_revision"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("scorer_scores")
    op.drop_table("scorer_leads")
    op.drop_table("scorer_configurations")
