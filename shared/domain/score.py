"""What the scorer says about a lead, in numbers and in sentences."""

from typing import Any

from shared.domain.model import Frozen, Moment

Facts = dict[str, Any]
"""What is known about a lead beside its own words, by group (`email`, `phone`, `address`, `company`, `answers`, …).

Any: the groups are the enrichers' own; conditions read them by dotted path. Each group that an enricher
wrote carries `enricher` and `status` (`found`, `absent`, `unreadable`); `contactable` and `bot` are plain.
"""


TEMPERATURES = ("cold", "warm", "hot")
"""How engaged a lead is, lowest first."""


class Reason(Frozen):
    """One sentence behind the score. A group's reasons sum to its raw points."""

    group: str
    code: str
    text_sv: str
    text_en: str
    points: float


class WouldChange(Frozen):
    """A rule that could not be judged because something is unknown, and what it would give."""

    code: str
    text_sv: str
    text_en: str
    points: float
    needs: list[str]


class Hygiene(Frozen):
    """Why a lead is junk: the fields of the condition that held."""

    code: str
    fields: list[str]


class Score(Frozen):
    """The score at `as_of` (the cause's time, so that a replay is equal). `fit` and `engagement` are 0-100.

    `raw` is each group's unclamped sum. `versions` names what judged: `scoring` is the sha256 of that section.
    """

    fit: float
    engagement: float = 0
    raw: dict[str, float]
    stage: str
    temperature: str
    reasons: list[Reason]
    missing: list[str]
    would_change: list[WouldChange]
    as_of: Moment
    versions: dict[str, str]
