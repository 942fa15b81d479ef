"""The events that ingest writes, with ids derived from what was submitted: a repeat has the same ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic_core import to_json

from services.ingest.submission import (
    Parsed,
    Submission,
    SubmittedActivity,
    SubmittedDeletion,
    SubmittedLead,
    SubmittedNotice,
    canonical_content,
)
from shared.domain.contact_points import canonical_email, e164
from shared.domain.events import (
    ActivityRecorded,
    ActivityRecordedData,
    ConsentData,
    ConsentGiven,
    ErasureRequested,
    ErasureRequestedData,
    Event,
    LeadNotified,
    LeadNotifiedData,
    LeadReceived,
    LeadReceivedData,
    RawSubmission,
    SubmissionSetAside,
    SubmissionSetAsideData,
)
from shared.domain.ids import content_hash, derived, lead_id, person_key
from shared.domain.lead import Person

WRITER = "/tratt/ingest"


@dataclass(frozen=True, slots=True)
class Keys:
    """How persons are told apart: `secret` is the key of their hashes, `country` where their numbers are dialled."""

    secret: bytes
    country: str

    def partition(self, person: Person, lead: str) -> str:
        """Tell which partition a lead's events share."""
        return person_key(self.secret, **self._of(person), lead=lead)

    def person(self, person: Person) -> str | None:
        """Tell a person's key; None for one who told neither an e-mail nor a phone number."""
        known = self._of(person)
        return person_key(self.secret, **known, lead="") if any(known.values()) else None

    def _of(self, person: Person) -> dict[str, str | None]:
        email = canonical_email(person.email)
        # Parsing a number costs as much as all the rest together, so only where there is no e-mail.
        return {"email": email, "phone": None if email else e164(person.phone, self.country)}


def events_of(
    parsed: Parsed, submission: Submission, *, source_kind: str, keys: Keys, traceparent: str, raw: RawSubmission | None
) -> Sequence[Event]:
    """Make the events of all that one submission says. `raw` is given where a mapping made it all."""
    about = {"source_kind": source_kind, "traceparent": traceparent}
    leads = [
        lead_received(lead, submission, keys=keys, raw=None if place else raw, **about)
        for place, lead in enumerate(parsed.leads)
    ]
    events: list[Event] = [*leads]
    for lead in leads:
        if lead.data.lead.consents:
            events += consents_given(lead)
    if parsed.notices or parsed.activities or parsed.deletions:
        events += _others(parsed, submission, keys, about)
    if raw is not None and parsed.not_a_lead is not None and not parsed.faults:  # with faults it is a dead letter
        events.append(_set_aside(parsed.not_a_lead, submission, raw, **about))
    return events


def _others(parsed: Parsed, submission: Submission, keys: Keys, about: Mapping[str, str]) -> Iterator[Event]:
    source, received_at = submission.source, submission.received_at
    kind, traceparent = about["source_kind"], about["traceparent"]
    yield from (
        notified(one, source=source, source_kind=kind, received_at=received_at, traceparent=traceparent)
        for one in parsed.notices
    )
    yield from (activity_recorded(activity, submission, keys=keys, **about) for activity in parsed.activities)
    yield from (erasure_requested(deletion, submission, keys=keys, **about) for deletion in parsed.deletions)


def lead_received(
    submitted: SubmittedLead,
    submission: Submission,
    *,
    source_kind: str,
    keys: Keys,
    traceparent: str,
    raw: RawSubmission | None = None,
) -> LeadReceived:
    """Make the event of a lead. `raw` is the submission that a mapping made it of."""
    lead = submitted.lead
    content = content_hash(canonical_content(lead, is_dated=submitted.is_dated))
    # Every press of Google's test button has the same lead id and content, and each must be seen (inbound-sources 1.6).
    press = (submission.received_at.isoformat(),) if submitted.is_test else ()
    return LeadReceived(
        id=derived("received", lead.id, content, *press),
        source=WRITER,
        subject=lead.id,
        time=submission.received_at,
        partitionkey=keys.partition(lead.person, lead.id),
        traceparent=traceparent,
        data=LeadReceivedData(
            lead_id=lead.id,
            source=submission.source,
            source_kind=source_kind,
            is_test=submitted.is_test,
            content=content,
            lead=lead,
            raw=raw,
        ),
    )


