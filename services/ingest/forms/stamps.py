"""The stamp of when a form was rendered: signed, so that a machine which posts at once betrays itself.

It is a signal and no proof: a page from a cache has an old one, and a browser fills a form in at once for its person
(inbound-sources 5.3).
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_PURPOSE = b"tratt form stamp 1"
"""Stands in what is signed: the same key signs links too, and one must not pass for the other."""
_DIGEST_CHARACTERS = 27
"""Of the signature in base64: 162 bits, far more than anyone can try at a door that answers every try alike."""
_STAMP = re.compile(r"([0-9]{1,11})\.([A-Za-z0-9_-]{27})")
CLOCK_SKEW = timedelta(minutes=1)
"""How far ahead another process's clock may be."""


class Finding(StrEnum):
    """What a stamp tells, as the lead's signal `stamp` says it."""

    VALID = "valid"
    MISSING = "missing"
    FORGED = "forged"
    TOO_FAST = "too_fast"
    TOO_OLD = "too_old"


def stamp(secret: bytes, source: str, now: datetime) -> str:
    """Make the stamp of a form rendered now; it goes into a hidden field of the page."""
    seconds = str(int(now.timestamp()))
    return f"{seconds}.{_signature(secret, source, seconds)}"


def rendered_at(given: str, source: str, secrets: Sequence[bytes]) -> datetime | None:
    """Return when a stamped form was rendered; None where none of the secrets made the stamp for this source."""
    found = _STAMP.fullmatch(given)
    if found is None:
        return None
    seconds, signature = found.groups()
    fits = [hmac.compare_digest(signature, _signature(secret, source, seconds)) for secret in secrets]
    return datetime.fromtimestamp(int(seconds), UTC) if any(fits) else None


def judge(
    given: str | None,
    source: str,
    secrets: Sequence[bytes],
    *,
    now: datetime,
    at_least: timedelta,
    at_most: timedelta,
) -> Finding:
    """Tell what a stamp says of a submission: how long its person took is held between the two limits."""
    if not given:
        return Finding.MISSING
    at = rendered_at(given, source, secrets)
    if at is None or at > now + CLOCK_SKEW:
        return Finding.FORGED
    if now - at < at_least:
        return Finding.TOO_FAST
    return Finding.TOO_OLD if now - at > at_most else Finding.VALID


def _signature(secret: bytes, source: str, seconds: str) -> str:
    signed = b"\0".join((_PURPOSE, source.encode(), seconds.encode()))
    return urlsafe_b64encode(hmac.digest(secret, signed, "sha256"))[:_DIGEST_CHARACTERS].decode()
