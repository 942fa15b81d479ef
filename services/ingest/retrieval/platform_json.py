"""Reading what a platform answers: JSON under limits, and members that may be missing or of another type."""

import json
import re
from collections.abc import Mapping, Sequence

from services.ingest.guard import MAX_DEPTH, Json
from services.ingest.nesting import is_deeper

NONE: Mapping[str, Json] = {}
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
"""What no database column and no encoding can hold."""


def read_object(body: bytes) -> Mapping[str, Json] | None:
    """Read an object, numbers as their text; None for whatever else the bytes are."""
    try:
        text = body.decode("utf-8-sig")
        if is_deeper(text, MAX_DEPTH):
            return None
        value = json.loads(text, parse_int=str, parse_float=str)
    except ValueError:  # JSONDecodeError and UnicodeDecodeError are
        return None
    return value if isinstance(value, dict) else None


def text_of(value: Json) -> str | None:
    """Return a text or a number's text; None for nothing, for a blank and for anything else."""
    if not isinstance(value, str):
        return None
    text = _UNWRITABLE.sub("", value)
    return text if text.strip() else None


def member_of(value: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """Return a member that is an object; an empty one for whatever else it is."""
    member = value.get(name)
    return member if isinstance(member, dict) else NONE


def items_of(value: Json) -> Sequence[Mapping[str, Json]]:
    """Return the objects in a list; none for whatever else it is."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
