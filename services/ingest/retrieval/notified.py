"""A notice as an event, and back. Pure."""

from services.ingest.events import WRITER
from services.ingest.retrieval.notices import PendingLead
from services.ingest.submission import SubmittedNotice
from shared.domain.events import LeadNotified, LeadNotifiedData
from shared.domain.ids import derived


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
    notice = pending.notice
    return LeadNotified(
        id=derived("notified", pending.lead_id),
        source=WRITER,
        subject=pending.lead_id,
        time=pending.received_at,
        partitionkey=notice.notice_id,
        traceparent=pending.traceparent,
        data=LeadNotifiedData(
            lead_id=pending.lead_id,
            source=pending.source,
            source_kind=pending.source_kind,
            is_test=notice.is_test,
            platform=notice.platform,
            notice_id=notice.notice_id,
            form_id=notice.form_id,
            page_id=notice.page_id,
            occurred_at=notice.occurred_at,
            healed=pending.healed,
        ),
    )
