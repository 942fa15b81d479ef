"""One lead, from candidate to the event of its decision. Pure: the store calls it under the claim.

Decision n+1 needs a trigger by name: `correction` (the lead itself changed) or `release` (a person's word). A further
score of the same lead changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime

from services.router.assignment import Release
from services.router.brief import Subject, write_brief
from services.router.consent import contact_permissions
from services.router.decision import Ruling, decide
from services.router.matching import match_lead
from services.router.policy import Policy
from services.router.ports import OUTCOMES, Candidate, Decide, Known
from shared.domain.decision import Decision
from shared.domain.events import (
    DecidedData,
    DecisionEvent,
    LeadHeld,
    LeadScored,
    StoppedData,
)
from shared.domain.ids import derived

FIRST = "scored"
CORRECTION = "correction"
RELEASE = "release"
WRITER = "/tratt/router"

_EVENTS: Mapping[str, type[DecisionEvent]] = {outcome: event for event, outcome in OUTCOMES.items()}


def upon_scores(policy: Policy, *, now: datetime) -> Decide:
    """Make the function that decides upon newly scored leads."""

    def decided(candidate: Candidate, known: Known) -> DecisionEvent | None:
        trigger = _trigger(candidate.scored, known.in_force)
        return None if trigger is None else _event(candidate, known, policy=policy, trigger=trigger, now=now)

    return decided


def upon_release(policy: Policy, release: Release, *, now: datetime) -> Decide:
    """Make the function that routes a held lead; one that is not held stays as it is."""

    def decided(candidate: Candidate, known: Known) -> DecisionEvent | None:
        if not isinstance(known.in_force, LeadHeld):
            return None
        return _event(candidate, known, policy=policy, trigger=RELEASE, now=now, release=release)

    return decided


def _trigger(scored: LeadScored, in_force: DecisionEvent | None) -> str | None:
    if in_force is None:
        return FIRST
    if scored.data.revision <= in_force.data.revision:
        return None
    before, after = in_force.data.lead, scored.data.lead
    same = before == after.model_copy(update={"received_at": before.received_at})
    return None if same else CORRECTION


def _event(
    candidate: Candidate, known: Known, *, policy: Policy, trigger: str, now: datetime, release: Release | None = None
) -> DecisionEvent:
    data = candidate.scored.data
    match = match_lead(data, keys=candidate.keys, known=known, products=policy.products, window=policy.repeat_window)
    ruling = decide(data, match=match, known=known, policy=policy, now=now, release=release)
    contact = contact_permissions(data, policy.purposes, suppressed=known.suppressed)
    brief = write_brief(Subject(data, match, known, ruling.assignment, contact, policy.products, policy.time_zone, now))
    number = known.in_force.data.decision.number + 1 if known.in_force else 1
    decided = {
        **data.__dict__,
        "decision": Decision(
            number=number, trigger=trigger, rule=ruling.rule, version=policy.version, skipped=list(ruling.skipped)
        ),
        "match": match,
        "assignment": ruling.assignment,
        "contact": contact,
        "brief": brief,
        "destinations": list(ruling.destinations),
    }
    return _enveloped(candidate.scored, ruling, decided, number=number, now=now)


def _enveloped(
    scored: LeadScored, ruling: Ruling, decided: dict[str, object], *, number: int, now: datetime
) -> DecisionEvent:
    lead_id = scored.data.lead_id
    data = DecidedData(**decided) if ruling.reason is None else StoppedData(**decided, reason=ruling.reason)
    return _EVENTS[ruling.outcome](
        id=derived("decision", lead_id, number),
        source=WRITER,
        subject=lead_id,
        time=now,
        partitionkey=lead_id,
        traceparent=scored.traceparent,
        data=data,
    )
