"""The `when` of the configuration: conditions over what is known about a lead, in three-valued logic.

What is absent is unknown: a comparison with it neither holds nor fails, `not` keeps it unknown, and unknown never
fires a rule. `all` and `any` are Kleene's: one False settles an `all`, one True an `any`, whatever else is unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.domain import operands
from shared.domain.model import Frozen

Values = Mapping[str, object]
"""What is known, by root (`person`, `facts`, `score`, …): mappings or frozen models, nested as deep as needed."""
Truth = bool | None
Orders = Mapping[str, Sequence[str]]
"""For fields whose values are names with a rank: the names, lowest first."""

_COLLECTIONS = (list, tuple, set, frozenset)
_SIZED = (str, Mapping, *_COLLECTIONS)


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled `when`. `holds` takes the values and never raises: True, False, or None for unknown."""

    holds: Callable[[Values], Truth]
    behind: Callable[[Values], frozenset[str]]
    """The fields that made the condition what it is for these values; of an unknown one, those that must be known."""
    fields: frozenset[str]
    """Every field it may read, dotted."""
    equals: frozenset[tuple[str, str]] = frozenset()
    """Every field that it compares for being the same, with the value."""

    def because(self, values: Values) -> frozenset[str]:
        """Tell which fields made it hold; none where it does not."""
        return self.behind(values) if self.holds(values) else frozenset()


def compile_condition(when: Mapping[str, object], *, orders: Orders | None = None) -> Condition:
    """Compile a `when`; an empty one always holds.

    On the fields in `orders`, `at_least`, `at_most` and `between` follow the order of their names.

    Raises:
        ValueError: something in it cannot be read; the text begins with the key.
    """
    return _mapping(when, orders or {}, "")


def find(values: object, path: tuple[str, ...]) -> object:
    """Return what lies at a path, or None. A list on the way gives the list of what lies in its items.

    Keys may hold dots themselves: what is not found by one name is looked up by several joined, longest first.
    """
    found = values
    for name in path:
        if type(found) is not dict or (found := found.get(name)) is None:
            return _find_elsewhere(values, path)
    return found


def _find_elsewhere(values: object, path: tuple[str, ...]) -> object:
    found = values
    for depth, name in enumerate(path):
        members = _members(found)
        if members is None:
            return _find_in_items(found, path[depth:])
        found = members.get(name)
        if found is None:
            return _find_joined(members, path[depth:])
    return found


def _members(value: object) -> Mapping[str, object] | None:
    if isinstance(value, Frozen):
        return value.__dict__
    return value if isinstance(value, Mapping) else None


def _find_in_items(value: object, rest: tuple[str, ...]) -> object:
    if not isinstance(value, _COLLECTIONS):
        return None
    return [item for each in value if (item := find(each, rest)) is not None] or None


def _find_joined(members: Mapping[str, object], rest: tuple[str, ...]) -> object:
    for length in range(len(rest), 1, -1):
        found = members.get(".".join(rest[:length]))
        if found is not None:
            return find(found, rest[length:])
    return None


def _mapping(when: object, orders: Orders, key: str) -> Condition:
    if not isinstance(when, Mapping):
        raise ValueError(f"{key or 'when'}: write a mapping of fields")  # noqa: TRY004 - a fault of the configuration
    return _all([_entry(str(name), value, orders, key) for name, value in when.items()])


def _entry(name: str, value: object, orders: Orders, key: str) -> Condition:
    key = f"{key}.{name}" if key else name
    if name == "not":
        return _not(_mapping(value, orders, key))
    if name in {"all", "any"}:
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"{key}: write a list of conditions")
        parts = [_mapping(part, orders, f"{key}[{place}]") for place, part in enumerate(value)]
        return _all(parts) if name == "all" else _any(parts)
    if not all(name.split(".")):
        raise ValueError(f"{key}: not a field")
    return _field(name, value, orders.get(name), key)


def _field(field: str, value: object, order: Sequence[str] | None, key: str) -> Condition:
    tests = value if isinstance(value, Mapping) else {"": value}
    if not tests:
        raise ValueError(f"{key}: nothing to compare with")
    return _all([_comparison(field, str(name), operand, order, key) for name, operand in tests.items()])


def _comparison(field: str, name: str, operand: object, order: Sequence[str] | None, key: str) -> Condition:
    try:
        if name == "exists":
            return _exists(field, operands.flag(operand))
        several = operand if isinstance(operand, list | tuple) else [operand]
        if not several:
            raise ValueError("the list is empty")  # noqa: TRY301 - the key is added below, once
        if name == "contains":
            return _leaf(field, operands.contains(several), operands.one_of(several))
        test = _test(name, operand, several, order)
    except ValueError as error:
        raise ValueError(f"{key}.{name}: {error}" if name else f"{key}: {error}") from error
    same = frozenset((field, operands.operand_text(each)) for each in several) if not name else frozenset()
    return _leaf(field, test, test, same)


def _test(name: str, operand: object, several: Sequence[object], order: Sequence[str] | None) -> operands.Test:
    match name:
        case "":
            return operands.one_of(several)
        case "at_least":
            return operands.within(operand, None, order=order)
        case "at_most":
            return operands.within(None, operand, order=order)
        case "between" if len(several) == 2:  # noqa: PLR2004 - two bounds
            return operands.within(several[0], several[1], order=order)
        case "between":
            raise ValueError("write two bounds, [low, high]")
        case "starts_with":
            return operands.starts_with(several)
        case "matches":
            return operands.matches(several)
    raise ValueError("not a comparison: at_least, at_most, between, starts_with, contains, exists, matches")


def _leaf(
    field: str, test: operands.Test, item_test: operands.Test, equals: frozenset[tuple[str, str]] = frozenset()
) -> Condition:
    path = tuple(field.split("."))
    only = frozenset({field})

    def holds(values: Values) -> Truth:
        value = find(values, path)
        if value is None or (value.__class__ is str and not value):
            return None
        if isinstance(value, _COLLECTIONS):
            truths = {item_test(item) for item in value}
            return True if True in truths else None if None in truths else False
        return test(value)

    return Condition(holds, lambda _values: only, only, equals)


def _exists(field: str, wanted: bool) -> Condition:
    path = tuple(field.split("."))
    only = frozenset({field})

    def holds(values: Values) -> Truth:
        value = find(values, path)
        empty = value is None or (isinstance(value, _SIZED) and not value)
        return empty is not wanted

    return Condition(holds, lambda _values: only, only)


def _not(part: Condition) -> Condition:
    def holds(values: Values) -> Truth:
        truth = part.holds(values)
        return None if truth is None else not truth

    return Condition(holds, part.behind, part.fields, part.equals)


def _all(parts: Sequence[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else _combined(parts, settled_by=False)


def _any(parts: Sequence[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else _combined(parts, settled_by=True)


def _combined(parts: Sequence[Condition], *, settled_by: bool) -> Condition:
    checks = tuple(part.holds for part in parts)

    def holds(values: Values) -> Truth:
        truth: Truth = not settled_by
        for check in checks:
            found = check(values)
            if found is settled_by:
                return found
            if found is None:
                truth = None
        return truth

    def behind(values: Values) -> frozenset[str]:
        truth = holds(values)
        return frozenset[str]().union(*(part.behind(values) for part in parts if part.holds(values) is truth))

    fields = frozenset[str]().union(*(part.fields for part in parts))
    return Condition(holds, behind, fields, frozenset[tuple[str, str]]().union(*(part.equals for part in parts)))
