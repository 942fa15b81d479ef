"""How each door does: what came lately, what was to be expected, and whether its silence is an alarm. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.console.lines import SourceLine
from services.console.rhythm import DAY_H, HOUR_S, Learning, Rhythm, Silence, hour_of, judge, learn

Hours = Mapping[int, int]
"""How many leads came to one source, by hour since the epoch."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What doors are measured by: the company's clock, and how probable a false alarm may be on any one day."""

    zone: ZoneInfo
    quiet_below: float


@dataclass(frozen=True, slots=True)
class Door:
    """One configured source. `line` is None for one that was never heard from, `silence` for one without a rhythm.

    `came` leads in the last 24 whole hours, and `usual` were to be expected then (None without a rhythm).
    """

    source: str
    line: SourceLine | None
    rhythm: Rhythm | Learning
    silence: Silence | None
    came: int
    usual: float | None

    @property
    def is_quiet(self) -> bool:
        """Tell whether its silence is an alarm."""
        return self.silence is not None and self.silence.is_alarming


def doors_of(
    sources: Iterable[str], lines: Iterable[SourceLine], hours: Mapping[str, Hours], *, measure: Measure, now: float
) -> Sequence[Door]:
    """Tell of every configured source, in their order. `now` is in epoch seconds."""
    heard = {line.source: line for line in lines}
    return [_door(source, heard.get(source), hours.get(source, {}), measure, now) for source in sources]


def _door(source: str, line: SourceLine | None, hours: Hours, measure: Measure, now: float) -> Door:
    rhythm = learn(hours, measure.zone)
    this_hour = hour_of(now)
    day = range(this_hour - DAY_H, this_hour)
    usual = rhythm.expected(day.start * HOUR_S, day.stop * HOUR_S) if isinstance(rhythm, Rhythm) else None
    return Door(
        source,
        line,
        rhythm,
        silence=_silence(line, rhythm, measure, now),
        came=sum(hours.get(hour, 0) for hour in day),
        usual=usual,
    )


def _silence(line: SourceLine | None, rhythm: Rhythm | Learning, measure: Measure, now: float) -> Silence | None:
    if line is None or line.last_sign_at is None or isinstance(rhythm, Learning):
        return None
    return judge(rhythm, last_lead_at=line.last_sign_at.timestamp(), now=now, quiet_below=measure.quiet_below)
