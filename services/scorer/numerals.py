"""Numbers as people type them in Sweden: `120 000 kr`, `1,5`, `11-50`, `2 mkr`."""

import re

_DIGITS = r"\d{1,3}(?:[ \u00a0\u202f\u2009.,']\d{3})+(?!\d)|\d{1,15}"
_NUMBER = re.compile(
    rf"(?P<whole>{_DIGITS})(?:[.,](?P<part>\d{{1,9}}))?\s*(?P<unit>[a-zåäö]+(?![\w²]))?", re.IGNORECASE
)
_NOT_DIGIT = re.compile(r"\D")
_TIMES = {
    **dict.fromkeys(("k", "tkr", "ksek", "tusen", "tsd"), 1_000),
    **dict.fromkeys(("m", "mkr", "msek", "mnkr", "milj", "miljon", "miljoner", "million"), 1_000_000),
}
METRE_UNIT = "m2"
"""A question in square metres: there `120 m` is metres, not millions."""
MAX_TEXT = 200
"""Characters looked at: a number stands at the beginning, and an answer may be an essay."""


def first_number(text: str, *, unit: str | None = None) -> float | None:
    """Return the first number of an answer, or None. Of a range it is the lower bound: `11-50` is 11.

    A separator before exactly three digits marks thousands (`1.500`, `120,000`), unless only a nought precedes it
    (`0,125`); any other comma or point is decimal. `tkr` and `mkr` multiply. Whole numbers come as int.
    """
    match = _NUMBER.search(text[:MAX_TEXT])
    if match is None:
        return None
    whole, part = match["whole"], match["part"]
    if whole.startswith(("0.", "0,")):
        whole, part = "0", whole[2:]
    value = float(f"{_NOT_DIGIT.sub('', whole)}.{part or 0}")
    times = 1 if unit == METRE_UNIT else _TIMES.get((match["unit"] or "").casefold(), 1)
    scaled = round(value * times, 6)
    return int(scaled) if scaled.is_integer() else scaled
