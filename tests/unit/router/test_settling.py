"""What an outcome means for its delivery."""

import pytest

from services.router.backoff import FEWEST_ATTEMPTS, GIVE_UP_AFTER_S
from services.router.outcome import Delivery, Kind, Outcome, Settlement, State
from services.router.settling import settle
from shared.domain.events import DeliveryFailed, LeadDelivered
from tests.builders import NOON
from tests.deliveries import a_delivery


def judged(outcome: Outcome, delivery: Delivery | None = None) -> Settlement:
    return settle(delivery or a_delivery(), outcome, elapsed_ms=12.34, now=NOON, chance=0.5)


@pytest.mark.parametrize("kind", [Kind.DELIVERED, Kind.DUPLICATE])
def test_what_the_destination_has_is_delivered(kind: Kind) -> None:
    settled = judged(Outcome(kind, remote_id="r-1"))
    assert settled.state is State.DELIVERED
    assert isinstance(settled.event, LeadDelivered)
    assert settled.event.data.final
    assert (settled.event.data.remote_id, settled.event.data.attempt, settled.event.data.elapsed_ms) == ("r-1", 1, 12.3)


@pytest.mark.parametrize("kind", [Kind.PERMANENT, Kind.SUPPRESSED])
def test_a_refusal_is_final(kind: Kind) -> None:
    settled = judged(Outcome(kind, vendor_code="422"))
    assert settled.state is State.FAILED
    assert isinstance(settled.event, DeliveryFailed)
    assert (settled.event.data.final, settled.event.data.outcome) == (True, kind)


def test_an_absent_destination_is_tried_again_and_the_log_is_told() -> None:
    settled = judged(Outcome(Kind.RETRYABLE, vendor_code="503", unknown=True), a_delivery(attempts=2))
    assert (settled.state, settled.attempts, settled.delay_s) == (State.SENT_UNKNOWN, 3, 10.0)
    assert settled.event is not None
    assert not settled.event.data.final


def test_after_three_days_it_is_given_up() -> None:
    old = a_delivery(attempts=FEWEST_ATTEMPTS, age_s=GIVE_UP_AFTER_S)
    settled = judged(Outcome(Kind.RETRYABLE, vendor_code="503"), old)
    assert settled.state is State.FAILED
    assert settled.event is not None
    assert (settled.event.data.outcome, settled.event.data.final) == ("given_up", True)


@pytest.mark.parametrize("kind", [Kind.THROTTLED, Kind.CONFIGURATION, Kind.RETURNED])
def test_waiting_counts_no_attempt_and_never_ends(kind: Kind) -> None:
    settled = judged(Outcome(kind, retry_after_s=7.0), a_delivery(attempts=50, age_s=GIVE_UP_AFTER_S * 2))
    assert (settled.state, settled.attempts, settled.delay_s, settled.event) == (State.PENDING, 50, 7.0, None)


def test_doubt_is_kept() -> None:
    assert judged(Outcome(Kind.RETURNED), a_delivery(maybe_sent=True)).state is State.SENT_UNKNOWN


def test_every_attempt_has_its_own_event_id_and_a_repeat_the_same() -> None:
    first, again = judged(Outcome(Kind.DELIVERED)), judged(Outcome(Kind.DELIVERED))
    later = judged(Outcome(Kind.DELIVERED), a_delivery(token=2))
    assert first.event
    assert again.event
    assert later.event
    assert first.event.id == again.event.id != later.event.id
