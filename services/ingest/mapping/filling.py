"""Putting what was found into a lead's members, as each target takes it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from math import isfinite

from services.ingest.mapping.finding import Scope
from services.ingest.mapping.moments import any_moment, is_plausible
from services.ingest.mapping.rules import FieldRule
from services.ingest.mapping.targets import SUBMITTED_AT, Members, Takes, Target, target_of
from services.ingest.mapping.texts import Said, first
from services.ingest.mapping.transforms import plain_number
from services.ingest.mapping.values import Picker, compile_rule
from services.ingest.mapping.words import flag_of

Fill = Callable[[Scope, Members, datetime], bool]
"""Fills a target of an item received at a time; False where nothing was there that it takes."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,30});", re.IGNORECASE)
_TYPED = frozenset({"person", "company", "address", "message"})
"""What people type, and nobody types an entity in: `Exempel &amp; Exempel AB` is what a page made of it."""


@dataclass(frozen=True, slots=True)
class Filling:
    """One target and what fills it."""

    target: Target
    fill: Fill


def compile_fields(fields: dict[str, FieldRule]) -> Sequence[Filling]:
    """Compile `fields`, in the order they are written."""
    return [_filling(target_of(name), compile_rule(rule, name)) for name, rule in fields.items()]


def taken_by(target: Target, said: Said, received_at: datetime) -> object:
    """Return what a target makes of what is said; None where it cannot take it."""
    if target.takes is Takes.TEXTS:
        return said
    text = first(said)
    if target.takes is Takes.MOMENT:
        return _moment(target, text, received_at)
    if target.takes is Takes.FLAG:
        return flag_of(text)
    if target.takes is Takes.NUMBER:
        return _number(text)
    return _ENTITY.sub(lambda found: unescape(found[0]), text) if "&" in text and _is_typed(target) else text


def _filling(target: Target, pick: Picker) -> Filling:
    put, takes_many = target.put, target.takes is Takes.TEXTS
    is_verbatim = target.takes is Takes.TEXT and not _is_typed(target)

    def fill(scope: Scope, members: Members, received_at: datetime) -> bool:
        found = pick(scope)
        if found is None:
            return False
        said = found.said
        value = said if is_verbatim and isinstance(said, str) else taken_by(target, said, received_at)
        if value is None:
            return False
        put(members, value)
        if takes_many or isinstance(said, str):  # of several texts the first counts, and all are kept as answers
            scope.take(found.hits)
        return True

    return Filling(target, fill)


def _is_typed(target: Target) -> bool:
    return target.name.partition(".")[0] in _TYPED


def _moment(target: Target, text: str, received_at: datetime) -> datetime | None:
    moment = any_moment(text)
    if moment is None or (target.name == SUBMITTED_AT and not is_plausible(moment, received_at)):
        return None
    return moment


def _number(text: str) -> float | None:
    try:
        number = float(plain_number(text) or "")
    except ValueError:
        return None
    return number if isfinite(number) else None
