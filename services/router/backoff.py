"""How long to wait before the next attempt, and when to stop trying: pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_S = 5.0
LONGEST_S = 900.0
GIVE_UP_AFTER_S = 72 * 3600.0
"""From 5 s to 15 min, for three days: a weekend's outage costs no lead (reliability 3.3)."""
FEWEST_ATTEMPTS = 10
"""What waited behind a pause or an open breaker still gets a quarter of an hour of honest tries."""
LONGEST_RETRY_AFTER_S = 24 * 3600.0
"""A destination may ask for a day (HubSpot's 477 does); more is a mistake of its clock."""


def backoff_s(attempts: int, *, chance: float) -> float:
    """Draw the wait after `attempts` failures with full jitter; `chance` is uniform in [0, 1)."""
    ceiling = min(LONGEST_S, FIRST_S * 2.0 ** min(attempts - 1, 16))
    return ceiling * chance


def is_exhausted(attempts: int, *, age_s: float) -> bool:
    """Tell whether a delivery has been tried for as long as is worth it."""
    return age_s >= GIVE_UP_AFTER_S and attempts >= FEWEST_ATTEMPTS


def retry_after_s(value: str | None, *, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date (RFC 9110 10.2.3); None where it says nothing readable."""
    if value is None:
        return None
    seconds = _seconds(value.strip(), now)
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)


def _seconds(value: str, now: datetime) -> float | None:
    if value.isascii() and value.isdigit():
        return float(value[:12])  # more digits overflow; they are over the cap anyway
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000" and asctime dates: HTTP knows no zone but GMT
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
