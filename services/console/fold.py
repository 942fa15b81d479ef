"""Turn arrivals into rows of the read model: pure, one row per fact, none of them dependent on another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.console.heard import HEALED, Row, heard, latest, refused, set_aside, told_of
from shared.domain.events import (
    ActivityRecorded,
    CommandIssued,
    DeadLetter,
    DeadLetterReplayed,
    DecisionEvent,
    DeliveryFailed,
    ErasureRequested,
    LeadDelivered,
    LeadHeld,
    LeadNotified,
    LeadReceived,
    LeadRejected,
    LeadRouted,
    LeadScored,
    SubmissionSetAside,
)
from shared.domain.ids import delivery_id
from shared.ports import Arrival

LEAD_ID_LENGTH = 36
"""A command's target may be a lead or a destination; only a UUID can be a lead's id."""
OUTCOMES = {LeadRouted: "routed", LeadHeld: "held", LeadRejected: "rejected"}


@dataclass(slots=True)
class Changes:
    """Rows to merge into the tables. Several may concern one lead; the tables keep the one that says most."""

    received: list[Row] = field(default_factory=list)
    scored: list[Row] = field(default_factory=list)
    decided: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    deliveries: list[Row] = field(default_factory=list)
    dead_letters: list[Row] = field(default_factory=list)
    replays: list[Row] = field(default_factory=list)
    sources: list[Row] = field(default_factory=list)
    notified: list[Row] = field(default_factory=list)
    deleted: list[Row] = field(default_factory=list)


def changes_of(arrivals: Iterable[Arrival]) -> Changes:
    """Say what a batch adds to the model."""
    changes = Changes()
    for arrival in arrivals:
        _add(changes, arrival)
    changes.deliveries = _furthest(changes.deliveries)
    changes.sources = latest(changes.sources)
    return changes


def _add(changes: Changes, arrival: Arrival) -> None:
    _add_told(changes, arrival)
    lead = _lead_of(arrival)
    if lead:
        changes.events.append(_stored(lead, arrival))
    match arrival.event:
        case LeadReceived() as event:
            changes.received.append(_received(event, arrival))
            changes.sources.append(heard(event))
        case LeadScored() as event:
            changes.scored.append(_scored(event, arrival))
        case LeadRouted() | LeadHeld() | LeadRejected() as event:
            changes.decided.append(_decided(event))
            changes.deliveries += _due(event)
        case LeadDelivered() | DeliveryFailed() as event:
            changes.deliveries.append(_pushed(event))
        case DeadLetter() as event:
            changes.dead_letters.append(_died(event, arrival))
            if event.data.stage == "ingest" and event.data.source:
                changes.sources.append(refused(event))
        case DeadLetterReplayed() as event:
            changes.replays.append(_replayed(event, arrival))


def _add_told(changes: Changes, arrival: Arrival) -> None:
    """Add what senders tell beside leads: that one is there to be fetched, is deleted, or that there is none."""
    match arrival.event:
        case LeadNotified() as event:
            changes.notified.append(_notified(event, arrival))
            changes.sources.append(told_of(event))
        case ErasureRequested(data=erasure, time=at) if erasure.lead_id is not None:
            changes.deleted.append(_deleted(erasure.lead_id, erasure.source, at.timestamp()))
        case SubmissionSetAside() as event:
            changes.sources.append(set_aside(event))


def _lead_of(arrival: Arrival) -> str | None:
    match arrival.event:
        case DeadLetter() | DeadLetterReplayed() | SubmissionSetAside():
            return None  # the first two have a table of their own, and where nothing is there is no lead
        case CommandIssued(data=command):
            return command.target if len(command.target) == LEAD_ID_LENGTH else None
        case ActivityRecorded(data=activity):
            return activity.lead
        case event:
            return event.data.lead_id


def _stored(lead: str, arrival: Arrival) -> Row:
    record = arrival.record
    return {
        "lead_id": lead,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "value": record.value,
    }


def _received(event: LeadReceived, arrival: Arrival) -> Row:
    return {
        "lead_id": event.data.lead_id,
        "source": event.data.source,
        "source_kind": event.data.source_kind,
        "is_test": event.data.is_test,
        "received_at": event.time.timestamp(),
        "received_partition": arrival.record.partition,
        "received_offset": arrival.record.offset,
        "is_healed": HEALED in event.data.lead.signals,
        "appended_at": arrival.record.appended_at.timestamp(),
    }


def _notified(event: LeadNotified, arrival: Arrival) -> Row:
    return {
        "lead_id": event.data.lead_id,
        "source": event.data.source,
        "platform": event.data.platform,
        "is_test": event.data.is_test,
        "notified_at": event.time.timestamp(),
        "notified_partition": arrival.record.partition,
        "notified_offset": arrival.record.offset,
    }


def _deleted(lead: str, source: str, at: float) -> Row:
    return {"lead_id": lead, "source": source, "is_test": False, "deleted_at": at}


def _scored(event: LeadScored, arrival: Arrival) -> Row:
    data = event.data
    return {
        "lead_id": data.lead_id,
        "source": data.source,
        "source_kind": data.source_kind,
        "is_test": data.is_test,
        "revision": data.revision,
        "scored_revision": data.revision,
        "scored_partition": arrival.record.partition,
        "scored_offset": arrival.record.offset,
        "stage": data.score.stage,
        "temperature": data.score.temperature,
        "fit": data.score.fit,
    }


def _decided(event: DecisionEvent) -> Row:
    data = event.data
    return {
        "lead_id": data.lead_id,
        "source": data.source,
        "source_kind": data.source_kind,
        "is_test": data.is_test,
        "decision_number": data.decision.number,
        "outcome": OUTCOMES[type(event)],
        "decided_at": event.time.timestamp(),
        "rule": data.decision.rule,
        "reason": None if isinstance(event, LeadRouted) else event.data.reason.code,
        "owner": data.assignment.owner,
    }


def _due(event: DecisionEvent) -> list[Row]:
    if event.data.is_test:  # a test goes nowhere: nothing is owed
        return []
    lead, number = event.data.lead_id, event.data.decision.number
    return [
        {
            "delivery_id": delivery_id(lead, destination, number),
            "lead_id": lead,
            "destination": destination,
            "decision_number": number,
            "state": "due",
            "attempts": 0,
        }
        for destination in event.data.destinations
    ]


def _pushed(event: LeadDelivered | DeliveryFailed) -> Row:
    data = event.data
    failed = "failed" if data.final else "due"
    return {
        "delivery_id": data.delivery_id,
        "lead_id": data.lead_id,
        "destination": data.destination,
        "decision_number": data.decision_number,
        "state": "delivered" if isinstance(event, LeadDelivered) else failed,
        "attempts": data.attempt,
    }


def progress(delivery: Row) -> tuple[bool, int, bool]:
    """Rank what is told of one delivery: delivered stays delivered, else the later attempt, else the final word."""
    return delivery["state"] == "delivered", delivery["attempts"], delivery["state"] == "failed"


def _furthest(deliveries: Sequence[Row]) -> list[Row]:
    furthest: dict[str, Row] = {}
    for row in deliveries:
        known = furthest.get(row["delivery_id"])
        if known is None or progress(row) > progress(known):
            furthest[row["delivery_id"]] = row
    return list(furthest.values())


def _died(event: DeadLetter, arrival: Arrival) -> Row:
    data = event.data
    return {
        "event_id": event.id,
        "stage": data.stage,
        "lead_id": data.lead_id,
        "source": data.source,
        "is_test": data.is_test,
        "position": data.position,
        "error": data.error,
        "reason": data.reason,
        "died_at": event.time.timestamp(),
        "value": arrival.record.value,
    }


def _replayed(event: DeadLetterReplayed, arrival: Arrival) -> Row:
    return {
        "event_id": event.id,
        "dead_letter": event.data.dead_letter,
        "replayed_at": event.time.timestamp(),
        "value": arrival.record.value,
    }
