"""What of an item no rule has taken: every leaf of it, in the payload's order."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from services.ingest.guard import Json
from services.ingest.mapping.finding import Container, Key, Scope
from services.ingest.mapping.key_values import Entries
from services.ingest.mapping.texts import Said, said_by

Trail = tuple[Key, ...]
Unlist = Callable[[Json], Entries | None]
"""Tells a list of questions and answers that nothing has declared; None for what is none."""

CACHED = 4_096
"""Names of fields: more than all forms of a company have."""
_PLAIN_NAME = re.compile(r"[^.\[\]'\"\s]+")


@dataclass(slots=True)
class Leaf:
    """A text, or a list of texts, that is left over.

    `label` is the question it answers, `kind` the sort of field, where told; `depth` is how far below that it lies.
    """

    trail: Trail
    container: Container
    said: Said
    label: str | None = None
    kind: str | None = None
    depth: int = 0

    @property
    def path(self) -> str:
        """Write where it stands, as a mapping would."""
        return path_text(self.trail)


def path_text(trail: Trail) -> str:
    """Write a place as a mapping does."""
    written = ""
    for step in trail:
        text = f"[{step}]" if isinstance(step, int) else _written(step)
        written += f".{text}" if written and not text.startswith("[") else text
    return written


@lru_cache(CACHED)
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


class _Collector:
    """One walk through an item; no deeper than the guard lets a body be."""

    def __init__(self, taken: dict[int, set[Key]], unlist: Unlist | None) -> None:
        self.found: list[Leaf] = []
        self._taken = taken
        self._unlist = unlist

    def collect(self, value: Json, trail: Trail) -> None:
        if isinstance(value, Entries):
            self._entries(value, trail)
            return
        entries = self._unlist(value) if self._unlist and self._is_whole(value) else None
        if entries is not None:
            self._entries(entries, trail)
        elif isinstance(value, (dict, list)):
            gone = self._taken.get(id(value), ())
            members = value.items() if isinstance(value, dict) else enumerate(value)
            for key, member in members:
                if key not in gone:
                    self._member(value, key, member, trail)

    def _member(self, container: Container, key: Key, member: Json, trail: Trail) -> None:
        if isinstance(member, dict) or (isinstance(member, list) and self._is_deep(member)):
            self.collect(member, (*trail, key))
        elif (said := said_by(member)) is not None:
            self.found.append(Leaf((*trail, key), container, said))

    def _entries(self, entries: Entries, trail: Trail) -> None:
        gone = self._taken.get(id(entries), ())
        for key, value in entries.items():
            if key in gone:
                continue
            before = len(self.found)
            self._member(entries, key, value, trail)
            label, kind = entries.labels.get(key), entries.types.get(key)
            for leaf in self.found[before:]:
                if leaf.label is None:
                    leaf.label, leaf.kind, leaf.depth = label or key, kind, len(leaf.trail) - len(trail) - 1

    def _is_whole(self, value: Json) -> bool:
        return not self._taken or self._taken.keys().isdisjoint(_identities(value))

    def _is_deep(self, values: list[Json]) -> bool:
        return id(values) in self._taken or any(isinstance(value, (dict, list)) for value in values)


def _identities(value: Json) -> list[int]:
    """List what a rule may have taken something from, so that a list half used is not read as another thing."""
    inside = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return [id(value), *(id(element) for element in inside if isinstance(element, (dict, list)))]
