"""Lists of questions and answers made into objects, so that a path finds an answer by its key."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.ingest.guard import Json
from services.ingest.mapping.configuration import MEMBERS, KeyValues, Labels
from services.ingest.mapping.finding import Scope, compile_path
from services.ingest.mapping.path_syntax import Child, Index, Step, parse_path
from services.ingest.mapping.shapes import (
    MEMBER,
    MEMBER_ANSWERED,
    PLAIN,
    SHAPES,
    Shape,
    members_read,
    read_first,
    read_value,
    read_value_at,
    shape_of,
)

Wordings = Mapping[str, str]


class Entries(dict[str, Json]):
    """Answers by key. `labels` are the questions in the sender's own words, `types` what kind of field each was."""

    __slots__ = ("labels", "types")

    def __init__(self) -> None:
        super().__init__()
        self.labels: dict[str, str] = {}
        self.types: dict[str, str] = {}

    def add(self, key: str, value: Json, *, label: Json, kind: Json) -> None:
        """Add an answer; a key that comes again has all its answers."""
        if key not in self:
            self[key] = value
        elif value is not None:
            before = self[key]
            self[key] = [
                *(before if isinstance(before, list) else [before]),
                *(value if isinstance(value, list) else [value]),
            ]
        if isinstance(label, str):
            self.labels.setdefault(key, label)
        if isinstance(kind, str):
            self.types.setdefault(key, kind)


_ANSWERED = frozenset({"value", "answer"})


def entries_of(value: Json, shape: Shape | None, wordings: Wordings | None = None) -> Entries | None:
    """Read a list, or an object of objects, as answers by key; None where it is neither.

    Without a shape the elements tell theirs.
    """
    if isinstance(value, dict):
        said = [(key, element) for key, element in value.items() if element is not None]
        members = [(key, element) for key, element in said if isinstance(element, dict)]
        if not members or len(members) < len(said):
            return None
        usual = MEMBER if any("value" in element for _, element in members) else MEMBER_ANSWERED
        return _read(members, shape or usual, wordings)
    if not isinstance(value, list):
        return None
    elements = [("", element) for element in value if isinstance(element, dict)]
    known = shape or shape_of(value)
    if known is None or len(elements) < len(value):
        return None
    return _read(elements, known, wordings)


def _read(elements: Sequence[tuple[str, dict[str, Json]]], shape: Shape, wordings: Wordings | None) -> Entries:
    entries = Entries()
    for place, (own, element) in enumerate(elements):
        if own and "label" in element and _ANSWERED.isdisjoint(element):  # a question alone, or no question after all
            entries.add(own, element, label=None, kind=None)
            continue
        given = own or shape.key(element)
        key = given if isinstance(given, str) and given else str(place)
        label = shape.label(element) if shape.label else None
        if label is None and wordings:
            label = wordings.get(key)
        kind = shape.type(element)
        entries.add(key, read_value(element, shape), label=label, kind=kind)
        answered = None if shape.value else str(element.get("type"))
        for name, value in element.items():
            if name not in shape.reads and name != answered:  # what is said beside the answer is kept as well
                entries.add(f"{key}.{name}", value, label=None, kind=None)
    return entries


@dataclass(frozen=True, slots=True)
class Unpacking:
    """One configured list. `from_top`: its path begins at the top of the body."""

    from_top: bool
    unpack: Callable[[Json, Scope], Json]


def compile_unpacking(configured: KeyValues) -> Sequence[Unpacking]:
    """Compile a configured list: what replaces it, wherever it is in a value, by its entries."""
    read = _reader(configured)
    return [_unpacking(text, read) for text in configured.path]


def _unpacking(text: str, read: Callable[[Json, Scope], Entries | None]) -> Unpacking:
    path = parse_path(text)

    def unpack(value: Json, scope: Scope) -> Json:
        return _replaced(value, path.steps, lambda found: read(found, scope))

    return Unpacking(path.from_top, unpack)


def _reader(configured: KeyValues) -> Callable[[Json, Scope], Entries | None]:
    if configured.shape == MEMBERS:
        return lambda found, _scope: _members(found)
    shape = _shape(configured)
    wordings = _wordings(configured.labels) if configured.labels else None
    has_boxes = configured.boxes == "once"

    def read(found: Json, scope: Scope) -> Entries | None:
        entries = entries_of(found, shape, wordings(scope) if wordings else None)
        return _without_boxes(entries) if has_boxes and entries is not None else entries

    return read


def _members(value: Json) -> Entries | None:
    if not isinstance(value, dict):
        return None
    entries = Entries()
    for name, member in value.items():
        entries.add(name, member, label=None, kind=None)
    return entries


def _without_boxes(entries: Entries) -> Entries:
    boxes = [key for key, value in entries.items() if isinstance(value, bool) and key.rpartition("_")[0] in entries]
    for key in boxes:
        del entries[key]
    return entries


def _replaced(value: Json, steps: Sequence[Step], change: Callable[[Json], Entries | None]) -> Json:
    if not steps:
        changed = change(value)
        return value if changed is None else changed
    step = steps[0]
    if isinstance(step, Child):
        if not isinstance(value, dict) or step.name not in value:
            return value
        inside = _replaced(value[step.name], steps[1:], change)
        return value if inside is value[step.name] else {**value, step.name: inside}
    if not isinstance(value, list):
        return value
    chosen = range(len(value))[step.place :][:1] if isinstance(step, Index) else range(len(value))
    return [_replaced(item, steps[1:], change) if place in chosen else item for place, item in enumerate(value)]


def _shape(configured: KeyValues) -> Shape | None:
    known = SHAPES.get(configured.shape)
    if not any((*_named(configured), configured.options)):
        return known
    usual = known or PLAIN
    return Shape(
        key=read_first(configured.key) if configured.key else usual.key,
        label=read_first(configured.label) if configured.label else usual.label,
        type=read_first(configured.type) if configured.type else usual.type,
        value=read_value_at(configured.value) if configured.value else usual.value,
        options=configured.options or usual.options,
        reads=usual.reads | members_read(*_named(configured)),
    )


def _named(configured: KeyValues) -> Iterator[str]:
    for names in (configured.key, configured.label, configured.type, configured.value, configured.ignore):
        yield from names or ()


def _wordings(configured: Labels) -> Callable[[Scope], Wordings]:
    finders = [compile_path(text) for text in configured.path]
    read_label, by = read_first(configured.label), tuple(configured.by)

    def read(scope: Scope) -> Wordings:
        found: dict[str, str] = {}
        for find in finders:
            for _, _, listed in find(scope):
                for element in listed if isinstance(listed, list) else [listed]:
                    if isinstance(element, dict) and isinstance(wording := read_label(element), str):
                        for name in by:
                            if isinstance(key := element.get(name), str):
                                found[key] = wording
        return found

    return read
