"""Look into JSON of any depth without recursion: whether it is too deep, and what stands at its top level."""

import re
from array import array
from collections.abc import Iterator
from itertools import accumulate, islice
from operator import indexOf

MAX_NESTED = 2_000
"""Values that are replaced; a body with more holds more than any may (see guard.py), and is cut there."""

# An unclosed text reaches to the end and every quantifier is possessive: no character is looked at more than twice. The
# outermost star is not, because before Python 3.11.5 such a one forgets to step back over a half-matched list; as
# nothing after it can fail, it never gives anything back.
_FLAT = r'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"?+'
_SCALARS_ONLY = re.compile(rf"(?:{_FLAT}|\[(?:{_FLAT})*+\]|\{{(?:{_FLAT})*+\}})*", re.DOTALL)
_AS_LISTS = bytes.maketrans(b"{}", b"[]")
_AS_SPACES = bytes.maketrans(b"[]{}", b"    ")
_OTHER_THAN_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_DOWN, _UP = 1, 255
"""A step into a list or object and one out of it, as a signed byte."""
_AS_STEPS = bytes({91: _DOWN, 123: _DOWN, 93: _UP, 125: _UP}.get(byte, 0) for byte in range(256))


def is_deeper(text: str, limit: int) -> bool:
    """Tell whether brackets outside texts are nested deeper than `limit`.

    Of what does not parse it may be wrong, but never says no where a parser would go deeper before it stops.
    """
    left = _brackets(text)
    for level in range(limit):
        outer = left.replace(b"[]", b"")
        if len(outer) == len(left):
            # What is closed had that many levels. Whatever else opens is never closed, and may stand around it.
            return level + left.count(b"[") > limit
        left = outer
    return bool(left)


def _brackets(text: str) -> bytes:
    """Write the brackets outside texts. Bytes are three times as fast to search as characters."""
    written = text.encode(errors="surrogatepass")
    if b"\\" in written:
        written = written.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Every second part stands between quotes; one without an end reaches to the end.
    return b"".join(written.split(b'"')[::2]).translate(_AS_LISTS, _OTHER_THAN_BRACKETS)


def top_level(text: str) -> str:
    """Replace every value nested in a value of the top level's object or list, and that value, with an empty list.

    A list or object of scalars only may stay. Lines and columns of what remains stay where they were. Nothing is
    checked; what does not balance stays unbalanced. After `MAX_NESTED` such values the rest is left out.
    """
    kept: list[str] = []
    steps = _steps(text)
    end = seen = 0
    begin = _scalars(text, 0) + 1
    for _ in range(MAX_NESTED):
        first = _scalars(text, begin)
        kept.append(text[end:first])
        if text[first : first + 1] in {"", "]", "}"}:
            return "".join([*kept, text[first:]])
        next(islice(steps, first - seen, first - seen), None)
        try:
            end = begin = seen = first + indexOf(accumulate(steps), 0) + 1
        except ValueError:  # it is never closed
            return "".join(kept)
        kept.append(_blank(text[first:end]))
    return "".join([*kept, "]" if text.lstrip().startswith("[") else "}"])


def _scalars(text: str, begin: int) -> int:
    """Find the end of what holds no value nested in a value."""
    found = _SCALARS_ONLY.match(text, begin)
    return found.end() if found else begin


def _steps(text: str) -> Iterator[int]:
    """Tell for every character how many levels it goes down: 1, 0 or -1. Nothing here looks at one at a time."""
    written = text.encode("latin-1", "replace")
    if b"\\" in written:
        written = written.replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
    parts = written.split(b'"')
    if len(parts) > 1:
        parts[1::2] = b'"'.join(parts[1::2]).translate(_AS_SPACES).split(b'"')
    return iter(array("b", b'"'.join(parts).translate(_AS_STEPS)))


def _blank(nested: str) -> str:
    lines = nested.count("\n")
    if not lines:
        return "[]" + " " * (len(nested) - 2)
    return "[]" + "\n" * lines + " " * (len(nested) - nested.rfind("\n") - 1)
