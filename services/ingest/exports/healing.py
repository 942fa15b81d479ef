"""Missing leads are made good: published as their webhook would have, and marked."""

from collections.abc import Sequence
from datetime import datetime

from services.ingest.events import Keys, lead_received
from services.ingest.exports.exported_leads import ExportedLead
from services.ingest.exports.traces import HEALED
from services.ingest.submission import Submission
from shared.domain.events import LeadReceived
from shared.ports import EventPublisher, Message
from shared.runtime import traces

BATCH = 100
"""Leads published at once."""


def healed(event: LeadReceived, *, campaign_name: str | None = None) -> LeadReceived:
    """Mark an event as healed, and add what only the export tells.

    Its id and content stay those of what the sender said: should the webhook bring the lead after all, nothing changes.
    """
    lead = event.data.lead
    attribution = lead.attribution
    if attribution.campaign_name is None and campaign_name is not None:
        attribution = attribution.model_copy(update={"campaign_name": campaign_name})
    marked = lead.model_copy(update={"signals": {**lead.signals, HEALED: True}, "attribution": attribution})
    return event.model_copy(update={"data": event.data.model_copy(update={"lead": marked})})


async def heal(
    leads: Sequence[ExportedLead],
    publisher: EventPublisher,
    *,
    source: str,
    source_kind: str,
    keys: Keys,
    now: datetime,
) -> None:
    """Publish missing leads. Doing it twice publishes the same events again, but for tests.

    Raises:
        TransientError: some or none are durable; do it again.
    """
    submission = Submission(source, "POST", "", b"", {}, b"", now)
    for start in range(0, len(leads), BATCH):
        events = [
            healed(
                lead_received(
                    row.submitted, submission, source_kind=source_kind, keys=keys, traceparent=traces.begin()
                ),
                campaign_name=row.campaign_name,
            )
            for row in leads[start : start + BATCH]
        ]
        await publisher.publish([Message.of(event) for event in events])
