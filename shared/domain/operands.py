"""How one operand of a `when` is compared with a value: by the type of the value, since operands arrive as text.

A test answers True or False, or None where the two cannot be compared, which a condition treats as unknown.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date

from shared.domain.patterns import found_in, guarded

Test = Callable[[object], bool | None]

_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?")
_FLAGS = {"true": True, "false": False}
_NUMBERS = (int, float)
_SCALARS = (bool, int, float)


def folded(text: str) -> str:
    """Return a text as it is compared: trimmed, composed, without case."""
    if text.isascii():
        return text.strip().lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).strip().casefold())


def operand_text(operand: object) -> str:
    """Write an operand as text, whether the configuration's loader typed it or not.

    Raises:
        ValueError: it is a null, a list or a mapping.
    """
    if isinstance(operand, bool):
        return "true" if operand else "false"
    if isinstance(operand, (str, *_NUMBERS)):
        return str(operand)
    if operand is None:
        raise ValueError("nothing to compare with: to ask whether something is known, write {exists: false}")
    raise ValueError("write a single value here")


def one_of(operands: Sequence[object]) -> Test:
    """Test for equality with any of the operands."""
    texts = frozenset(folded(operand_text(operand)) for operand in operands)
    numbers = frozenset(number for text in texts if (number := _number(text)) is not None)
    flags = frozenset(_FLAGS[text] for text in texts if text in _FLAGS)

    def test(value: object) -> bool | None:
        if isinstance(value, str):
            return value in texts or folded(value) in texts
        if isinstance(value, bool):
            return value in flags
        if isinstance(value, _NUMBERS):
            return value in numbers
        text = _text(value)
        return None if text is None else text in texts

    return test


def within(low: object, high: object, *, order: Sequence[str] | None = None) -> Test:
    """Test for lying between two bounds, both included; a bound that is None is open.

    Bounds are numbers, or names from `order` (lowest first), in which the value is then ranked.

    Raises:
        ValueError: a bound is neither, or the lower one is the higher.
    """
    rank = _number if order is None else {folded(name): float(place) for place, name in enumerate(order)}.get
    lowest = -math.inf if low is None else _bound(low, rank, order)
    highest = math.inf if high is None else _bound(high, rank, order)
    if lowest > highest:
        raise ValueError("the first bound is above the second")

    def test(value: object) -> bool | None:
        place = rank(folded(value)) if isinstance(value, str) else _magnitude(value)
        return None if place is None else lowest <= place <= highest

    return test


def starts_with(operands: Sequence[object]) -> Test:
    """Test whether a text begins with any of the operands."""
    beginnings = tuple(folded(operand_text(operand)) for operand in operands)

    def test(value: object) -> bool | None:
        text = _text(value)
        return None if text is None else text.startswith(beginnings)

    return test


def contains(operands: Sequence[object]) -> Test:
    """Test whether any of the operands occurs in a text."""
    parts = tuple(folded(operand_text(operand)) for operand in operands)

    def test(value: object) -> bool | None:
        text = _text(value)
        return None if text is None else any(part in text for part in parts)

    return test


def matches(operands: Sequence[object]) -> Test:
    """Test whether any of the operands, as a regular expression, is found in a text.

    Raises:
        ValueError: one of them is no regular expression, or one that may search for too long.
    """
    patterns = tuple(guarded(operand_text(operand)) for operand in operands)

    def test(value: object) -> bool | None:
        text = value.strip() if isinstance(value, str) else _text(value)
        return None if text is None else any(found_in(pattern, text) for pattern in patterns)

    return test


def flag(operand: object) -> bool:
    """Read `true` or `false`.

    Raises:
        ValueError: it is something else.
    """
    text = folded(operand_text(operand))
    if text not in _FLAGS:
        raise ValueError("write true or false")
    return _FLAGS[text]


def _bound(operand: object, rank: Callable[[str], float | None], order: Sequence[str] | None) -> float:
    place = rank(folded(operand_text(operand)))
    if place is not None:
        return place
    raise ValueError("write a number" if order is None else f"write one of {', '.join(order)}")


def _number(text: str) -> float | None:
    return float(text) if _PLAIN_NUMBER.fullmatch(text) else None


def _magnitude(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, _NUMBERS) or value != value:  # noqa: PLR0124 - not a number
        return None
    return value


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return folded(value)
    if isinstance(value, _SCALARS):
        return str(value).lower()
    return value.isoformat().lower() if isinstance(value, date) else None
