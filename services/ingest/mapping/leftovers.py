"""What of an item no rule has taken: every leaf of it, in the payload's order."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from services.ingest.guard import Json
from services.ingest.mapping.finding import Container, Key, Scope
from services.ingest.mapping.key_values import Entries
from services.ingest.mapping.texts import Said, said_by

Trail = tuple[Key, ...]
Unlist = Callable[[Json], Entries | None]
"""Tells a list of questions and answers that nothing has declared; None for what is none."""

CACHED = 2_048
"""Names of fields: more than all forms of a company have."""
_PLAIN_NAME = re.compile(r"[^.\[\]'\"\s]+")
_CUSTOM = "__c"
"""How Salesforce, and what synchronises with it, ends the name of a field of a company's own."""


class Name(NamedTuple):
    """All that a text is called by. Payloads of one form have the same names, so what one tells is worked out once.

    `label` is the question it answers, `kind` the sort of field, where told; `depth` is how far below that it lies.
    """

    trail: Trail
    label: str | None
    kind: str | None
    depth: int

    @property
    def above(self) -> str | None:
        """The nearest name that it stands under."""
        return next((step for step in reversed(self.trail[:-1]) if isinstance(step, str)), None)


@dataclass(slots=True)
class Leaf:
    """A text, or a list of texts, that is left over, and where; `label`, `kind` and `depth` are its name's."""

    trail: Trail
    container: Container
    said: Said
    label: str | None = None
    kind: str | None = None
    depth: int = 0

    @property
    def name(self) -> Name:
        """Return what it is called by; `lead__email` as what it was before a sender laid it flat."""
        last = self.trail[-1]
        trail = _deeper(self.trail) if isinstance(last, str) and "__" in last else self.trail
        return Name(trail, self.label, self.kind, self.depth)

    @property
    def path(self) -> str:
        """Write where it stands, as a mapping would."""
        return path_text(self.trail)


@lru_cache(CACHED)
def _deeper(trail: Trail) -> Trail:
    """Take a name apart where two underscores stand for a level, as Zapier writes them."""
    steps = str(trail[-1]).removesuffix(_CUSTOM).split("__")
    names = [step for step in steps if not step.isdecimal()]
    return (*trail[:-1], *names) if names and all(steps) else trail


@lru_cache(CACHED)
def path_text(trail: Trail) -> str:
    """Write a place as a mapping does."""
    written = ""
    for step in trail:
        text = f"[{step}]" if isinstance(step, int) else _written(step)
        written += f".{text}" if written and not text.startswith("[") else text
    return written


def _written(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name) and name != "*":
        return name
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"


def leaves(scope: Scope, unlist: Unlist | None = None) -> list[Leaf]:
    """List what is left of an item. What says nothing is left out."""
    collector = _Collector(scope.taken, unlist)
    collector.collect(scope.item, ())
    return collector.found


class _Question(NamedTuple):
    """What is being answered where the walk is; `level` is how many steps below the item an answer itself lies."""

    label: str
    kind: str | None
    level: int


class _Collector:
    """One walk through an item; no deeper than the guard lets a body be."""

    def __init__(self, taken: dict[int, set[Key]], unlist: Unlist | None) -> None:
        self.found: list[Leaf] = []
        self._taken = taken
        self._unlist = unlist
        self._question: _Question | None = None

    def collect(self, value: Json, trail: Trail) -> None:
        if isinstance(value, Entries):
            self._entries(value, trail)
            return
        entries = self._unlist(value) if self._unlist else None
        if entries is not None and self._is_whole(value):
            self._entries(entries, trail)
        elif isinstance(value, (dict, list)):
            gone = self._taken.get(id(value), ())
            members = value.items() if isinstance(value, dict) else enumerate(value)
            for key, member in members:
                if key not in gone:
                    self._member(value, key, member, trail)

    def _member(self, container: Container, key: Key, member: Json, trail: Trail) -> None:
        if isinstance(member, (dict, list)) and (isinstance(member, dict) or self._is_deep(member)):
            self.collect(member, (*trail, key))
        elif (said := said_by(member)) is None:
            return
        elif self._question is None:
            self.found.append(Leaf((*trail, key), container, said))
        else:
            label, kind, level = self._question
            self.found.append(Leaf((*trail, key), container, said, label, kind, len(trail) + 1 - level))

    def _entries(self, entries: Entries, trail: Trail) -> None:
        gone = self._taken.get(id(entries), ())
        outer, level = self._question, len(trail) + 1
        for key, value in entries.items():
            if key not in gone:
                self._question = _Question(entries.labels.get(key) or key, entries.types.get(key), level)
                self._member(entries, key, value, trail)
        self._question = outer

    def _is_whole(self, value: Json) -> bool:
        return not self._taken or self._taken.keys().isdisjoint(_identities(value))

    def _is_deep(self, values: list[Json]) -> bool:
        return id(values) in self._taken or any(isinstance(value, (dict, list)) for value in values)


def _identities(value: Json) -> list[int]:
    """List what a rule may have taken something from, so that a list half used is not read as another thing."""
    inside = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return [id(value), *(id(element) for element in inside if isinstance(element, (dict, list)))]
