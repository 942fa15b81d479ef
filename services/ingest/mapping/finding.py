"""Looking up a path in a payload: what is there, and where it was found, so that the rest is known to be left over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from services.ingest.guard import Json
from services.ingest.mapping.path_syntax import Child, Index, Path, Step, Where, parse_path

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
    steps = path.steps
    if path.from_top:
        return lambda scope: tuple(_follow(([scope.top], 0, scope.top), steps))
    return lambda scope: tuple(_follow(([scope.item], 0, scope.item), steps))


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


def _follow(hit: Hit, steps: Sequence[Step]) -> Iterator[Hit]:
    if not steps:
        yield hit
        return
    for found in _one_step(hit[2], steps[0]):
        yield from _follow(found, steps[1:])


def _one_step(value: Json, step: Step) -> Iterator[Hit]:
    if isinstance(step, Child):
        if isinstance(value, dict) and step.name in value:
            yield value, step.name, value[step.name]
    elif isinstance(step, Index):
        if isinstance(value, list) and -len(value) <= step.place < len(value):
            yield value, step.place % len(value), value[step.place]
    elif isinstance(step, Where):
        for key, item in _items(value):
            if _is_there(item, step):
                yield value, key, item  # type: ignore[misc]  # only lists and objects have items
    else:
        for key, item in _items(value):
            yield value, key, item  # type: ignore[misc]  # as above


def _items(value: Json) -> Iterator[tuple[Key, Json]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _is_there(item: Json, step: Where) -> bool:
    texts = [found for _, _, found in _follow(([item], 0, item), step.path)]
    is_equal = step.text in [str(text).lower() if isinstance(text, bool) else text for text in texts]
    return is_equal is not step.is_unlike
