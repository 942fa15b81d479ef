"""The router's tables: configurations, persons, leads, decisions, customers, suppressions, deliveries, processes."""

import sqlalchemy as sa
from alembic import op

revision = "0002_router"
down_revision = "0001_scorer"
branch_labels = None
depends_on = None

NOT_ANNOUNCED = ~sa.column("announced", sa.Boolean)
OPEN = sa.text("state IN ('pending', 'sent_unknown')")
UNTOLD = sa.and_(sa.column("result").is_not(None), NOT_ANNOUNCED)


def upgrade() -> None:
    """Create the tables."""
    _create_decisions()
    _create_customers()
    _create_deliveries()


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "paused_destinations",
        "processes",
        "deliveries",
        "suppressions",
        "customer_keys",
        "customers",
        "decisions",
        "leads",
        "person_keys",
        "configurations",
    ):
        op.drop_table(f"router_{name}")


def _create_decisions() -> None:
    op.create_table(
        "router_configurations",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("first_used_at", sa.Double, nullable=False),
    )
    op.create_table(
        "router_person_keys",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False, index=True),
        sa.PrimaryKeyConstraint("hash", "kind"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "router_leads",
        sa.Column("lead_id", sa.String(36), primary_key=True),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("is_test", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("decision_number", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("contact_hash", sa.String(32), nullable=False),
        sa.Column("destinations", sa.Text, nullable=False),
        sa.Column("received_at", sa.Double, nullable=False),
    )
    op.create_index("router_leads_by_person", "router_leads", ["person_id", "received_at"])
    op.create_table(
        "router_decisions",
        sa.Column("lead_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("trigger", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("cause", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False, unique=True),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("decided_at", sa.Double, nullable=False),
        sa.Column("announced", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("lead_id", "number"),
    )
    op.create_index(
        "router_decisions_unannounced",
        "router_decisions",
        ["decided_at"],
        sqlite_where=NOT_ANNOUNCED,
        postgresql_where=NOT_ANNOUNCED,
    )


def _create_customers() -> None:
    op.create_table(
        "router_customers",
        sa.Column("customer_id", sa.String(200), primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("products", sa.Text, nullable=False, server_default=""),
        sa.Column("import_id", sa.String(64), nullable=False),
    )
    op.create_table(
        "router_customer_keys",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(200), nullable=False, index=True),
        sa.PrimaryKeyConstraint("hash", "kind", "customer_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "router_suppressions",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("until", sa.Double),
        sa.PrimaryKeyConstraint("hash", "kind"),
        sqlite_with_rowid=False,
    )


def _create_deliveries() -> None:
    op.create_table(
        "router_deliveries",
        sa.Column("delivery_id", sa.String(36), primary_key=True),
        sa.Column("lead_id", sa.String(36), nullable=False),
        sa.Column("decision_number", sa.Integer, nullable=False),
        sa.Column("destination", sa.String(100), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(100)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Double, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("remote_id", sa.String(300)),
        sa.Column("result_id", sa.String(36)),
        sa.Column("result", sa.Text),
        sa.Column("announced", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index("router_deliveries_by_lead", "router_deliveries", ["lead_id"])
    op.create_index(
        "router_deliveries_due",
        "router_deliveries",
        ["destination", "next_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "router_deliveries_unannounced",
        "router_deliveries",
        ["owner"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )
    op.create_table(
        "router_processes",
        sa.Column("process_id", sa.String(100), primary_key=True),
        sa.Column("lease_until", sa.Double, nullable=False),
    )
    op.create_table(
        "router_paused_destinations",
        sa.Column("destination", sa.String(100), primary_key=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("paused_by", sa.String(200), nullable=False),
        sa.Column("paused_at", sa.Double, nullable=False),
    )
