"""Put a lead's whole life together from its events: pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from services.console.heard import HEALED
from services.console.ledger import Place
from services.console.life import (
    Attempt,
    Decided,
    Delivery,
    Life,
    Receipt,
    Revision,
)
from services.console.life_lines import (
    activities_of,
    commands_of,
    consents_of,
    deaths_of,
    erasures_of,
    notices_of,
)
from shared.domain.decision import Why
from shared.domain.events import (
    DeadLetter,
    DecisionEvent,
    DeliveryFailed,
    Event,
    LeadData,
    LeadDelivered,
    LeadHeld,
    LeadReceived,
    LeadRejected,
    LeadRouted,
    LeadScored,
)
from shared.domain.ids import delivery_id

OUTCOMES = {LeadRouted: Place.ROUTED, LeadHeld: Place.HELD, LeadRejected: Place.REJECTED}
STAGES = ("scorer", "router")
"""Whose dead letter is the end of a lead that came in; one of the stages before it ends one that did not."""


def life_of(lead_id: str, events: Sequence[Event], *, appended_at: datetime | None = None) -> Life | None:
    """Put a lead's events, in any order and with repeats, together; None where they tell of no lead.

    `appended_at` is when the log had its first receipt.
    """
    receipts = sorted((event for event in events if isinstance(event, LeadReceived)), key=lambda event: event.time)
    latest_first = sorted(events, key=lambda event: event.time, reverse=True)  # so that the first of a repeat stays
    told = sorted({event.id: event for event in latest_first}.values(), key=lambda event: event.time)
    scored = [event for event in told if isinstance(event, LeadScored)]
    decided = [event for event in told if isinstance(event, LeadRouted | LeadHeld | LeadRejected)]
    pushed = [event for event in told if isinstance(event, LeadDelivered | DeliveryFailed)]
    letters = [event for event in told if isinstance(event, DeadLetter)]
    notices = notices_of(told)
    erasures = erasures_of(told)
    known = max([*scored, *decided], key=lambda event: event.data.revision, default=None)
    ruling = max(decided, key=lambda event: event.data.decision.number, default=None)
    about = next(
        (event.data for event in (*receipts, *scored, *decided, *pushed, *told) if isinstance(event.data, LeadData)),
        None,
    )
    said = known or max(receipts, key=lambda event: event.data.lead.submitted_at, default=None)
    is_received = bool(receipts or scored or decided)
    if about is None:
        return None
    return Life(
        lead_id=lead_id,
        source=about.source,
        source_kind=about.source_kind,
        is_test=about.is_test,
        place=_place(ruling, letters, is_received=is_received) if is_received or not erasures else "deleted",
        received_at=receipts[0].time if receipts else None,
        fetched_after_ms=_ms_between(notices[0].at, appended_at) if notices and appended_at else None,
        delivered_after_ms=_after_ms(receipts, [event for event in pushed if isinstance(event, LeadDelivered)]),
        lead=said.data.lead if said else None,
        facts=known.data.facts if known else {},
        hygiene=known.data.hygiene if known else None,
        score=known.data.score if known else None,
        match=ruling.data.match if ruling else None,
        decision=ruling.data.decision if ruling else None,
        assignment=ruling.data.assignment if ruling else None,
        contact=ruling.data.contact if ruling else {},
        brief=ruling.data.brief if ruling else None,
        reason=_reason(ruling),
        notices=notices,
        receipts=_receipts(receipts),
        activities=activities_of(told),
        consents=consents_of(told),
        erasures=erasures,
        revisions=_revisions(scored),
        decisions=[_decided(event) for event in decided],
        deliveries=_deliveries(decided, pushed),
        dead_letters=deaths_of(told),
        commands=commands_of(told),
    )


def _place(ruling: DecisionEvent | None, letters: Sequence[DeadLetter], *, is_received: bool) -> Place:
    if ruling is not None:
        return OUTCOMES[type(ruling)]
    is_dead = any(letter.data.stage in STAGES or not is_received for letter in letters)
    return Place.DEAD if is_dead else Place.IN_FLIGHT


def _reason(decision: DecisionEvent | None) -> Why | None:
    return decision.data.reason if isinstance(decision, LeadHeld | LeadRejected) else None


def _after_ms(causes: Sequence[Event], effects: Sequence[Event]) -> float | None:
    """Tell how long the first of one kind came after the first of another; both in order of time."""
    if not causes or not effects:
        return None
    return _ms_between(causes[0].time, effects[0].time)


def _ms_between(earlier: datetime, later: datetime) -> float:
    return round((later - earlier).total_seconds() * 1000, 1)


def _receipts(events: Sequence[LeadReceived]) -> list[Receipt]:
    seen: set[str] = set()
    receipts = []
    for event in events:
        kind: Literal["received", "repeated", "corrected"] = "corrected" if seen else "received"
        healed = HEALED in event.data.lead.signals
        receipts.append(Receipt(at=event.time, kind="repeated" if event.id in seen else kind, healed=healed))
        seen.add(event.id)
    return receipts


def _revisions(events: Iterable[LeadScored]) -> list[Revision]:
    return [
        Revision(
            at=event.time,
            revision=event.data.revision,
            cause=event.data.cause,
            fit=event.data.score.fit,
            stage=event.data.score.stage,
            temperature=event.data.score.temperature,
        )
        for event in events
    ]


def _decided(event: DecisionEvent) -> Decided:
    return Decided(
        at=event.time,
        outcome=OUTCOMES[type(event)],
        revision=event.data.revision,
        decision=event.data.decision,
        assignment=event.data.assignment,
        reason=_reason(event),
        destinations=event.data.destinations,
    )


def _deliveries(decided: Iterable[DecisionEvent], pushed: Iterable[LeadDelivered | DeliveryFailed]) -> list[Delivery]:
    owed = {}
    for event in decided:
        number = event.data.decision.number
        for name in event.data.destinations if not event.data.is_test else ():
            owed[delivery_id(event.data.lead_id, name, number)] = (name, number)
    results: dict[str, list[LeadDelivered | DeliveryFailed]] = {}
    for result in pushed:
        results.setdefault(result.data.delivery_id, []).append(result)
        owed.setdefault(result.data.delivery_id, (result.data.destination, result.data.decision_number))
    return [_delivery(made, name, number, results.get(made, [])) for made, (name, number) in owed.items()]


def _delivery(made: str, destination: str, number: int, results: Sequence[LeadDelivered | DeliveryFailed]) -> Delivery:
    state: Literal["waiting", "delivered", "failed"] = "waiting"
    if any(isinstance(result, LeadDelivered) for result in results):
        state = "delivered"
    elif results and max(results, key=lambda result: (result.data.attempt, result.data.final)).data.final:
        state = "failed"
    return Delivery(
        delivery_id=made,
        destination=destination,
        decision_number=number,
        state=state,
        attempts=[_attempt(result) for result in sorted(results, key=lambda result: result.data.attempt)],
    )


def _attempt(event: LeadDelivered | DeliveryFailed) -> Attempt:
    data = event.data
    return Attempt(
        at=event.time,
        number=data.attempt,
        delivered=isinstance(event, LeadDelivered),
        outcome=data.outcome,
        final=data.final,
        elapsed_ms=data.elapsed_ms,
        remote_id=data.remote_id,
        vendor_code=data.vendor_code,
    )
