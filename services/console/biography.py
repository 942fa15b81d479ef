"""Put a lead's whole life together from its events: pure."""

from collections.abc import Iterable, Sequence
from typing import Literal

from services.console.ledger import Place
from services.console.life import Attempt, Command, Death, Decided, Delivery, Life, Receipt, Replay, Revision
from shared.domain.decision import Why
from shared.domain.events import (
    CommandIssued,
    DeadLetter,
    DeadLetterReplayed,
    DecisionEvent,
    DeliveryFailed,
    Event,
    LeadDelivered,
    LeadHeld,
    LeadReceived,
    LeadRejected,
    LeadRouted,
    LeadScored,
)
from shared.domain.ids import delivery_id

OUTCOMES = {LeadRouted: Place.ROUTED, LeadHeld: Place.HELD, LeadRejected: Place.REJECTED}


def life_of(lead_id: str, events: Sequence[Event]) -> Life | None:
    """Put a lead's events, in any order and with repeats, together; None where they tell of no lead."""
    receipts = sorted((event for event in events if isinstance(event, LeadReceived)), key=lambda event: event.time)
    told = sorted({event.id: event for event in events}.values(), key=lambda event: event.time)
    scored = [event for event in told if isinstance(event, LeadScored)]
    decided = [event for event in told if isinstance(event, LeadRouted | LeadHeld | LeadRejected)]
    pushed = [event for event in told if isinstance(event, LeadDelivered | DeliveryFailed)]
    letters = [event for event in told if isinstance(event, DeadLetter)]
    known = max([*scored, *decided], key=lambda event: event.data.revision, default=None)
    ruling = max(decided, key=lambda event: event.data.decision.number, default=None)
    about = next((event.data for event in (*receipts, *scored, *decided, *pushed)), None)
    said = known or max(receipts, key=lambda event: event.data.lead.submitted_at, default=None)
    if about is None:
        return None
    return Life(
        lead_id=lead_id,
        source=about.source,
        source_kind=about.source_kind,
        is_test=about.is_test,
        place=_place(ruling, letters),
        received_at=receipts[0].time if receipts else None,
        delivered_after_ms=_delivered_after_ms(receipts, pushed),
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
        receipts=_receipts(receipts),
        revisions=_revisions(scored),
        decisions=[_decided(event) for event in decided],
        deliveries=_deliveries(decided, pushed),
        dead_letters=_deaths(letters, told),
        commands=_commands(told),
    )


def _place(ruling: DecisionEvent | None, letters: Sequence[DeadLetter]) -> Place:
    if ruling is not None:
        return OUTCOMES[type(ruling)]
    return Place.DEAD if letters else Place.IN_FLIGHT


def _reason(decision: DecisionEvent | None) -> Why | None:
    return decision.data.reason if isinstance(decision, LeadHeld | LeadRejected) else None


def _delivered_after_ms(
    receipts: Sequence[LeadReceived], pushed: Sequence[LeadDelivered | DeliveryFailed]
) -> float | None:
    arrived = next((event.time for event in pushed if isinstance(event, LeadDelivered)), None)
    if arrived is None or not receipts:
        return None
    return round((arrived - receipts[0].time).total_seconds() * 1000, 1)


def _receipts(events: Sequence[LeadReceived]) -> list[Receipt]:
    seen: set[str] = set()
    receipts = []
    for event in events:
        kind: Literal["received", "repeated", "corrected"] = "corrected" if seen else "received"
        receipts.append(Receipt(at=event.time, kind="repeated" if event.id in seen else kind))
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


def _deaths(letters: Iterable[DeadLetter], told: Sequence[Event]) -> list[Death]:
    replays: dict[str, list[Replay]] = {}
    for event in told:
        if isinstance(event, DeadLetterReplayed):
            replay = Replay(at=event.time, by=event.data.by, why=event.data.why)
            replays.setdefault(event.data.dead_letter, []).append(replay)
    return [
        Death(
            id=letter.id,
            at=letter.time,
            stage=letter.data.stage,
            position=letter.data.position,
            error=letter.data.error,
            reason=letter.data.reason,
            attempts=letter.data.attempts,
            replays=replays.get(letter.id, []),
        )
        for letter in letters
    ]


def _commands(told: Iterable[Event]) -> list[Command]:
    return [
        Command(at=event.time, verb=event.data.verb, by=event.data.by, why=event.data.why)
        for event in told
        if isinstance(event, CommandIssued)
    ]
