"""Conditions on a payload: the grammar of `when`, over paths into the payload instead of a lead's members."""

from collections.abc import Callable, Mapping, Sequence

from services.ingest.mapping.finding import Finder, Scope, compile_path
from services.ingest.mapping.texts import said_by
from shared.domain.conditions import compile_condition

Holds = Callable[[Scope], bool | None]
"""Whether it is so; None where what it asks for is not there."""


def compile_filter(when: Mapping[str, object]) -> Holds:
    """Compile a filter; an empty one always holds.

    A path that leads nowhere in the item is looked up from the top of the body, as an event's name stands there.

    Raises:
        ValueError: something in it cannot be read.
    """
    return _all([_entry(str(name), operand) for name, operand in when.items()])


def _entry(name: str, operand: object) -> Holds:
    if name == "not":
        part = _part(name, operand)
        return lambda scope: None if (truth := part(scope)) is None else not truth
    if name in {"all", "any"}:
        if not isinstance(operand, list | tuple) or not operand:
            raise ValueError(f"{name}: write a list of conditions")
        parts = [_part(name, each) for each in operand]
        return _all(parts) if name == "all" else _any(parts)
    return _comparison(name, operand)


def _part(name: str, when: object) -> Holds:
    if not isinstance(when, Mapping):
        raise ValueError(f"{name}: write a mapping of paths")  # noqa: TRY004 - a fault of the configuration
    return compile_filter(when)


def _comparison(path: str, operand: object) -> Holds:
    find = compile_path(path)
    try:
        condition = compile_condition({"value": operand})
    except ValueError as error:
        raise ValueError(f"{path}: {str(error).removeprefix('value').lstrip(':. ')}") from None
    holds = condition.holds

    def test(scope: Scope) -> bool | None:
        return holds({"value": _found(find, scope)})

    return test


def _found(find: Finder, scope: Scope) -> object:
    hits = find(scope)
    if not hits and scope.item is not scope.top:
        hits = find(Scope(scope.top, scope.top))
    if len(hits) == 1:
        value = hits[0][2]
        return value if isinstance(value, (bool, dict)) else said_by(value)
    texts = [value if isinstance(value, bool) else said_by(value) for _, _, value in hits]
    return [text for text in texts if text is not None] or None


def _all(parts: Sequence[Holds]) -> Holds:
    return parts[0] if len(parts) == 1 else _combined(parts, settled_by=False)


def _any(parts: Sequence[Holds]) -> Holds:
    return parts[0] if len(parts) == 1 else _combined(parts, settled_by=True)


def _combined(parts: Sequence[Holds], *, settled_by: bool) -> Holds:
    def holds(scope: Scope) -> bool | None:
        truth: bool | None = not settled_by
        for part in parts:
            found = part(scope)
            if found is settled_by:
                return found
            if found is None:
                truth = None
        return truth

    return holds
