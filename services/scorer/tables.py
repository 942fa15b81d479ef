"""The scorer's tables: each lead's latest event and revision, and every score as published.

Times are epoch seconds. Personal data stands in the stored events only.
"""

from sqlalchemy import Column, Double, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

configurations = Table(
    "scorer_configurations",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("section", Text, nullable=False),
    Column("first_used_at", Double, nullable=False),
)
"""Every version of a section that ever judged; a score's `versions` begin its `sha256`."""

leads = Table(
    "scorer_leads",
    metadata,
    Column("lead_id", String(36), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("cause_id", String(36), nullable=False),
    Column("submitted_at", Double, nullable=False),
)
"""The newest content of each lead: the event that brought it, and its revision. Its row is the lock on the lead."""

scores = Table(
    "scorer_scores",
    metadata,
    Column("cause_id", String(36), primary_key=True),
    Column("lead_id", String(36), nullable=False),
    Column("revision", Integer),
    Column("event", Text),
    UniqueConstraint("lead_id", "revision", name="scorer_scores_once_per_revision"),
)
"""What each event led to: the LeadScored as published, to be published again when the event comes again.

Without revision and event where the content was older than what was known of the lead: seen, and of no effect.
"""
