"""How everything that crosses a boundary is shaped: frozen, and tolerant of members it does not know."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, SecretStr


class Frozen(BaseModel):
    """A value that crosses a boundary. Unknown members are ignored, so that newer writers may add some."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A point in time, aware and in UTC."""


class Text(Frozen):
    """One sentence for people, in Swedish and English."""

    sv: str
    en: str


class Section(BaseModel):
    """A part of the configuration. A key it does not know is refused by name, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


def listed(value: object) -> object:
    """Let one thing stand where a list of them may, in a section's validation."""
    return [value] if isinstance(value, str | SecretStr | Mapping) else value


_DURATION = re.compile(r"(\d{1,15})(ms|s|m|h|d)")
_UNIT_S = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST_S = 36_500 * 86_400
"""A hundred years: now, with more of it added or taken away, may be no date."""


def _parse_duration(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError("write a duration as 30s, 15m, 24h or 14d")
    seconds = int(match[1]) * _UNIT_S[match[2]]
    if seconds > LONGEST_S:
        raise ValueError("write a duration of at most 36500d")
    return timedelta(seconds=seconds)


Duration = Annotated[timedelta, BeforeValidator(_parse_duration)]
"""A length of time, written `30s`, `15m`, `24h`, `14d`."""
