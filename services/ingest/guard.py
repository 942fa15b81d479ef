"""What hostile bytes may not do: JSON is read under limits, and what is wrong with it is a value, never an error.

Numbers come as their text: ids above 2**53 stay exact, and a number of 5,000 digits costs nothing.
Source of the limits: reliability 4.2 (what each parser and database was measured to do with such bodies).
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from json.decoder import JSONDecodeError
from math import isinf
from typing import TypeAlias

from services.ingest.nesting import is_deeper, top_level

MAX_BODY_BYTES = 256 * 1024
"""Far above any real lead (1-20 kB), and its dead letter in base64 still fits a record of 1 MiB."""
MAX_DEPTH = 32
MAX_VALUES = 2_000
"""Objects, lists and scalars of one body, names not counted."""
MAX_TEXT = 8 * 1024
"""Characters of one text or name."""
MAX_DIGITS = 64
"""Characters of one number; the longest real id has 19 digits."""

FINDINGS = {
    "too_deep": f"it is nested deeper than {MAX_DEPTH} levels",
    "too_many_values": f"it holds more than {MAX_VALUES} values",
    "text_too_long": f"one of its texts is longer than {MAX_TEXT} characters",
    "number_too_long": f"one of its numbers is longer than {MAX_DIGITS} characters",
    "number_too_large": "one of its numbers is larger than any computer's floating-point number",
    "not_a_number": "it holds NaN or Infinity, which JSON does not have",
    "duplicate_member": "one of its objects names a member twice, so that nobody can say which one counts",
    "lone_surrogate": "one of its texts holds half of a surrogate pair, which no encoding can write",
    "too_many_fields": "it is a form of more than 1,000 fields",
    "not_utf8": "its bytes are not UTF-8; JSON must be",
}
"""Why a body that parses cannot be used: by code, the sentence a person reads in the dead letter."""

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json] | None"
"""A parsed value. Numbers are their text."""
Members = Sequence[tuple[str, Json]]


@dataclass(frozen=True, slots=True)
class Document:
    """A body that can be used. `nul_stripped`: NUL characters were taken out of its texts.

    `signals` are what its decoding found out, by name: files that were left out, a guessed charset.
    """

    value: Json
    nul_stripped: bool = False
    signals: tuple[tuple[str, str | bool], ...] = ()

    @property
    def members(self) -> Members:
        """The top level's members; none when it is not an object."""
        return tuple(self.value.items()) if isinstance(self.value, dict) else ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """A body that parses and still cannot be used, with why. It may be authentic, so nothing of it may be lost.

    `members` are the top level's, repeats included, so that authenticity can be shown. Of a body that is too deep,
    what is nested stands there as an empty list.
    """

    code: str
    reason: str
    members: Members


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A body that does not parse; `reason` names line and column."""

    reason: str
    code: str = "not_json"


Content = Document | Unusable | Unreadable


class _Finding(ValueError):
    """Leave the parser from inside one of its hooks."""


def read_json(body: bytes, *, max_values: int = MAX_VALUES) -> Content:
    """Read a body of at most `MAX_BODY_BYTES` (the caller counts them). Never raises, whatever the bytes.

    `max_values` is for a sender that batches: its document says how many leads come at once.
    """
    try:
        text = _decode(body)
    except UnicodeDecodeError:
        text = body.decode(errors="surrogateescape").removeprefix("\ufeff")
        is_too_deep = _opened(text) > MAX_DEPTH and is_deeper(text, MAX_DEPTH)
        return _unusable("too_deep" if is_too_deep else "not_utf8", text)
    return _read(text, max_values)


def _decode(body: bytes) -> str:
    is_utf8 = b"\0" not in body[:4] and body[:2] not in {b"\xff\xfe", b"\xfe\xff"}
    text = body.decode() if is_utf8 else body.decode(json.detect_encoding(body))
    return text.removeprefix("\ufeff")


def _read(text: str, max_values: int) -> Content:
    opened = _opened(text)
    if opened > MAX_DEPTH and is_deeper(text, MAX_DEPTH):
        return _unusable("too_deep", text)
    try:
        value: Json = _STRICT.decode(text)
    except _Finding as finding:
        return _unusable(str(finding), text)
    except JSONDecodeError as error:
        return _unreadable(error)
    if "\0" in text or "\\u0000" in text:
        return _read_without_nul(text, value, max_values)
    if len(text) <= MAX_TEXT and _has_few_values(text, opened) and not ("\\" in text and _HALF_PAIR.search(text)):
        return Document(value)
    return inspected(value, max_values=max_values)


def _opened(text: str) -> int:
    return text.count("{") + text.count("[")


def _has_few_values(text: str, opened: int) -> bool:
    """Tell whether no count is needed: a value and what parts it from the next have two characters at least."""
    # Every value but the first of a list or object follows a comma: the sum is never below the count.
    return len(text) < 2 * MAX_VALUES or text.count(",") + opened < MAX_VALUES


def _read_without_nul(text: str, value: Json, max_values: int) -> Content:
    stripped = _NUL.sub(r"\1", text).replace("\0", "")
    if stripped == text:  # an escaped backslash before u0000 is no NUL
        return inspected(value, max_values=max_values)
    content = _read(stripped, max_values)
    return replace(content, nul_stripped=True) if isinstance(content, Document) else content


def inspected(value: Json, *, max_values: int = MAX_VALUES) -> Document | Unusable:
    """Hold a value, whatever it was read from, to every limit."""
    code = _fault(value, max_values)
    if code is None:
        return Document(value)
    members = Document(value).members
    if code == "too_deep":
        members = [(name, [] if isinstance(member, (dict, list)) else member) for name, member in members]
    return Unusable(code, FINDINGS[code], tuple(members))


def _fault(value: Json, max_values: int) -> str | None:
    level, count = [value], 0
    for depth in range(MAX_DEPTH + 1):
        count += len(level)
        if count > max_values:
            return "too_many_values"
        below: list[Json] = []
        for item in level:
            if isinstance(item, (dict, list)) and depth == MAX_DEPTH:
                return "too_deep"
            texts: Iterable[Json] = (item,)
            if isinstance(item, dict):
                texts = item
                below.extend(item.values())
            elif isinstance(item, list):
                texts = ()
                below.extend(item)
            for text in texts:
                if code := _fault_of_text(text):
                    return code
        level = below
    return None


def _fault_of_text(text: Json) -> str | None:
    if not isinstance(text, str):
        return None
    if len(text) > MAX_TEXT:
        return "text_too_long"
    return "lone_surrogate" if _SURROGATE.search(text) else None


def _unusable(code: str, text: str) -> Unusable | Unreadable:
    try:
        value = _LENIENT.decode(top_level(text) if code == "too_deep" else text)
    except JSONDecodeError as error:
        return _unreadable(error)
    return Unusable(code, FINDINGS[code], tuple(value) if isinstance(value, _Pairs) else ())


def _unreadable(error: JSONDecodeError) -> Unreadable:
    return Unreadable(f"not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}")


class _Pairs(list[tuple[str, Json]]):
    """An object with its repeated members."""


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Finding("duplicate_member")
    return members


def _number(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise _Finding("number_too_long")
    return text


def _fraction(text: str) -> str:
    if isinf(float(text)):
        raise _Finding("number_too_large")
    return _number(text)


def _constant(_name: str) -> str:
    raise _Finding("not_a_number")


_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")

# strict=False lets raw control characters stand in texts: some relays send them, and nobody is misled by them.
_STRICT = json.JSONDecoder(
    strict=False, object_pairs_hook=_unique, parse_int=_number, parse_float=_fraction, parse_constant=_constant
)
_LENIENT = json.JSONDecoder(strict=False, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
