"""A rhythm of weekdays and hours, and the silence that does not fit it."""

import math
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.console.rhythm import (
    HOUR_S,
    LEAST_H,
    MOST_H,
    WEEK_H,
    Learning,
    Rhythm,
    hour_of,
    judge,
    learn,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = hour_of(datetime(2026, 8, 3, tzinfo=UTC).timestamp())
"""The first hour of a Monday in UTC."""

weeks = st.lists(st.integers(0, 20), min_size=WEEK_H, max_size=WEEK_H)
zones = st.sampled_from([ZoneInfo("UTC"), STOCKHOLM, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/St_Johns")])
moments = st.floats(MONDAY * HOUR_S, (MONDAY + 60 * WEEK_H) * HOUR_S)


def steady(leads_per_hour: float, zone: ZoneInfo = STOCKHOLM) -> Rhythm:
    return Rhythm({(day, hour): leads_per_hour for day in range(7) for hour in range(24)}, zone)


def repeated(week: list[int], times: int) -> dict[int, int]:
    """The same week again and again, with a lead at either end, so that all of it is seen."""
    hours = {MONDAY + hour: week[hour % WEEK_H] for hour in range(WEEK_H * times)}
    return hours | {MONDAY - 1: 1, MONDAY + WEEK_H * times: 1}


@settings(max_examples=50, deadline=None)
@given(week=weeks, times=st.integers(2, 7))
def test_a_week_that_repeats_is_learned_as_it_is(week: list[int], times: int) -> None:
    rhythm = learn(repeated(week, times), ZoneInfo("UTC"))

    assert isinstance(rhythm, Rhythm)
    assert rhythm.rates == {(hour // 24, hour % 24): week[hour] for hour in range(WEEK_H)}


@settings(max_examples=50, deadline=None)
@given(week=weeks, zone=zones, at=st.lists(moments, min_size=3, max_size=3))
def test_what_is_expected_adds_up_over_time_and_never_shrinks(week: list[int], zone: ZoneInfo, at: list[float]) -> None:
    rhythm = learn(repeated(week, 3), zone)
    first, middle, last = sorted(at)

    assert isinstance(rhythm, Rhythm)
    whole = rhythm.expected(first, last)
    assert whole == pytest.approx(rhythm.expected(first, middle) + rhythm.expected(middle, last), abs=1e-6)
    assert whole >= rhythm.expected(first, middle) >= 0
    assert rhythm.expected(last, first) == 0 or first == last


@given(rate=st.floats(0.001, 1000), zone=zones, since=moments, hours=st.floats(0, 500))
@settings(deadline=None)
def test_at_a_steady_rate_time_is_all_that_counts(rate: float, zone: ZoneInfo, since: float, hours: float) -> None:
    expected = steady(rate, zone).expected(since, since + hours * HOUR_S)

    assert expected == pytest.approx(rate * hours, rel=1e-6, abs=rate * 1e-5)


@given(week=weeks, factor=st.integers(2, 9))
@settings(max_examples=30, deadline=None)
def test_twice_the_leads_are_twice_as_many_to_expect(week: list[int], factor: int) -> None:
    once, often = repeated(week, 2), {hour: n * factor for hour, n in repeated(week, 2).items()}
    rhythm, busier = learn(once, STOCKHOLM), learn(often, STOCKHOLM)
    since = (MONDAY + 3 * WEEK_H) * HOUR_S

    assert isinstance(rhythm, Rhythm)
    assert isinstance(busier, Rhythm)
    until = since + 100 * HOUR_S
    assert busier.expected(since, until) == pytest.approx(factor * rhythm.expected(since, until))


@given(rate=st.floats(0.001, 1 / 24), quiet_below=st.floats(1e-9, 0.5))
@settings(deadline=None)
def test_at_a_lead_a_day_or_fewer_the_alarm_is_where_the_silence_has_that_probability(
    rate: float, quiet_below: float
) -> None:
    since = MONDAY * HOUR_S
    enough_h = -math.log(quiet_below) / rate

    before = judge(steady(rate), last_lead_at=since, now=since + 0.999 * enough_h * HOUR_S, quiet_below=quiet_below)
    after = judge(steady(rate), last_lead_at=since, now=since + 1.001 * enough_h * HOUR_S, quiet_below=quiet_below)

    assert (before.is_alarming, after.is_alarming) == (False, True)
    assert after.probability < quiet_below < before.probability


def test_by_default_the_alarm_of_a_slow_door_is_at_6_9_expected_leads() -> None:
    assert judge(steady(0.01), last_lead_at=0, now=1, quiet_below=0.001).limit == pytest.approx(6.9, abs=0.01)


def test_the_more_leads_a_day_the_less_probable_each_alarming_silence_must_be() -> None:
    slow, busy = steady(1 / 24), steady(500 / 24)

    limits = [judge(one, last_lead_at=0, now=1, quiet_below=0.001).limit for one in (slow, busy)]

    assert limits[1] - limits[0] == pytest.approx(math.log(500))


@pytest.mark.parametrize("leads_per_hour", [0.2, 5])
def test_a_healthy_door_raises_hardly_any_alarm_in_three_years_and_a_dead_one_does(leads_per_hour: float) -> None:
    random, rhythm = Random(7), steady(leads_per_hour)
    silences = [random.expovariate(leads_per_hour) * HOUR_S for _ in range(int(leads_per_hour * 24 * 1000))]

    alarms = sum(judge(rhythm, last_lead_at=0, now=silence, quiet_below=0.001).is_alarming for silence in silences)

    assert alarms <= 6  # one is to be expected; more than six come by chance once in ten thousand
    assert judge(rhythm, last_lead_at=0, now=15 / leads_per_hour * HOUR_S, quiet_below=0.001).is_alarming


def test_a_night_without_leads_is_no_silence_for_a_door_of_office_hours() -> None:
    office = [3 if hour % 24 in range(8, 17) and hour // 24 < 5 else 0 for hour in range(WEEK_H)]
    rhythm = learn(repeated(office, 4), ZoneInfo("UTC"))
    friday_evening = (MONDAY + 4 * WEEK_H + 4 * 24 + 17) * HOUR_S
    monday_morning = friday_evening + (63 * HOUR_S)

    assert isinstance(rhythm, Rhythm)
    assert rhythm.expected(friday_evening, monday_morning) == 0
    noon = judge(rhythm, last_lead_at=friday_evening, now=monday_morning + 4 * HOUR_S, quiet_below=0.001)
    assert noon.is_alarming


def test_the_company_s_clock_counts_also_where_it_is_put_back() -> None:
    """Leads at 09 local time, over the end of summer time: 07 UTC becomes 08 UTC."""
    first = hour_of(datetime(2026, 10, 5, tzinfo=UTC).timestamp())
    nines = {
        hour: 10
        for hour in range(first, first + 6 * WEEK_H)
        if datetime.fromtimestamp(hour * HOUR_S, UTC).astimezone(STOCKHOLM).hour == 9
    }

    rhythm = learn(nines, STOCKHOLM)

    assert isinstance(rhythm, Rhythm)
    assert {slot[1] for slot, rate in rhythm.rates.items() if rate} == {9}
    assert {rhythm.rates[day, 9] for day in range(7)} == {10}


@given(hours=st.dictionaries(st.integers(MONDAY, MONDAY + LEAST_H), st.integers(1, 50)))
def test_nothing_is_judged_before_two_weeks(hours: dict[int, int]) -> None:
    assert isinstance(learn(hours, STOCKHOLM), Learning)


def test_two_weeks_and_the_hours_at_either_end_are_enough() -> None:
    assert isinstance(learn({MONDAY: 1, MONDAY + LEAST_H + 1: 1}, STOCKHOLM), Rhythm)


def test_what_is_older_than_eight_weeks_is_forgotten() -> None:
    recent = {MONDAY + MOST_H - hour: 1 for hour in range(LEAST_H)}

    rhythm = learn({MONDAY - 5: 1000} | recent, STOCKHOLM)

    assert isinstance(rhythm, Rhythm)
    assert max(rhythm.rates.values()) <= 1


def test_the_silence_itself_is_not_learned() -> None:
    busy = dict.fromkeys(range(MONDAY, MONDAY + 4 * WEEK_H), 2)
    rhythm = learn(busy, STOCKHOLM)
    since = (MONDAY + 4 * WEEK_H) * HOUR_S

    assert isinstance(rhythm, Rhythm)
    assert rhythm.expected(since, since + 20 * WEEK_H * HOUR_S) == pytest.approx(2 * 20 * WEEK_H)
