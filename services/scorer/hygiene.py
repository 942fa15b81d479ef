"""Junk: what is held whatever its score, and why."""

from collections.abc import Mapping

from shared.domain.conditions import Condition, Values, find
from shared.domain.score import Hygiene

_CODES: Mapping[str, str] = {
    "facts.bot": "bot",
    "facts.email.kind": "",  # the kind itself
    "facts.contactable": "not_contactable",
}
"""Well-known reasons, the most telling first: a disposable address is often why nobody is contactable."""


def judge_hygiene(hold_when: Condition, values: Values) -> Hygiene | None:
    """Tell why the lead is junk, or None.

    The code is a well-known one (an unwanted kind of e-mail is called by that kind, such as `disposable`), else the
    first field of the condition.
    """
    fields = hold_when.because(values)
    if not fields:
        return None
    field = next((known for known in _CODES if known in fields), min(fields))
    code = _CODES.get(field, field) or str(find(values, tuple(field.split("."))))
    return Hygiene(code=code, fields=sorted(fields))
