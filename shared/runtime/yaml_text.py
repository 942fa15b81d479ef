"""YAML as people mean it in a configuration: every scalar is text until its key types it, and has a file and a line.

YAML 1.1, which PyYAML reads by itself, turns `NO` into false, `17:00` into 1020 and `01234` into 668. JSON is read the
same way, being YAML but for tabs and pairs of surrogates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import yaml
from yaml.nodes import Node, ScalarNode, SequenceNode

from shared.domain.errors import ConfigurationError, Fault

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
"""What a file says: text, nothing, lists and mappings of it."""
Path = tuple[str | int, ...]
"""Where in the configuration: keys, and places in lists."""

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
MOST_NODES: Final = 100_000
"""Aliases count each time they are used, so that a few lines cannot unfold into a full memory."""
MOST_LEVELS: Final = 60


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}  # nothing is a number, a date or a truth by how it looks


@dataclass(slots=True)
class _Reading:
    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    nodes: int = 0

    def fault(self, node: Node, path: Path, message: str) -> None:
        self.faults.append(Fault(self.file, _line(node), dotted(path), message))


def parse(text: str, file: str) -> tuple[dict[str, Value], Mapping[Path, int]]:
    """Return what a file says and the line of each key and list item; an empty file says nothing.

    Raises:
        ConfigurationError: with every fault in how it is written.
    """
    reading = _Reading(file)
    root = _composed(text, file)
    value = _value(root, (), reading) if root is not None else {}
    if not isinstance(value, dict) and not reading.faults:
        reading.faults.append(Fault(file, 1, dotted(()), "must be a mapping of sections, as `company:`"))
    if reading.faults or not isinstance(value, dict):
        raise ConfigurationError(reading.faults)
    return value, reading.lines


def dotted(path: Path) -> str:
    """Write a place as people do: `sources.google.keys.0`."""
    return ".".join(map(str, path)) or "(the whole file)"


def _composed(text: str, file: str) -> Node | None:
    try:
        return yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError([Fault(file, line, "(syntax)", f"cannot be read: {error.problem}")]) from None
    except yaml.YAMLError:
        raise ConfigurationError([Fault(file, 1, "(syntax)", "has characters that YAML does not allow")]) from None
    except RecursionError:
        raise ConfigurationError([Fault(file, 1, "(syntax)", f"is nested deeper than {MOST_LEVELS} levels")]) from None


def _value(node: Node, path: Path, reading: _Reading) -> Value:
    reading.nodes += 1
    if reading.nodes > MOST_NODES or len(path) > MOST_LEVELS:
        reading.fault(node, path[:3], "unfolds too far: an alias contains itself, or aliases contain each other")
        raise ConfigurationError(reading.faults)  # at once: more would follow for as long as one reads on
    if node.tag not in TAGS:
        reading.fault(node, path, f"has the tag {node.tag}: write the value without a tag")
        return None
    if isinstance(node, ScalarNode):
        return _text(node)
    if isinstance(node, SequenceNode):
        return [_item(item, (*path, place), reading) for place, item in enumerate(node.value)]
    return _mapping(node.value, path, reading)


def _text(node: ScalarNode) -> str | None:
    text = str(node.value)
    if node.style is None and text in NULLS:
        return None
    # JSON writes a character beyond the first 65,536 as a pair of surrogates, which PyYAML does not join.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _item(node: Node, path: Path, reading: _Reading) -> Value:
    reading.lines[path] = _line(node)
    return _value(node, path, reading)


def _mapping(pairs: Sequence[tuple[Node, Node]], path: Path, reading: _Reading) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key_node, value_node in pairs:
        if not isinstance(key_node, ScalarNode):
            reading.fault(key_node, path, "a key must be text")
            continue
        key = str(key_node.value)
        place = (*path, key)
        if key == "<<" and key_node.style is None:
            reading.fault(key_node, place, "merging is not part of YAML 1.2: write the keys out")
            continue
        if key in found:
            reading.fault(key_node, place, f"is there twice, first in line {reading.lines[place]}: keep one of them")
            continue
        reading.lines[place] = _line(key_node)
        found[key] = _value(value_node, place, reading)
    return found


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
