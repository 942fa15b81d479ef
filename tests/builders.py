"""Builders of leads and events for tests: invented people, and only what a test does not care about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.decision import Assignment, Brief, ContactPermission, Decision, Evidence, Match, Verdict, Why
from shared.domain.events import (
    DeadLetter,
    DeadLetterData,
    DeadLetterReplayed,
    DeadLetterReplayedData,
    DecidedData,
    DeliveryData,
    DeliveryFailed,
    LeadDelivered,
    LeadHeld,
    LeadReceived,
    LeadReceivedData,
    LeadRejected,
    LeadRouted,
    LeadScored,
    LeadScoredData,
    StoppedData,
)
from shared.domain.ids import content_hash, delivery_id, derived, lead_id, person_key
from shared.domain.lead import Address, Attribution, Lead, Person
from shared.domain.score import Reason, Score

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
"""When everything happens unless a test says otherwise."""
SOURCE = "google-search"
REASON = Why(code="nurture", text_sv="Inte redo för sälj ännu", text_en="Not ready for sales yet")


def a_person(**members: Any) -> Person:  # Any: whatever a Person takes
    """Build Lina Exempel, unless told otherwise."""
    lina = {"full_name": "Lina Exempel", "email": "lina@exempel.se", "phone": "070-174 06 05"}
    return Person(**(lina | members))


def a_lead(submission_id: str = "s-1", *, source: str = SOURCE, **members: Any) -> Lead:  # Any: whatever a Lead takes
    """Build a lead for a battery from Lina Exempel in Uppsala."""
    defaults: dict[str, Any] = {
        "channel": "paid_search",
        "submitted_at": NOON,
        "received_at": NOON,
        "segment": "b2c",
        "product": "battery",
        "person": a_person(),
        "address": Address(postal_code="753 20", city="Uppsala"),
        "answers": {"housing": "Villa"},
        "attribution": Attribution(click_ids={"gclid": "EAIaIQ-invented"}, campaign_name="Batteri höst"),
    }
    return Lead(id=lead_id(source, submission_id), submission_id=submission_id, **(defaults | members))


def a_score(**members: Any) -> Score:  # Any: whatever a Score takes
    """Build a score of 35: lives in a house, and can be called."""
    house = Reason(group="fit", code="fit-1", text_sv="Bor i villa", text_en="Lives in a house", points=25)
    phone = Reason(group="fit", code="fit-2", text_sv="Giltigt telefonnummer", text_en="Valid phone number", points=10)
    defaults: dict[str, Any] = {
        "fit": 35,
        "raw": {"fit": 35},
        "stage": "prospect",
        "temperature": "cold",
        "reasons": [house, phone],
        "missing": [],
        "would_change": [],
        "as_of": NOON,
        "versions": {"scoring": "0" * 64},
    }
    return Score(**(defaults | members))


def received(
    lead: Lead, *, source: str = SOURCE, is_test: bool = False, at: datetime | None = None, content: str | None = None
) -> LeadReceived:
    """Build the event of a lead's arrival; the same content is the same event, other `content` a correction."""
    content = content or content_hash(lead.model_dump_json(exclude={"received_at"}).encode())
    return LeadReceived(
        id=derived("received", lead.id, content),
        source="/tratt/ingest",
        subject=lead.id,
        time=at or lead.received_at,
        partitionkey=_person_key(lead),
        data=LeadReceivedData(
            lead_id=lead.id, source=source, source_kind="google_ads", is_test=is_test, content=content, lead=lead
        ),
    )


def scored(
    lead: Lead,
    *,
    revision: int = 1,
    source: str = SOURCE,
    is_test: bool = False,
    score: Score | None = None,
    at: datetime | None = None,
) -> LeadScored:
    """Build the event of a lead's score."""
    return LeadScored(
        id=derived("scored", lead.id, revision),
        source="/tratt/scorer",
        subject=lead.id,
        time=at or NOON + timedelta(milliseconds=20),
        partitionkey=_person_key(lead),
        data=LeadScoredData(**_scored_data(lead, revision, source, is_test=is_test, score=score)),
    )


def routed(lead: Lead, *, number: int = 1, destinations: tuple[str, ...] = ("journal",), **other: Any) -> LeadRouted:
    """Build the decision to give a lead to Sara Lind. `other` as in `decided_data`, and `at`."""
    envelope = _decision_envelope(lead, number, other.pop("at", None))
    return LeadRouted(**envelope, data=DecidedData(**decided_data(lead, number, destinations, **other)))


def held(lead: Lead, *, number: int = 1, destinations: tuple[str, ...] = (), **other: Any) -> LeadHeld:
    """Build the decision to let a lead wait. `other` as in `decided_data`, and `at`, `reason`."""
    envelope = _decision_envelope(lead, number, other.pop("at", None))
    reason = other.pop("reason", REASON)
    return LeadHeld(**envelope, data=StoppedData(**decided_data(lead, number, destinations, **other), reason=reason))


def rejected(lead: Lead, *, number: int = 1, **other: Any) -> LeadRejected:
    """Build the decision to turn a lead down. `other` as in `decided_data`, and `at`, `reason`."""
    envelope = _decision_envelope(lead, number, other.pop("at", None))
    reason = other.pop("reason", REASON)
    return LeadRejected(**envelope, data=StoppedData(**decided_data(lead, number, (), **other), reason=reason))


