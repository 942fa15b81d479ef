"""How one destination's pool fills, empties and waits."""

from collections.abc import Sequence

from services.router.breaker import FIRST_OPEN_S, IN_A_ROW
from services.router.lane import Lane
from services.router.outcome import Kind, Outcome
from tests.deliveries import a_delivery


def a_lane(claimed: int = 0, *, pushes: int = 2, batch: int = 1) -> Lane:
    lane = Lane("hook", pushes=pushes, batch=batch)
    lane.take([a_delivery(f"s-{number}") for number in range(claimed)], now=0.0)
    return lane


def push(lane: Lane, outcome: Outcome, *, now: float = 0.0) -> bool:
    batch, _ = lane.next_batch(now)
    assert batch
    return lane.ended(batch, [outcome] * len(batch), now)


def sizes(lane: Lane, now: float = 0.0) -> Sequence[int]:
    return [len(batch) for batch in iter(lambda: lane.next_batch(now)[0], [])]


def test_no_more_begins_than_may_be_under_way() -> None:
    assert sizes(a_lane(5, pushes=2)) == [1, 1]


def test_a_destination_that_takes_batches_gets_what_waits_at_once() -> None:
    assert sizes(a_lane(5, pushes=1, batch=256)) == [5]


def test_a_slow_destination_holds_only_what_can_begin() -> None:
    lane = a_lane(2, pushes=2)
    assert sizes(lane) == [1, 1]
    assert lane.room(0.0) == 0


def test_a_quick_destination_is_claimed_ahead_for() -> None:
    lane = a_lane(4, pushes=2)
    for _ in range(4):
        push(lane, Outcome(Kind.DELIVERED))
    assert lane.room(0.0) == 2 + 4
    assert lane.room(0.0) == 2


def test_throttling_holds_the_whole_destination_for_as_long_as_it_asked() -> None:
    lane = a_lane(3)
    push(lane, Outcome(Kind.THROTTLED, retry_after_s=60.0))
    assert lane.must_wait(59.9)
    assert lane.room(59.9) == 0
    assert not lane.next_batch(59.9)[0]
    assert lane.next_batch(60.0)[0]


def test_throttling_without_a_time_is_met_with_growing_patience() -> None:
    lane = a_lane(3)
    push(lane, Outcome(Kind.THROTTLED))
    assert (lane.must_wait(4.9), lane.must_wait(5.0)) == (True, False)
    push(lane, Outcome(Kind.THROTTLED), now=5.0)
    assert (lane.must_wait(14.9), lane.must_wait(15.0)) == (True, False)


def test_a_refusal_of_everything_stops_the_destination_with_its_reason() -> None:
    lane = a_lane(3)
    push(lane, Outcome(Kind.CONFIGURATION, reason="answers 401 to every lead"))
    assert lane.to_be_paused == "answers 401 to every lead"
    assert lane.must_wait(1e9)
    assert len(lane.withdraw()) == 2


def test_an_absent_destination_is_probed_with_one() -> None:
    lane = a_lane(20, pushes=1, batch=4)
    opened = [push(lane, Outcome(Kind.RETRYABLE)) for _ in range(IN_A_ROW)]
    assert opened == [False] * 4 + [True]
    lane.withdraw()
    assert lane.room(0.0) == 0
    assert lane.room(FIRST_OPEN_S) == 1


def test_leads_a_destination_refuses_never_open_its_breaker() -> None:
    lane = a_lane(50)
    assert not any(push(lane, Outcome(Kind.PERMANENT, vendor_code="422")) for _ in range(50))
    assert not lane.must_wait(0.0)


def test_a_push_that_was_left_out_leaves_room_for_the_next() -> None:
    lane = a_lane(2, pushes=1)
    batch, _ = lane.next_batch(0.0)
    lane.ended(batch, [], 0.0)
    assert lane.next_batch(0.0)[0]
