"""Builders of what platforms tell: leads to fetch, and leads that are to be forgotten."""

from datetime import datetime
from typing import Any

from shared.domain.events import ErasureRequested, ErasureRequestedData, LeadNotified, LeadNotifiedData
from shared.domain.ids import derived
from shared.domain.lead import Lead
from tests.builders import NOON, a_lead

META = "meta-leads"


def a_fetched_lead(notice_id: str) -> Lead:
    """Build a lead that Meta tells of by this id."""
    return a_lead(notice_id, source=META)


def notified(lead: Lead, *, at: datetime = NOON, **members: Any) -> LeadNotified:  # Any: members of LeadNotifiedData
    """Build the event of a platform telling of a lead."""
    defaults: dict[str, Any] = {
        "lead_id": lead.id,
        "source": META,
        "source_kind": "meta",
        "platform": "meta",
        "notice_id": lead.submission_id,
        "form_id": "1234",
        "occurred_at": NOON,
    }
    return LeadNotified(
        id=derived("notified", lead.id),
        source="/tratt/ingest",
        subject=lead.id,
        time=at,
        partitionkey=lead.submission_id,
        data=LeadNotifiedData(**(defaults | members)),
    )


def erasure_of(lead: Lead, *, at: datetime = NOON) -> ErasureRequested:
    """Build the event of a platform that deleted a lead."""
    return ErasureRequested(
        id=derived("erasure", lead.id),
        source="/tratt/ingest",
        subject=lead.id,
        time=at,
        partitionkey=lead.id,
        data=ErasureRequestedData(
            source=META, source_kind="meta", lead_id=lead.id, reason="platform_deleted", occurred_at=at
        ),
    )
