"""The events that ingest writes, with ids derived from what was submitted: a repeat has the same ones."""

import base64
from hashlib import sha256

from services.ingest.guard import Content
from services.ingest.sources import LeadSource
from services.ingest.submission import Misshapen, Submission, SubmittedLead, canonical_content
from shared.domain.contact_points import canonical_email, parse_phone
from shared.domain.events import DeadLetter, DeadLetterData, LeadReceived, LeadReceivedData
from shared.domain.ids import content_hash, derived, lead_id, person_key
from shared.domain.lead import Person

WRITER = "/tratt/ingest"
MAX_MEDIA_TYPE = 100
"""Characters of a sender's content type worth keeping."""


def lead_received(
    submitted: SubmittedLead,
    submission: Submission,
    *,
    source_kind: str,
    key: bytes,
    country: str,
    traceparent: str,
) -> LeadReceived:
    """Make the event of a lead. `key` is the key of personal hashes, `country` where its phone number is dialled."""
    lead = submitted.lead
    content = content_hash(canonical_content(lead, is_dated=submitted.is_dated))
    # Every press of Google's test button has the same lead id and content, and each must be seen (inbound-sources 1.6).
    press = (submission.received_at.isoformat(),) if submitted.is_test else ()
    return LeadReceived(
        id=derived("received", lead.id, content, *press),
        source=WRITER,
        subject=lead.id,
        time=submission.received_at,
        partitionkey=_person_key(lead.person, lead.id, key=key, country=country),
        traceparent=traceparent,
        data=LeadReceivedData(
            lead_id=lead.id,
            source=submission.source,
            source_kind=source_kind,
            is_test=submitted.is_test,
            content=content,
            lead=lead,
        ),
    )


def quarantined(
    submission: Submission, source: LeadSource, content: Content, fault: Misshapen, *, traceparent: str
) -> DeadLetter:
    """Make the dead letter of an authentic submission that cannot be used; the same body has the same one."""
    identity = source.identify(content)
    lead = lead_id(submission.source, identity.submission_id) if identity.submission_id else None
    media_type = submission.headers.get(b"content-type")
    return DeadLetter(
        id=derived("dead", "ingest", submission.source, sha256(submission.body).hexdigest()),
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
            media_type=media_type.decode("latin-1")[:MAX_MEDIA_TYPE] if media_type else None,
            bytes=base64.b64encode(submission.body).decode(),
        ),
    )


def _person_key(person: Person, lead: str, *, key: bytes, country: str) -> str:
    email = canonical_email(person.email)
    # Parsing a number costs as much as all the rest together, so only where there is no e-mail.
    phone = None if email else parse_phone(person.phone, country)
    return person_key(key, email=email, phone=phone.e164 if phone else None, lead=lead)
