"""Looking up a path in a payload: what is there, and where it was found, so that the rest is known to be left over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from services.ingest.guard import Json
from services.ingest.mapping.path_syntax import Child, Every, Index, Path, Step, Where, parse_path

Container: TypeAlias = dict[str, Json] | list[Json]
Key: TypeAlias = str | int
Hit: TypeAlias = tuple[Container, Key, Json]
"""Where a value was found, and the value."""
Hits = Sequence[Hit]


@dataclass(slots=True)
class Scope:
    """One item while it is mapped. `taken` are the keys that have found their place, by identity of their container."""

    item: Json
    top: Json
    taken: dict[int, set[Key]] = field(default_factory=dict)

    def take(self, hits: Hits) -> None:
        """Note that these values need not be kept elsewhere."""
        for container, key, _ in hits:
            keys = self.taken.get(id(container))
            if keys is None:
                self.taken[id(container)] = {key}
            else:
                keys.add(key)


Finder = Callable[[Scope], Hits]
Move = Callable[[Hits], list[Hit]]
"""Takes one step on from wherever one is."""


def compile_path(text: str) -> Finder:
    """Compile a path. What is not there gives no hits.

    A path of names only that leads nowhere is also tried as one name, dots and all: `utm.source`.

    Raises:
        ValueError: it cannot be read.
    """
    path = parse_path(text)
    names = path.names
    if names:
        return _by_names(names, path)
    moves, from_top = _moves(path.steps), path.from_top
    return lambda scope: _moved(scope.top if from_top else scope.item, moves)


def _by_names(names: tuple[str, ...], path: Path) -> Finder:
    from_top, above, last = path.from_top, names[:-1], names[-1]
    whole = path.text.removeprefix("$.") if above and "[" not in path.text else None

    def find(scope: Scope) -> Hits:
        start = scope.top if from_top else scope.item
        value = start
        for name in above:
            if not isinstance(value, dict):
                break
            value = value.get(name)
        if isinstance(value, dict) and last in value:
            return ((value, last, value[last]),)
        if whole is not None and isinstance(start, dict) and whole in start:
            return ((start, whole, start[whole]),)
        return ()

    return find


def _moves(steps: Sequence[Step]) -> Sequence[Move]:
    return [_MOVES[type(step)](step) for step in steps]


def _moved(start: Json, moves: Sequence[Move]) -> Hits:
    hits: list[Hit] = [([start], 0, start)]
    for move in moves:
        if not hits:
            break
        hits = move(hits)
    return hits


def _child(step: Child) -> Move:
    name = step.name
    return lambda hits: [
        (value, name, value[name]) for _, _, value in hits if isinstance(value, dict) and name in value
    ]


def _index(step: Index) -> Move:
    place = step.place
    return lambda hits: [
        (value, place % len(value), value[place])
        for _, _, value in hits
        if isinstance(value, list) and -len(value) <= place < len(value)
    ]


def _every(_: Every) -> Move:
    return lambda hits: [hit for _, _, value in hits for hit in _items(value)]


def _where(step: Where) -> Move:
    moves, text, is_unlike = _moves(step.path), step.text, step.is_unlike

    def is_there(item: Json) -> bool:
        texts = [str(said).lower() if isinstance(said, bool) else said for _, _, said in _moved(item, moves)]
        return (text in texts) is not is_unlike

    return lambda hits: [hit for _, _, value in hits for hit in _items(value) if is_there(hit[2])]


def _items(value: Json) -> Sequence[Hit]:
    if isinstance(value, dict):
        return [(value, key, item) for key, item in value.items()]
    return [(value, place, item) for place, item in enumerate(value)] if isinstance(value, list) else ()


_MOVES: Mapping[type[Step], Callable[[Any], Move]] = {Child: _child, Index: _index, Every: _every, Where: _where}
"""What takes a step from each of several places, in their order. Any: each takes its own kind of step."""
