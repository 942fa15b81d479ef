"""LinkedIn's ids: as numbers, as texts, as URNs and as URNs within URNs; always text here."""

import re
from typing import NamedTuple

from services.ingest.guard import Json

MAX_ID = 512
"""Characters of an id; real ones have fifty."""
_VERSIONED = re.compile(r"urn:li:versionedLeadGenForm:\((?P<form>[^,()]+),(?P<version>[^,()]+)\)")
_NO_NAMES = frozenset({".", ".."})
"""Dots alone would be another path of the API."""


class FormId(NamedTuple):
    """A form and, where it is told, its version."""

    form: str
    version: str | None


def id_of(value: Json) -> str | None:
    """Return the id that a value names: what follows the last colon of a URN, else all of it; None for no id."""
    if not isinstance(value, str):
        return None
    text = value.strip().rpartition(":")[2] if value.strip().startswith("urn:") else value.strip()
    is_name = text.isprintable() and not any(map(str.isspace, text)) and text not in _NO_NAMES
    return text if text and is_name and len(text) <= MAX_ID else None


def form_of(value: Json) -> FormId | None:
    """Read a form's URN, plain or versioned: `urn:li:versionedLeadGenForm:(urn:li:leadGenForm:9,1)`."""
    if isinstance(value, str) and (found := _VERSIONED.fullmatch(value.strip())):
        form = id_of(found["form"])
        return FormId(form, id_of(found["version"])) if form else None
    form = id_of(value)
    return FormId(form, None) if form else None


def owner_of(value: Json) -> str | None:
    """Return an owner's URN: LinkedIn writes it alone, or as `{"sponsoredAccount": …}` or `{"organization": …}`."""
    for urn in (value, *(value.values() if isinstance(value, dict) else ())):
        if isinstance(urn, str) and urn.startswith("urn:") and id_of(urn) is not None:
            return urn.strip()
    return None
