"""A notice as an event, and back. Pure."""

from services.ingest.events import notified
from services.ingest.retrieval.notices import PendingLead
from services.ingest.submission import SubmittedNotice
from shared.domain.events import LeadNotified


def pending_of(event: LeadNotified) -> PendingLead:
    """Read the event of a notice."""
    data = event.data
    return PendingLead(
        lead_id=data.lead_id,
        source=data.source,
        source_kind=data.source_kind,
        notice=SubmittedNotice(
            platform=data.platform,
            notice_id=data.notice_id,
            occurred_at=data.occurred_at,
            form_id=data.form_id,
            page_id=data.page_id,
            is_test=data.is_test,
        ),
        received_at=event.time,
        healed=data.healed,
        traceparent=event.traceparent,
    )


def event_of(pending: PendingLead) -> LeadNotified:
    """Make the event of a notice: as it came, or as it would have come of a lead that was found in a list."""
    return notified(
        pending.notice,
        source=pending.source,
        source_kind=pending.source_kind,
        received_at=pending.received_at,
        traceparent=pending.traceparent,
        healed=pending.healed,
    )
