"""Whether a text can be what its name says: an address, a number, a name, a place."""

import re
from collections.abc import Callable, Mapping

from services.ingest.mapping.texts import word_set
from shared.domain.contact_points import MAX_EMAIL

MAX_NAME = 120
MAX_PLACE = 200
MAX_POSTAL_CODE = 12
"""Characters of a name, of a part of an address, and of a postal code, whose longest has ten."""
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}\.[^\s@<>,;.]{2,63}")
_ADDRESSED = re.compile(r"\A(?:mailto:|[^<>@]{0,100}<(?=[^<>]+>\Z))", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;]\s*(?=[^<>,;]*@)|\n")
MAX_ADDRESSES = 1_000
"""Characters of a text that is looked through for addresses."""
_PHONE = re.compile(
    r"(?:tel:|p:)?\s*+\+?[\d\s()./\-\u00a0\u2010-\u2013]{5,40}(?:(?:x|ext|ankn)\.?\s*+\d{1,6})?", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\{\{[^{}]{1,80}\}\}|\{[\w.]{1,80}\}")
FEWEST_DIGITS, MOST_DIGITS = 6, 17
_ROLES = word_set("lead user admin contact customer visitor member guest host subscriber prospect owner assistant bot")
"""What a `role` says in a program rather than in somebody's working life."""
_HONORIFICS = word_set("mr mrs ms miss mx dr herr hr fru fr frau froken frk")

_STATUSES = word_set("""
    active approved cancelled canceled closed completed confirmed created declined deleted disabled draft enabled
    inactive invited new open paid pending published rejected spam submitted subscribed unsubscribed
""")
"""What a `state` says where it is none of a country's."""


def could_be(target: str, text: str) -> bool:
    """Tell whether a text can be what its name says."""
    if is_placeholder(text):
        return False
    test = _TESTS.get(target) or _TESTS.get(target.partition(".")[0])
    return test is None or test(text.strip())


def is_placeholder(text: str) -> bool:
    """Tell what a sender should have put something in for: `{{lead.First Name}}`, `{gclid}`."""
    return text.startswith("{") and _PLACEHOLDER.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Tell an address, or several, from other texts; not whether they are good ones."""
    return "@" in text and address_in(text) is not None


def address_in(text: str) -> str | None:
    """Return the first address of a text that is one, or several, each bare, after `mailto:` or as `Lina <…>`."""
    if len(text) > MAX_ADDRESSES:
        return None
    found = [_ADDRESSED.sub("", part.strip()).removesuffix(">") for part in _BETWEEN.split(text.strip())]
    if any(len(one) > MAX_EMAIL or _EMAIL.fullmatch(one) is None for one in found):
        return None
    return found[0]


def _is_phone(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    return FEWEST_DIGITS <= digits <= MOST_DIGITS and _PHONE.fullmatch(text) is not None


def _is_name(text: str) -> bool:
    return len(text) <= MAX_NAME and "@" not in text and "://" not in text and any(map(str.isalpha, text))


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not text.startswith(("https://api.", "http://api."))


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "person.email": is_email,
    "person.phone": _is_phone,
    "person.job_title": lambda text: _is_name(text) and text.lower().rstrip(".") not in _ROLES | _HONORIFICS,
    "person": _is_name,
    "company.name": lambda text: len(text) <= MAX_PLACE and "://" not in text and "@" not in text,
    "address.postal_code": lambda text: len(text) <= MAX_POSTAL_CODE and any(map(str.isdigit, text)),
    "address.street": lambda text: len(text) <= MAX_PLACE and "@" not in text,
    "address.region": lambda text: _is_name(text) and text.lower() not in _STATUSES,
    "address": _is_name,
    "attribution.last_touch.landing_url": _is_url,
    "attribution.last_touch.referrer": lambda text: " " not in text,
}
