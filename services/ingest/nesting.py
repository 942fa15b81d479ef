"""Look into JSON of any depth without recursion: whether it is too deep, and what stands at its top level."""

import re
from itertools import accumulate

# An unclosed text reaches to the end and every quantifier is possessive: no character is looked at more than twice.
_TEXT = r'"(?:[^"\\]++|\\.)*+"?+'
_FLAT = rf'[^"\[\]{{}}]++|{_TEXT}'
_OTHER_THAN_BRACKETS = re.compile(rf"(?:{_FLAT})++", re.DOTALL)
# Innermost lists and objects are passed over whole, which halves the time of the worst body. The outermost star is not
# possessive, because before Python 3.11.5 such a one forgets to step back over a half-matched list; as nothing after
# it can fail, it never gives anything back.
_RUN = re.compile(
    rf"(?:{_FLAT}|\[(?:{_FLAT})*+\]|\{{(?:{_FLAT})*+\}})*(?:(?P<opened>[\[{{]++)|(?P<closed>[\]}}]++))?+", re.DOTALL
)
_STEP = {"[": 1, "]": -1}


def is_deeper(text: str, limit: int) -> bool:
    """Tell whether brackets outside texts are nested deeper than `limit`."""
    brackets = _OTHER_THAN_BRACKETS.sub("", text).replace("{", "[").replace("}", "]")
    left = brackets
    for _ in range(limit):
        left = left.replace("[]", "")
    # What is left is deeper, or does not balance.
    return bool(left) and max(accumulate(map(_STEP.__getitem__, brackets))) > limit


def top_level(text: str) -> str:
    """Replace every value nested in a value of the top level's object or list, and that value, with an empty list.

    A list or object of scalars only may stay. Lines and columns of what remains stay where they were. Nothing is
    checked; what does not balance stays unbalanced.
    """
    kept, start, before = [], 0, 0
    for run in _RUN.finditer(text):
        first, end = run.span(run.lastgroup or 0)
        level = before + end - first if run.lastgroup == "opened" else before - end + first
        if before <= 1 < level:
            inside = first + 1 - before
            kept.append(text[start:inside])
            start = inside
        elif level <= 1 < before:
            after = first + before - 1
            kept.append(_blank(text[start:after]))
            start = after
        before = level if run.lastgroup else before
    kept.append(text[start:] if before <= 1 else "")
    return "".join(kept)


def _blank(nested: str) -> str:
    lines = nested.count("\n")
    if not lines:
        return "[]" + " " * (len(nested) - 2)
    return "[]" + "\n" * lines + " " * (len(nested) - nested.rfind("\n") - 1)
