"""Values that come in parts and are one: a telephone number with its code apart, a date in year, month and day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from services.ingest.mapping.finding import Key
from services.ingest.mapping.guessing.names import meaning
from services.ingest.mapping.guessing.wording import CACHED, spelled_of
from services.ingest.mapping.leftovers import Leaf
from services.ingest.mapping.texts import word_set

_COUNTRY = word_set("countrycode country dialcode dialingcode callingcode phonecountrycode prefix")
_AREA = word_set("area areacode")
_REST = word_set("number phone phonenumber local localnumber nationalnumber")
_WHOLE = word_set("full e164 international formatted")
_CODE = re.compile(r"\(?\+?\d{1,5}\)?")
_DATE = ("year", "month", "day")
_HOURS = ("hour", "min")
_CLOCKS = ("timeinput", "ampm")
_PARTS = frozenset({*_COUNTRY, *_AREA, *_REST, *_WHOLE, *_DATE, *_HOURS, *_CLOCKS})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp][Mm])?(?:\s(?:UTC|GMT|Z))?")
_DIGITS = re.compile(r"\d{1,4}")

Parts = Mapping[str, Leaf]
"""The texts of one object, by their names in plain letters."""


class Joined(NamedTuple):
    """One value, and what it was put together of."""

    leaf: Leaf
    parts: Sequence[Leaf]


def with_parts_joined(left: Sequence[Leaf]) -> list[Leaf]:
    """Put each number and each date that comes in parts together, in the place of its last part."""
    objects: dict[int, dict[str, Leaf]] = {}
    for leaf in left:
        if isinstance(leaf.said, str) and (name := _part(leaf.trail[-1])):
            objects.setdefault(id(leaf.container), {})[name] = leaf
    instead: dict[int, Leaf | None] = {}
    for parts in objects.values():
        joined = (_number(parts) or _date(parts) or _moment(parts)) if len(parts) > 1 else None
        if joined is not None:
            instead |= {id(part): None for part in joined.parts}
            instead[id(joined.parts[-1])] = joined.leaf
    found = (instead.get(id(leaf), leaf) for leaf in left) if instead else left
    return [leaf for leaf in found if leaf is not None]


@lru_cache(CACHED)
def _part(name: Key) -> str | None:
    """Spell a name in plain letters; None for one that no part has."""
    spelled = spelled_of(str(name))
    return spelled if spelled in _PARTS or "date" in spelled or "time" in spelled else None


def _number(parts: Parts) -> Joined | None:
    """Join a code and what follows it, in an object that holds one number and not a person or an address."""
    rest = next((leaf for name, leaf in parts.items() if name in _REST), None)
    country, area = _code(parts, _COUNTRY), _code(parts, _AREA)
    codes = [code for code in (country, area) if code is not None]
    if rest is None or not codes:
        return None
    above = meaning(next((name for name in reversed(rest.trail[:-1]) if isinstance(name, str)), ""))
    if above is None or above.target != "person.phone":
        return None
    whole = next((leaf for name, leaf in parts.items() if name in _WHOLE), None)
    if whole is not None:
        is_same = all(_text(part) in _text(whole) for part in (*codes, rest))
        return Joined(whole, (*codes, rest, whole)) if is_same else None
    if _text(rest).startswith(("+", _text(codes[0]))):
        return None
    sign = "+" if country is not None and not _text(country).startswith(("+", "0", "(")) else ""
    said = sign + " ".join(_text(part) for part in (*codes, rest))
    return Joined(replace(rest, said=said), (*codes, rest))


def _code(parts: Parts, names: frozenset[str]) -> Leaf | None:
    return next((leaf for name, leaf in parts.items() if name in names and _CODE.fullmatch(_text(leaf))), None)


def _date(parts: Parts) -> Joined | None:
    """Join a date, and the time beside it where there is one."""
    if not all(
        name in parts and len(parts[name].trail) > 1 and _DIGITS.fullmatch(_text(parts[name])) for name in _DATE
    ):
        return None
    year, month, day = (_text(parts[name]) for name in _DATE)
    hours = [parts[name] for name in _HOURS if name in parts]
    clock = _text(parts["timeinput"]) if "timeinput" in parts else ":".join(map(_text, hours))
    told = [leaf for leaf in hours if _text(leaf) in clock]
    told += [parts[name] for name in _CLOCKS if name in parts]
    half = _text(parts["ampm"]) if "ampm" in parts else ""
    last = parts["day"]
    said = " ".join(filter(None, (f"{year}-{month:>02}-{day:>02}", clock, half)))
    whole = replace(last, said=said, trail=last.trail[:-1], depth=max(last.depth - 1, 0))
    return Joined(whole, [parts[name] for name in _DATE] + told)


def _moment(parts: Parts) -> Joined | None:
    """Join `date_submitted` and `time_submitted`."""
    for name, date in parts.items():
        time = parts.get(name.replace("date", "time")) if "date" in name else None
        if time is not None and _DAY.fullmatch(_text(date)) and _CLOCK.fullmatch(_text(time)):
            known = meaning(str(date.trail[-1]))
            if known is not None and known.target == "submitted_at":
                return Joined(replace(date, said=f"{_text(date)} {_text(time)}"), (time, date))
    return None


def _text(leaf: Leaf) -> str:
    return str(leaf.said).strip()
