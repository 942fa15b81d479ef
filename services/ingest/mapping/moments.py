"""Reading the times that senders write: ISO 8601, epochs of any unit, mail dates, and formats that are told."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(days=1)
"""A submission from before any form on the web, or from after tomorrow, is a sender's bad clock: with a time in the
future it would win over every later correction."""
LONGEST = 64
"""Characters of a time."""

EPOCHS = {"epoch_s": 1, "epoch_ms": 1_000, "epoch_us": 1_000_000}
"""Units a second has, by the name of the format."""
BY_MAGNITUDE = "epoch"
_LARGEST_S = 100_000_000_000
"""Seconds would be in the year 5138: a larger number counts a smaller unit."""
_DIGITS = re.compile(r"\d{9,19}(?:\.\d{1,9})?")
_UTC_WORD = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
_USUAL = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%b %d, %Y %I:%M %p",
    "%B %d, %Y %I:%M %p",
    "%b %d, %Y",
    "%B %d, %Y",
    "%Y-%m-%d %I:%M %p",
)
"""Formats that mean one thing only. With slashes day and month look alike: such a one must be told."""

_PROBE = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
"""Any time: written and read again by a format, it must be on the same day."""

Reader = Callable[[str], datetime | None]
"""Reads a time in UTC, or None where the text is none."""


def reader(written: str | None, zone: str | None) -> Reader:
    """Make a reader of a format: `iso`, `epoch`, `epoch_s`, `epoch_ms`, one of strptime's, or None for all usual ones.

    `zone` is where a time without a zone was read off the clock; UTC where it is None.

    Raises:
        ValueError: there is no such zone, or the format holds no part of a time.
    """
    where = _zone(zone)
    if written is None:
        return lambda text: any_moment(text, where)
    if written == "iso":
        return lambda text: _iso(text, where)
    if written in EPOCHS or written == BY_MAGNITUDE:
        return lambda text: _epoch(text, EPOCHS.get(written))
    if "%" not in written:
        raise ValueError(
            f"'{written}' is no format of a time: write iso, epoch, epoch_s, epoch_ms, or as strptime: %d/%m/%Y"
        )
    _check_format(written)
    return lambda text: _formatted(text, written, where)


def _check_format(written: str) -> None:
    try:
        read = datetime.strptime(_PROBE.strftime(written), written)  # noqa: DTZ007 - only its day is looked at
    except ValueError as error:
        raise ValueError(f"'{written}' is no format of a time: {error}") from None
    if read.date() != _PROBE.date():
        raise ValueError(f"'{written}' is no format of a time: it tells no day of a year; join what holds the rest")


def any_moment(text: str, zone: tzinfo = UTC) -> datetime | None:
    """Read a time in any format that means one thing only."""
    written = text.strip()
    if len(written) > LONGEST:
        return None
    if _DIGITS.fullmatch(written):
        return _epoch(written, None)
    found = _iso(written, zone)
    if found is not None:
        return found
    for usual in _USUAL:
        if found := _formatted(_UTC_WORD.sub("", written), usual, zone):
            return found
    return _mail_date(written)


def is_plausible(moment: datetime, received_at: datetime) -> bool:
    """Tell whether a form can have been sent at that time."""
    return EARLIEST <= moment <= received_at + CLOCK_SKEW


def _zone(name: str | None) -> tzinfo:
    if name is None or name.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:  # what ZoneInfo raises of odd names differs by platform
        raise ValueError(f"'{name}' is no time zone: write one as Europe/Stockholm") from error


def _iso(text: str, zone: tzinfo) -> datetime | None:
    try:
        return _in_utc(datetime.fromisoformat(text.strip()), zone)
    except (ValueError, OverflowError):
        pass
    if not _UTC_WORD.search(text):
        return None
    try:
        return _in_utc(datetime.fromisoformat(_UTC_WORD.sub("", text.strip())), UTC)
    except (ValueError, OverflowError):
        return None


def _epoch(text: str, units: int | None) -> datetime | None:
    try:
        number = float(text)
        if units is not None:
            return datetime.fromtimestamp(number / units, UTC)
        while abs(number) >= _LARGEST_S:
            number /= 1_000
        return datetime.fromtimestamp(number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _formatted(text: str, written: str, zone: tzinfo) -> datetime | None:
    if len(text) > LONGEST:
        return None
    try:
        return _in_utc(datetime.strptime(text.strip(), written), zone)  # noqa: DTZ007 - the zone follows
    except (ValueError, OverflowError):
        return None


def _mail_date(text: str) -> datetime | None:
    try:
        return _in_utc(parsedate_to_datetime(text), UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)
