"""What an outcome means for its delivery: done, given up, or once more and when. Pure."""

from datetime import datetime

from services.router.backoff import backoff_s, is_exhausted
from services.router.outcome import Delivery, Kind, Outcome, Settlement, State
from shared.domain.events import DeliveryData, DeliveryFailed, LeadDelivered
from shared.domain.ids import derived

SUCCESSES = frozenset({Kind.DELIVERED, Kind.DUPLICATE})
REFUSALS = frozenset({Kind.PERMANENT, Kind.SUPPRESSED})


def settle(delivery: Delivery, outcome: Outcome, *, elapsed_ms: float, now: datetime, chance: float) -> Settlement:
    """Judge one outcome. `chance`, uniform in [0, 1), is the jitter of the next attempt.

    Throttling, a fault only a person can mend and a return count no attempt, and tell the log nothing: the lead waits.
    """
    if outcome.kind in SUCCESSES or outcome.kind in REFUSALS:
        return _final(delivery, outcome, elapsed_ms=elapsed_ms, now=now)
    if outcome.kind is not Kind.RETRYABLE:
        return _waiting(delivery, outcome, attempts=delivery.attempts, delay_s=outcome.retry_after_s or 0.0)
    attempts = delivery.attempts + 1
    if is_exhausted(attempts, age_s=delivery.age_s):
        given_up = Outcome(Kind.GIVEN_UP, vendor_code=outcome.vendor_code, reason=outcome.reason)
        return _final(delivery, given_up, elapsed_ms=elapsed_ms, now=now)
    event = _event(delivery, outcome, elapsed_ms=elapsed_ms, now=now, final=False)
    return _waiting(delivery, outcome, attempts=attempts, delay_s=backoff_s(attempts, chance=chance), event=event)


def _final(delivery: Delivery, outcome: Outcome, *, elapsed_ms: float, now: datetime) -> Settlement:
    return Settlement(
        delivery,
        outcome,
        state=State.DELIVERED if outcome.kind in SUCCESSES else State.FAILED,
        attempts=delivery.attempts + 1,
        event=_event(delivery, outcome, elapsed_ms=elapsed_ms, now=now, final=True),
    )


def _waiting(
    delivery: Delivery,
    outcome: Outcome,
    *,
    attempts: int,
    delay_s: float,
    event: DeliveryFailed | LeadDelivered | None = None,
) -> Settlement:
    # Once a request may have gone out only a final answer says otherwise; who cannot tell a repeat must look.
    state = State.SENT_UNKNOWN if delivery.maybe_sent or outcome.unknown else State.PENDING
    return Settlement(delivery, outcome, state=state, attempts=attempts, delay_s=delay_s, event=event)


def _event(
    delivery: Delivery, outcome: Outcome, *, elapsed_ms: float, now: datetime, final: bool
) -> LeadDelivered | DeliveryFailed:
    decided = delivery.event.data
    make = LeadDelivered if outcome.kind in SUCCESSES else DeliveryFailed
    return make(
        id=derived("delivery-result", delivery.delivery_id, delivery.token),
        source="/tratt/router",
        subject=decided.lead_id,
        time=now,
        partitionkey=decided.lead_id,
        traceparent=delivery.event.traceparent,
        data=DeliveryData(
            lead_id=decided.lead_id,
            source=decided.source,
            source_kind=decided.source_kind,
            is_test=decided.is_test,
            delivery_id=delivery.delivery_id,
            decision_number=decided.decision.number,
            destination=delivery.destination,
            attempt=delivery.attempts + 1,
            outcome=outcome.kind,
            remote_id=outcome.remote_id,
            vendor_code=outcome.vendor_code,
            elapsed_ms=round(elapsed_ms, 1),
            final=final,
        ),
    )
