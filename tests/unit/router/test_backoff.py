"""How long to wait, and when to stop."""

from datetime import timedelta

import pytest

from services.router.backoff import GIVE_UP_AFTER_S, LONGEST_RETRY_AFTER_S, backoff_s, is_exhausted, retry_after_s
from tests.builders import NOON


@pytest.mark.parametrize(("attempts", "ceiling_s"), [(1, 5), (2, 10), (5, 80), (9, 900), (500, 900)])
def test_the_wait_is_anything_up_to_a_ceiling_that_doubles(attempts: int, ceiling_s: float) -> None:
    assert backoff_s(attempts, chance=0.0) == 0
    assert backoff_s(attempts, chance=0.5) == ceiling_s / 2
    assert backoff_s(attempts, chance=0.999) < ceiling_s


def test_giving_up_takes_three_days_and_honest_tries() -> None:
    assert not is_exhausted(100, age_s=GIVE_UP_AFTER_S - 1)
    assert not is_exhausted(1, age_s=GIVE_UP_AFTER_S * 2)
    assert is_exhausted(10, age_s=GIVE_UP_AFTER_S)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("99999999999999999999", LONGEST_RETRY_AFTER_S),
        ("Tue, 01 Sep 2026 12:05:00 GMT", 300),
        ("Tue, 01 Sep 2026 12:05:00 -0000", 300),
        ("Tue Sep  1 12:05:00 2026", 300),
        ("Mon, 31 Aug 2026 12:00:00 GMT", 0),
        ("Tue, 01 Sep 2099 12:05:00 GMT", LONGEST_RETRY_AFTER_S),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after_s(value, now=NOON) == seconds


def test_a_date_is_read_from_any_now() -> None:
    assert retry_after_s("Tue, 01 Sep 2026 12:05:00 GMT", now=NOON + timedelta(minutes=4)) == 60
