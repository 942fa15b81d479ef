"""Regular expressions from the configuration, guarded so that a hostile text cannot make one search for minutes."""

import re
from math import inf

MAX_PATTERN = 200
"""Characters of a pattern; more is a list of alternatives, which the configuration can write as a list."""
MAX_SUBJECT = 200
"""Characters of a text that are searched: names, cities and campaigns are shorter, and the cost grows by powers."""
MAX_STEPS = 40_000_000
"""Steps of the worst search: two open repeats over a whole subject, well under a second."""

_TOKEN = re.compile(
    r"""
      \\(?P<backreference>[1-9]) | \(\?P=(?P<named>\w+)\)
    | \\. | \[\^?\]?(?:\\.|[^\]\\])*\]
    | (?P<open>\() | (?P<close>\)) | (?P<alternative>\|)
    | (?P<repeat>[*+?]|\{(?P<low>\d*)(?P<comma>,?)(?P<high>\d*)\})[?+]?
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def guarded(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that is searched without regard to case.

    Raises:
        ValueError: it is no regular expression, or one whose worst search is too long.
    """
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"a pattern has at most {MAX_PATTERN} characters: write several as a list")
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if _worst_steps(pattern) > MAX_STEPS:
        raise ValueError("may search for too long: at most two * or +, none inside a repeated group, no \\1")
    return compiled


def found_in(pattern: re.Pattern[str], text: str) -> bool:
    """Tell whether the pattern occurs in the first `MAX_SUBJECT` characters of the text."""
    return pattern.search(text[:MAX_SUBJECT]) is not None


def _worst_steps(pattern: str) -> float:
    """Multiply what each repeat and each choice may cost, as if every one of them were tried with every other."""
    steps: float = MAX_SUBJECT
    groups = [_Group()]
    closed: _Group | None = None
    for token in _TOKEN.finditer(pattern):
        before, closed = closed, None
        if token["backreference"] or token["named"]:
            return inf
        if token["open"]:
            groups.append(_Group())
        elif token["close"]:
            closed = groups.pop()
            steps *= closed.choices
        elif token["alternative"]:
            groups[-1].choices += 1
        elif token["repeat"]:
            times = _times(token)
            if times > 1 and token["repeat"] != "?" and before is not None and before.varies:
                return inf
            steps *= times
            groups[-1].repeats = True
        if closed is not None and closed.varies:
            groups[-1].repeats = True
    return steps * groups[0].choices


class _Group:
    """One pair of brackets while the pattern is read: whether it can match in more than one way."""

    __slots__ = ("choices", "repeats")

    def __init__(self) -> None:
        self.choices = 1
        self.repeats = False

    @property
    def varies(self) -> bool:
        return self.repeats or self.choices > 1


def _times(token: re.Match[str]) -> int:
    if token["repeat"] == "?":
        return 2
    if token["repeat"] in {"*", "+"} or (token["comma"] and not token["high"]):
        return MAX_SUBJECT
    low, high = int(token["low"] or 0), int(token["high"] or token["low"] or 0)
    return max(1, high - low + 1 if token["comma"] else high)
