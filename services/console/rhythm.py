"""A door's rhythm, and when its silence is too long to be chance: pure.

Leads are taken for a Poisson process whose rate depends on the weekday and the hour, on the company's clock. Where E
leads were to be expected since the last one, nothing at all comes with probability exp(-E).
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

HOUR_S = 3600
DAY_H = 24
WEEK_H = 7 * DAY_H
LEAST_H = 2 * WEEK_H
"""Below it a weekday's hour was seen once, and once is no rhythm."""
MOST_H = 8 * WEEK_H
"""Long enough to even out a campaign, short enough to follow the season."""

Slot = tuple[int, int]
"""A weekday (0 is Monday) and an hour of the day."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many leads an hour to expect, by weekday and hour in `zone`. A slot never seen expects none."""

    rates: Mapping[Slot, float]
    zone: ZoneInfo

    @property
    def leads_per_day(self) -> float:
        """Tell how many leads come in a day, over the whole week."""
        return sum(self.rates.values()) / WEEK_H * DAY_H

    def expected(self, since: float, until: float) -> float:
        """Tell how many leads to expect between two moments (epoch seconds); 0 where they stand the other way."""
        return sum(self.rates.get(_slot(hour, self.zone), 0.0) * share for hour, share in _hours(since, until))


@dataclass(frozen=True, slots=True)
class Learning:
    """A door that is too new for a rhythm: it has shown `hours` of the `LEAST_H` that one takes."""

    hours: int


@dataclass(frozen=True, slots=True)
class Silence:
    """What it means that no lead came for a while: `expected` came to mind, and `limit` of them would be an alarm."""

    expected: float
    limit: float

    @property
    def probability(self) -> float:
        """Tell how probable such a silence is at a door where nothing is wrong."""
        return math.exp(-self.expected)

    @property
    def is_alarming(self) -> bool:
        """Tell whether somebody should look."""
        return self.expected > self.limit


def learn(leads_by_hour: Mapping[int, int], zone: ZoneInfo) -> Rhythm | Learning:
    """Learn a rhythm from how many leads came in which hour (counted from the epoch; an hour left out had none).

    It is the mean of each weekday's hour, over `MOST_H` before the hour of the last lead. That hour itself, which may
    be half a silence, and the first, which began with a lead, are left out. Silence after the last lead is not learned:
    a door that died does not become one that is always quiet.
    """
    if not leads_by_hour:
        return Learning(0)
    last = max(leads_by_hour)
    seen = range(max(min(leads_by_hour) + 1, last - MOST_H), last)
    if len(seen) < LEAST_H:
        return Learning(len(seen))
    leads: dict[Slot, int] = defaultdict(int)
    times: dict[Slot, int] = defaultdict(int)
    for hour in seen:
        slot = _slot(hour, zone)
        leads[slot] += leads_by_hour.get(hour, 0)
        times[slot] += 1
    return Rhythm({slot: leads[slot] / times[slot] for slot in times}, zone)


def judge(rhythm: Rhythm, *, last_lead_at: float, now: float, quiet_below: float) -> Silence:
    """Judge the silence since the last lead (epoch seconds).

    `quiet_below` is how probable an alarm may be, on a day on which nothing is wrong. A door with 500 leads a day has
    500 silences a day, so each of them must be that much less probable: exp(-E) < quiet_below / leads per day. With a
    lead a day or fewer, exp(-E) < quiet_below.
    """
    limit = math.log(max(1.0, rhythm.leads_per_day)) - math.log(quiet_below)
    return Silence(rhythm.expected(last_lead_at, now), limit)


def hour_of(moment: float) -> int:
    """Tell which hour since the epoch a moment lies in."""
    return math.floor(moment / HOUR_S)


def _slot(hour: int, zone: ZoneInfo) -> Slot:
    local = datetime.fromtimestamp(hour * HOUR_S, UTC).astimezone(zone)
    return local.weekday(), local.hour


def _hours(since: float, until: float) -> Iterator[tuple[int, float]]:
    """Walk through the hours between two moments, each with how much of it lies there."""
    for hour in range(hour_of(since), hour_of(until) + 1):
        begins, ends = max(since, hour * HOUR_S), min(until, (hour + 1) * HOUR_S)
        if ends > begins:
            yield hour, (ends - begins) / HOUR_S
