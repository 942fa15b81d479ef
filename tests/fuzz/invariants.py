"""What must hold of whatever the door makes of any bytes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.ingest.guard import (
    FINDINGS,
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUES,
    Content,
    Document,
    Json,
    Unreadable,
    Unusable,
)
from services.ingest.mapping.mapped import Item
from services.ingest.submission import canonical_content
from shared.domain.lead import Lead
from tests.fuzz.sent import AT

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Broken(AssertionError):
    """Say which promise does not hold, and of what."""


def demand(holds: object, promise: str) -> None:
    """Raise `Broken` where a promise does not hold."""
    if not holds:
        raise Broken(promise)


def check_content(content: Content) -> None:
    """Demand that what was read can be used, or says why not."""
    demand(isinstance(content, (Document, Unusable, Unreadable)), f"content is {type(content).__name__}")
    if not isinstance(content, Document):
        demand(content.reason and content.code, "what cannot be used says why")
        return
    demand(_depth(content.value) <= MAX_DEPTH, "a document is no deeper than the guard allows")
    values = list(_values(content.value))
    demand(len(values) <= MAX_VALUES, "a document holds no more values than the guard allows")
    for text in (*texts_of(content.value), *texts_of(dict(content.signals))):
        check_text(text)
    demand(all(len(text) <= MAX_TEXT for text in texts_of(content.value)), "no text is longer than the guard allows")


def check_text(text: str) -> None:
    """Demand that every store can hold a text."""
    demand("\0" not in text, f"NUL in {text[:40]!r}")
    demand(not any("\ud800" <= char <= "\udfff" for char in text), f"half a pair in {text[:40]!r}")


def check_json(body: bytes, content: Content) -> None:
    """Demand that the guard reads JSON as Python does, but for what it refuses."""
    try:
        known = json.loads(body, strict=False, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError:
        demand(not isinstance(content, Document), "a bomb is no document")
        return
    except ValueError:  # of two byte order marks it takes one only
        demand(not isinstance(content, Document) or body.startswith(_MARKS), "only JSON is a document")
        return
    demand(not isinstance(content, Unreadable), "what parses is read")
    if isinstance(content, Document) and not content.nul_stripped:
        demand(content.value == known, "a document says what it was made of")
    elif isinstance(content, Unusable):
        demand(FINDINGS.get(content.code) == content.reason, "a finding is one of the table")


def lead_of(item: Item) -> Lead:
    """Make the lead of an item as a source does, and check it."""
    members = {"submitted_at": AT, **item.members, "id": "l", "submission_id": "s", "received_at": AT}
    lead = Lead.model_validate(members)
    check_lead(lead)
    canonical_content(lead, is_dated=item.is_dated)
    if item.submission_id is not None:
        check_text(item.submission_id)
        demand(item.submission_id.isprintable(), "an id can be printed")
    return lead


def check_lead(lead: Lead) -> None:
    """Demand that every store and log can hold a lead."""
    for text in texts_of(json.loads(lead.model_dump_json())):
        check_text(text)


def texts_of(value: Any) -> Iterator[str]:  # Any: whatever JSON holds
    """Yield every text of a value, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield name
            yield from texts_of(member)
    elif isinstance(value, Sequence):
        for member in value:
            yield from texts_of(member)


def _values(value: Json) -> Iterator[Json]:
    yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values(member)


def _depth(value: Json) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inside is None else 1 + max(map(_depth, inside), default=0)
