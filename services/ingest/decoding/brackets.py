"""Fields made into one value: `a[b][]` nests as PHP reads it, and a repeated field is a list."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from services.ingest.guard import MAX_DEPTH, MAX_VALUES, Json

# A label such as "Age [years]" is one name: what nests has no space before its bracket.
_BRACKETED = re.compile(r"([^\[\]]*[^\[\]\s])((?:\[[^\[\]]*\])+)")


class BeyondLimits(ValueError):
    """Carry the guard's code of what the names of fields nest too much of."""


class _Group(dict[str, "_Node"]):
    """What brackets made, until it is known whether it is a list."""

    __slots__ = ("following",)

    def __init__(self) -> None:
        super().__init__()
        self.following = 0

    def next_key(self) -> str:
        while (key := str(self.following)) in self:
            self.following += 1
        return key


_Node: TypeAlias = "Json | _Group"


def flat(fields: Collection[tuple[str, Json]]) -> dict[str, Json]:
    """Return the fields by name, a repeated one as a list."""
    found: dict[str, Json] = {}
    for name, value in fields:
        _repeat(found, name, value)
    return found


def nested(fields: Collection[tuple[str, Json]]) -> dict[str, Json]:
    """Return the fields by name, those with brackets in their names nested.

    A name that contradicts an earlier one, as `a[b]` after `a`, stays as it is written, so that nothing is lost.

    Raises:
        BeyondLimits: the names make more levels, or more values, than the guard allows.
    """
    opened = sum(name.count("[") for name, _ in fields)
    if not opened:
        return flat(fields)
    if opened > MAX_VALUES:
        raise BeyondLimits("too_many_values")
    root = _Group()
    for name, value in fields:
        keys = _keys(name)
        if len(keys) > MAX_DEPTH:
            raise BeyondLimits("too_deep")
        if len(keys) == 1 or not _placed(root, keys, value):
            _repeat(root, name, value)
    return {name: _settled(node) for name, node in root.items()}


def places_of(name: str) -> Sequence[tuple[str | int, ...]]:
    """Return where the value of a field of that name may be: nested as its brackets say, else under the name itself.

    The brackets at its end, as in `a[]`, say that it is a list, which stands without them.
    """
    keys = _keys(name)
    while not keys[-1]:
        keys.pop()
    if "" in keys:  # one of many in a list, and nobody can say which
        return [(name,)]
    in_lists = (keys[0], *(int(key) if key.isdecimal() else key for key in keys[1:]))
    return list(dict.fromkeys([in_lists, tuple(keys), (name,)]))


def _keys(name: str) -> list[str]:
    bracketed = _BRACKETED.fullmatch(name)
    return [bracketed[1], *bracketed[2][1:-1].split("][")] if bracketed else [name]


def _placed(root: _Group, keys: list[str], value: Json) -> bool:
    node = root
    for key in keys[:-1]:
        name = key or node.next_key()
        child = node.setdefault(name, _Group())
        if not isinstance(child, _Group):
            return False
        node = child
    last = keys[-1] or node.next_key()
    if isinstance(node.get(last), _Group):
        return False
    _repeat(node, last, value)
    return True


def _repeat(found: "dict[str, _Node] | dict[str, Json]", name: str, value: Json) -> None:
    before = found.get(name)
    if before is None:
        found[name] = value
    elif isinstance(before, list):
        before.append(value)
    elif isinstance(before, str):
        found[name] = [before, value]
    else:
        _repeat(found, f"{name}[]", value)


def _settled(node: "_Node") -> Json:
    if not isinstance(node, _Group):
        return node
    if _is_list(node):
        return [_settled(child) for child in node.values()]
    return {key: _settled(child) for key, child in node.items()}


def _is_list(group: Mapping[str, "_Node"]) -> bool:
    return all(key == str(place) for place, key in enumerate(group))
