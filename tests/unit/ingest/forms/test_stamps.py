"""A stamp tells when its form was rendered, and cannot be made or moved without the key."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.forms.stamps import Finding, judge, rendered_at, stamp

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
NEW, OLD = b"n" * 32, b"o" * 32


def found(given: str | None, *, now: datetime = NOW) -> Finding:
    limits = {"at_least": timedelta(seconds=2), "at_most": timedelta(hours=24)}
    return judge(given, "website", [NEW, OLD], now=now, **limits)


@pytest.mark.parametrize(
    ("after", "finding"),
    [
        (timedelta(seconds=1), Finding.TOO_FAST),
        (timedelta(seconds=2), Finding.VALID),
        (timedelta(hours=24), Finding.VALID),
        (timedelta(hours=24, seconds=1), Finding.TOO_OLD),
    ],
)
def test_a_person_takes_longer_than_a_machine_and_less_than_a_day(after: timedelta, finding: Finding) -> None:
    assert found(stamp(NEW, "website", NOW), now=NOW + after) is finding


def test_a_stamp_by_the_key_before_is_good_while_that_is_listed() -> None:
    assert found(stamp(OLD, "website", NOW - timedelta(minutes=1))) is Finding.VALID


def test_a_clock_slightly_ahead_is_a_fast_person_and_one_far_ahead_a_forgery() -> None:
    assert found(stamp(NEW, "website", NOW + timedelta(seconds=30))) is Finding.TOO_FAST
    assert found(stamp(NEW, "website", NOW + timedelta(hours=1))) is Finding.FORGED


def test_a_missing_stamp_is_told_from_a_forged_one() -> None:
    assert found(None) is Finding.MISSING
    assert found("") is Finding.MISSING


@pytest.mark.parametrize(
    "given",
    [
        stamp(b"x" * 32, "website", NOW - timedelta(minutes=1)),
        stamp(NEW, "other", NOW - timedelta(minutes=1)),
        stamp(NEW, "website", NOW - timedelta(minutes=1))[:-1],
        stamp(NEW, "website", NOW - timedelta(minutes=1)) + "\n",
        "2" + stamp(NEW, "website", NOW)[1:],
        "hej",
        "å" * 40,
        "99999999999." + "A" * 27,
    ],
)
def test_what_no_key_of_ours_made_for_this_source_is_forged(given: str) -> None:
    assert found(given) is Finding.FORGED


def test_a_stamp_tells_its_second() -> None:
    assert rendered_at(stamp(NEW, "website", NOW), "website", [NEW]) == NOW