def _set_aside(
    reason: str, submission: Submission, raw: RawSubmission, *, source_kind: str, traceparent: str
) -> SubmissionSetAside:
    return SubmissionSetAside(
        id=derived("set aside", submission.source, content_hash(to_json(raw))),
        source=WRITER,
        subject=submission.source,
        time=submission.received_at,
        partitionkey=submission.source,
        traceparent=traceparent,
        data=SubmissionSetAsideData(source=submission.source, source_kind=source_kind, reason=reason, raw=raw),
    )


def notified(
    notice: SubmittedNotice,
    *,
    source: str,
    source_kind: str,
    received_at: datetime,
    traceparent: str | None,
    healed: bool = False,
) -> LeadNotified:
    """Make the event of a lead that is to be fetched. `healed`: it was found in a list, no notice came."""
    lead = lead_id(source, notice.notice_id)
    return LeadNotified(
        id=derived("notified", lead),
        source=WRITER,
        subject=lead,
        time=received_at,
        partitionkey=notice.notice_id,
        traceparent=traceparent,
        data=LeadNotifiedData(
            lead_id=lead,
            source=source,
            source_kind=source_kind,
            is_test=notice.is_test,
            platform=notice.platform,
            notice_id=notice.notice_id,
            form_id=notice.form_id,
            page_id=notice.page_id,
            occurred_at=notice.occurred_at,
            healed=healed,
        ),
    )


def consents_given(received: LeadReceived) -> Iterator[ConsentGiven]:
    """Make an event of each consent that came with a lead. One that was refused stands in the lead alone."""
    data = received.data
    for place, consent in enumerate(data.lead.consents):  # two of one purpose may be by different channels
        if not consent.granted:
            continue
        at = consent.at or data.lead.submitted_at
        yield ConsentGiven(
            id=derived("consent", data.lead_id, place, data.content),
            source=WRITER,
            subject=data.lead_id,
            time=received.time,
            partitionkey=received.partitionkey,
            traceparent=received.traceparent,
            data=ConsentData(
                source=data.source,
                source_kind=data.source_kind,
                is_test=data.is_test,
                lead_id=data.lead_id,
                person=received.partitionkey,
                purpose=consent.purpose,
                channels=consent.channels,
                basis=consent.basis,
                text=consent.text,
                version=consent.version,
                at=at,
                evidence=consent.evidence,
            ),
        )


def activity_recorded(
    activity: SubmittedActivity, submission: Submission, *, source_kind: str, keys: Keys, traceparent: str
) -> ActivityRecorded:
    """Make the event of something a person did; its id is the sender's own of it, else what it says."""
    source = submission.source
    lead = lead_id(source, activity.submission_id) if activity.submission_id else None
    said = activity.submission_id or content_hash(
        to_json([activity.occurred_at, activity.person.model_dump(), sorted(activity.properties.items())])
    )
    person = keys.person(activity.person)
    key = person or lead or derived("activity", source, said)
    return ActivityRecorded(
        id=derived("activity", source, activity.kind, said),
        source=WRITER,
        subject=key,
        time=submission.received_at,
        partitionkey=key,
        traceparent=traceparent,
        data=ActivityRecordedData(
            source=source,
            source_kind=source_kind,
            is_test=activity.is_test,
            kind=activity.kind,
            occurred_at=activity.occurred_at,
            person=person,
            lead=lead,
            properties=dict(activity.properties),
        ),
    )


def erasure_requested(
    deletion: SubmittedDeletion, submission: Submission, *, source_kind: str, keys: Keys, traceparent: str
) -> ErasureRequested:
    """Make the event of a deletion: by lead, by person, or both."""
    source = submission.source
    lead = lead_id(source, deletion.submission_id) if deletion.submission_id else None
    person = keys.person(deletion.person)
    key = lead or person or source
    return ErasureRequested(
        id=derived("erasure", source, lead or "", person or ""),
        source=WRITER,
        subject=key,
        time=submission.received_at,
        partitionkey=key,
        traceparent=traceparent,
        data=ErasureRequestedData(
            source=source,
            source_kind=source_kind,
            lead_id=lead,
            person=person,
            reason=deletion.reason,
            occurred_at=deletion.occurred_at,
        ),
    )
