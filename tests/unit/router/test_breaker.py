"""When a destination is left alone, and how it is tried again."""

from services.router.breaker import FIRST_OPEN_S, IN_A_ROW, LONGEST_OPEN_S, Breaker


def broken(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(IN_A_ROW):
        breaker.failed(now)
    return breaker


def test_it_opens_after_five_failures_in_a_row() -> None:
    breaker = Breaker()
    assert [breaker.failed(0.0) for _ in range(5)] == [False, False, False, False, True]
    assert breaker.room(0.0) == 0
    assert breaker.room(FIRST_OPEN_S) == 1


def test_it_opens_when_half_of_the_last_twenty_failed() -> None:
    breaker = Breaker()
    opened = []
    for _ in range(10):
        breaker.succeeded()
        opened.append(breaker.failed(0.0))
    assert opened == [False] * 9 + [True]


def test_one_probe_goes_out_at_a_time_while_half_open() -> None:
    breaker = broken()
    assert breaker.room(FIRST_OPEN_S) == 1
    breaker.began()
    assert breaker.room(FIRST_OPEN_S) == 0


def test_an_answer_closes_it() -> None:
    breaker = broken()
    breaker.began()
    breaker.succeeded()
    assert breaker.room(0.0) is None
    assert not breaker.failed(0.0)


def test_a_failed_probe_opens_it_for_longer_up_to_a_minute() -> None:
    breaker, now = broken(), 0.0
    for open_s in (5.0, 10.0, 20.0, 40.0, LONGEST_OPEN_S, LONGEST_OPEN_S):
        assert breaker.room(now + open_s - 0.1) == 0
        now += open_s
        assert breaker.room(now) == 1
        breaker.began()
        assert breaker.failed(now)


def test_pushes_that_began_before_it_opened_open_it_no_further() -> None:
    breaker = broken()
    assert not breaker.failed(1.0)
    assert breaker.room(FIRST_OPEN_S) == 1


def test_a_probe_that_told_nothing_leaves_room_for_another() -> None:
    breaker = broken()
    breaker.began()
    breaker.abandoned()
    assert breaker.room(FIRST_OPEN_S) == 1
