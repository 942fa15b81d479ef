"""Authentic submissions that cannot be used: kept as dead letters, with all that taking them in again needs."""

from hashlib import sha256

from services.ingest.events import WRITER
from services.ingest.guard import Content
from services.ingest.raw import raw_of, submission_of
from services.ingest.sources import LeadSource
from services.ingest.submission import Misshapen, Submission
from shared.domain.events import DeadLetter, DeadLetterData, RawSubmission
from shared.domain.ids import derived, lead_id


def quarantined(
    submission: Submission, source: LeadSource, content: Content, fault: Misshapen, *, traceparent: str
) -> DeadLetter:
    """Make the dead letter of an authentic submission that cannot be used; the same content has the same one."""
    identity = source.identify(content)
    lead = lead_id(submission.source, identity.submission_id) if identity.submission_id else None
    kept = source.storable(submission)
    said = b"?".join((kept.body, kept.query)) if kept.query else kept.body
    return DeadLetter(
        id=derived("dead", "ingest", submission.source, sha256(said).hexdigest()),
        source=WRITER,
        subject=lead or submission.source,
        time=submission.received_at,
        partitionkey=lead or submission.source,
        traceparent=traceparent,
        data=DeadLetterData(
            lead_id=lead,
            source=submission.source,
            source_kind=source.kind,
            is_test=identity.is_test,
            stage="ingest",
            error=fault.code,
            reason=str(fault),
            attempts=1,
            **raw_of(submission, kept).model_dump(),
        ),
    )


def as_it_came(letter: DeadLetter) -> Submission:
    """Make the submission of a dead letter again."""
    data = letter.data
    raw = RawSubmission(
        method=data.method, media_type=data.media_type, query=data.query, headers=data.headers, bytes=data.bytes
    )
    return submission_of(raw, data.source or "", letter.time)
