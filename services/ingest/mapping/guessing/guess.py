"""The guess itself: the best candidate for each field that is still open, and where it was found."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from services.ingest.guard import Json
from services.ingest.mapping.filling import taken_by
from services.ingest.mapping.guessing.affixes import without_affixes
from services.ingest.mapping.guessing.candidates import candidate, is_anothers, owner_of
from services.ingest.mapping.guessing.consents import guess_consents
from services.ingest.mapping.guessing.likeness import address_in, is_email
from services.ingest.mapping.guessing.names import FIRST_VISIT, MEANINGS, SECOND_RANK, meaning
from services.ingest.mapping.guessing.parts import with_parts_joined
from services.ingest.mapping.guessing.strangers import (
    Places,
    above,
    others_of,
    without_others_objects,
    without_strangers,
)
from services.ingest.mapping.guessing.surroundings import Whose, is_of_others, whose_by_name
from services.ingest.mapping.guessing.visit import guess_visit
from services.ingest.mapping.guessing.wording import CACHED, words_of
from services.ingest.mapping.key_values import Entries, entries_of
from services.ingest.mapping.leftovers import Leaf, Trail
from services.ingest.mapping.shapes import shape_of
from services.ingest.mapping.targets import Members, Target, target_of
from services.ingest.mapping.texts import first

MOST_GUESSED = 300
"""Texts of one item that are looked at: more than any form has. Names never seen before cost 20 us each."""
_CONTACT = frozenset({"person.email", "person.phone", "person.first_name"})
_FRACTION = re.compile(r"(?<=\d{7})\.0$")
"""What sheets make of a number that is no text."""
_CONTACT_POINTS = frozenset({"person.email", "person.phone"})
_APART = frozenset({Whose.OTHERS, Whose.QUERYS, Whose.THINGS, Whose.USERS, Whose.GUESTS, Whose.COMPANYS})
"""Whose address is the lead's by its name, if at all."""
_TOUCH = "attribution.last_touch."
_ANSWERED = frozenset({"value", "answer"})
"""Members of an answer. Where each has its question, one that was not given may have nothing else, as Cal.com's."""
_SCHEME = re.compile("^(?:tel|p|mailto):", re.IGNORECASE)
"""What stands before a number or an address in a link, and before a number in what Meta's tools export."""


def guess(left: list[Leaf], members: Members, received_at: datetime) -> tuple[dict[str, str], list[Leaf]]:
    """Fill what is open in a lead's members; return where each field was found, and what is left over then."""
    guessed: dict[str, str] = {}
    used: set[int] = set()
    left, beyond = left[:MOST_GUESSED], left[MOST_GUESSED:]
    left = with_parts_joined(left)
    others = others_of(left)
    found = [
        (place, likely)
        for place, leaf in enumerate(left)
        if (likely := candidate(leaf)) and (not others or others.isdisjoint(above(leaf)))
    ]
    if all(likely.target != "person.email" for _, likely in found):
        found += [
            (place, likely._replace(rank=likely.rank + SECOND_RANK))
            for place, called in without_affixes(left)
            if (likely := candidate(left[place], called)) and others.isdisjoint(above(left[place]))
        ]
    theirs = without_others_objects(left, without_strangers(found))
    for _, place, target in sorted((likely.rank, place, likely.target) for place, likely in theirs):
        leaf = left[place]
        if _fill(_touch(target, leaf.trail), leaf, members, received_at, guessed) and _is_all(target, leaf):
            used.add(place)
    _fill_by_form(left, members, guessed, used, others)
    _mend_names(members, guessed)
    guess_visit(left, members, guessed)
    rest = [leaf for place, leaf in enumerate(left) if place not in used]
    return guessed, [*guess_consents(rest, members, guessed), *beyond]


def unlisted(value: Json) -> Entries | None:
    """Read a list that looks like questions and answers as such; a list of people is none."""
    if isinstance(value, dict):
        elements = [element for element in value.values() if isinstance(element, dict)]
        if not elements or len(elements) < len(value):
            return None
        is_answered = [not _ANSWERED.isdisjoint(element) for element in elements]
        are_asked = any(is_answered) and all("label" in element for element in elements)
        return entries_of(value, None) if all(is_answered) or are_asked else None
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return None
    is_typed = isinstance(value[0].get("field"), dict) and "type" in value[0]  # each answer under its type's name
    if not is_typed and any((known := meaning(name)) and known.target in _CONTACT for name in value[0]):
        return None
    return entries_of(value, None) if shape_of(value) else None


@lru_cache(len(MEANINGS))
def _target(name: str) -> Target:
    return target_of(name)


@lru_cache(CACHED)
def _touch(target: str, trail: Trail) -> str:
    """Tell the first visit from the last."""
    if not target.startswith(_TOUCH):
        return target
    words = {word for name in trail if isinstance(name, str) for word in words_of(name)}
    return target.replace("last", "first") if words & FIRST_VISIT else target


def _fill(name: str, leaf: Leaf, members: Members, received_at: datetime, guessed: dict[str, str]) -> bool:
    target = _target(name)
    if not target.is_open(members):
        return False
    text = first(leaf.said).strip()
    if name in _CONTACT_POINTS:
        text = _FRACTION.sub("", _SCHEME.sub("", text))
    if name == "person.email":
        text = address_in(text) or text
    value = taken_by(target, text, received_at)
    if value is None:
        return False
    target.put(members, value)
    guessed[name] = leaf.path
    return True


def _is_all(target: str, leaf: Leaf) -> bool:
    """Tell a text that a field took whole from one whose other texts, or addresses, are answers."""
    return isinstance(leaf.said, str) and (target != "person.email" or leaf.said.count("@") == 1)


def _fill_by_form(
    left: Sequence[Leaf], members: Members, guessed: dict[str, str], used: set[int], others: Places
) -> None:
    """Take the only address there is for the lead's, where no name told of one."""
    if "email" in members["person"]:
        return
    found = {
        first(leaf.said).strip().lower(): place
        for place, leaf in enumerate(left)
        if isinstance(leaf.said, str) and is_email(leaf.said) and others.isdisjoint(above(leaf)) and not _is_apart(leaf)
    }
    if len(found) == 1:
        (place,) = found.values()
        members["person"]["email"] = address_in(first(left[place].said))
        guessed["person.email"] = left[place].path
        if _is_all("person.email", left[place]):
            used.add(place)


def _is_apart(leaf: Leaf) -> bool:
    names = [name for name in (leaf.label, *leaf.trail) if isinstance(name, str)]
    return (
        owner_of(leaf.name) in _APART
        or is_anothers(leaf.name)
        or any(is_of_others(name) or whose_by_name(name) in _APART for name in names)
    )


def _mend_names(members: Members, guessed: dict[str, str]) -> None:
    """Take `name` beside the one half of a name, and without it in it, for the other half.

    German and French forms ask `Vorname` and `Name`, Spanish ones and Typeform's `Nombre` and `Apellido`.
    """
    person = members["person"]
    halves = [half for half in ("first_name", "last_name") if half in person]
    full = person.get("full_name")
    if not full or len(halves) != 1 or "person.full_name" not in guessed:
        return
    if person[halves[0]].casefold() not in full.casefold():
        other = "last_name" if halves == ["first_name"] else "first_name"
        person[other] = person.pop("full_name")
        guessed[f"person.{other}"] = guessed.pop("person.full_name")