def decided_data(
    lead: Lead,
    number: int,
    destinations: tuple[str, ...],
    *,
    revision: int = 1,
    source: str = SOURCE,
    is_test: bool = False,
    score: Score | None = None,
    trigger: str = "received",
    rule: str | None = "hot or qualified villa",
    owner: str | None = "sara",
    match: Match | None = None,
) -> dict[str, Any]:  # Any: the members of DecidedData
    """Build what every decision event says."""
    return {
        **_scored_data(lead, revision, source, is_test=is_test, score=score),
        "decision": Decision(number=number, trigger=trigger, rule=rule, version="1" * 64),
        "match": match or Match(verdict=Verdict.NEW, evidence=[Evidence(key="email", strength="none")]),
        "assignment": Assignment(owner=owner, why="the rule names her", respond_by=NOON + timedelta(minutes=15)),
        "contact": {"phone": ContactPermission(allowed=True, why="asked for it")},
        "brief": Brief(text_sv="Lina vill ha ett batteri. Ring.", text_en="Lina wants a battery. Call."),
        "destinations": list(destinations),
    }


def delivered(
    lead: Lead, destination: str = "journal", *, number: int = 1, attempt: int = 1, **other: Any
) -> LeadDelivered:
    """Build the event of a successful push. `other`: `at`, `source`, `is_test` and members of DeliveryData."""
    envelope, data = _delivery(lead, destination, number, attempt, {"outcome": "delivered", "final": True} | other)
    return LeadDelivered(**envelope, data=data)


def failed(
    lead: Lead, destination: str = "journal", *, number: int = 1, attempt: int = 1, **other: Any
) -> DeliveryFailed:
    """Build the event of a push that went wrong for good, unless `final=False`. `other` as for `delivered`."""
    envelope, data = _delivery(lead, destination, number, attempt, {"outcome": "refused", "final": True} | other)
    return DeliveryFailed(**envelope, data=data)


def dead_letter_of(lead: Lead | None, **members: Any) -> DeadLetter:  # Any: members of DeadLetterData
    """Build a dead letter of the scorer about a lead, or one of ingest without any."""
    defaults: dict[str, Any] = {
        "lead_id": lead.id if lead else None,
        "source": SOURCE,
        "source_kind": "google_ads",
        "stage": "scorer" if lead else "ingest",
        "error": "UnreadableRecord",
        "reason": "not an event: data.lead: missing",
        "attempts": 1,
        "bytes": "e30=",
    }
    data = DeadLetterData(**(defaults | members))
    where = data.position or data.lead_id or data.source
    return DeadLetter(
        id=derived("dead", data.stage, where),
        source=f"/tratt/{data.stage}",
        subject=str(where),
        time=NOON + timedelta(milliseconds=30),
        partitionkey=str(data.lead_id or data.source),
        data=data,
    )


def replayed(letter: DeadLetter, *, by: str = "sara", why: str = "mapping mended") -> DeadLetterReplayed:
    """Build the event of a dead letter sent in again."""
    return DeadLetterReplayed(
        id=derived("replayed", letter.id),
        source="/tratt/console",
        subject=letter.subject,
        time=letter.time + timedelta(hours=1),
        partitionkey=letter.partitionkey,
        data=DeadLetterReplayedData(dead_letter=letter.id, lead_id=letter.data.lead_id, by=by, why=why),
    )


def _person_key(lead: Lead) -> str:
    return person_key(b"invented", email=lead.person.email, phone=None, lead=lead.id)


def _scored_data(
    lead: Lead, revision: int, source: str, *, is_test: bool, score: Score | None
) -> dict[str, Any]:  # Any: the members of LeadScoredData
    return {
        "lead_id": lead.id,
        "source": source,
        "source_kind": "google_ads",
        "is_test": is_test,
        "revision": revision,
        "cause": derived("cause", lead.id, revision),
        "lead": lead,
        "facts": {"email": {"enricher": "email", "status": "found", "kind": "free"}, "contactable": True, "bot": False},
        "score": score or a_score(),
    }


def _decision_envelope(lead: Lead, number: int, at: datetime | None) -> dict[str, Any]:  # Any: members of Envelope
    return {
        "id": derived("decision", lead.id, number),
        "source": "/tratt/router",
        "subject": lead.id,
        "time": at or NOON + timedelta(milliseconds=40),
        "partitionkey": lead.id,
    }


def _delivery(
    lead: Lead, destination: str, number: int, attempt: int, other: dict[str, Any]
) -> tuple[dict[str, Any], DeliveryData]:  # Any: members of Envelope and DeliveryData
    made = delivery_id(lead.id, destination, number)
    envelope = {
        "id": derived("delivery-result", made, attempt, other["outcome"]),
        "source": "/tratt/router",
        "subject": lead.id,
        "time": other.pop("at", NOON + timedelta(milliseconds=90)),
        "partitionkey": lead.id,
    }
    defaults: dict[str, Any] = {"source": SOURCE, "source_kind": "google_ads", "elapsed_ms": 12.5}
    data = DeliveryData(
        lead_id=lead.id,
        delivery_id=made,
        decision_number=number,
        destination=destination,
        attempt=attempt,
        **(defaults | other),
    )
    return envelope, data
