"""What a `when` may speak of, so that a rule which asks for what never is there is refused, not silently dead."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from shared.domain.conditions import Condition
from shared.domain.operands import folded

Members = type[BaseModel] | Mapping[str, Any]
"""What lies below a name: a model's fields, a mapping's keys. Any: Members again, or None where it may be anything."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`members` are the roots with what lies below them; `choices` are all the values a field can have."""

    members: Members
    choices: Mapping[str, Collection[str]]

    def faults(self, condition: Condition) -> Iterator[str]:
        """Say what of a condition can never be, each with what there is instead."""
        for field in sorted(condition.fields):
            if fault := fault_of(field, self.members):
                yield fault
        for field, value in sorted(condition.equals):
            known = self.choices.get(field)
            if known is not None and folded(value) not in {folded(each) for each in known}:
                yield f"{field}: is never '{value}': write one of {', '.join(known)}"


def fault_of(field: str, members: Members) -> str | None:
    """Say which part of a dotted field nothing has; None where it may be there. Names may hold dots themselves."""
    names, place = field.split("."), ""
    below: Members | None = members
    while names and below is not None:
        known = below.model_fields if isinstance(below, type) else below
        length = next((each for each in range(len(names), 0, -1) if ".".join(names[:each]) in known), 0)
        if not length:
            there = ", ".join(known) or "none"
            return f"{field}: {place or 'a condition'} has no '{names[0]}' (or it is not built yet): there are {there}"
        name = ".".join(names[:length])
        below = model_of(below.model_fields[name].annotation) if isinstance(below, type) else below[name]
        names, place = names[length:], f"{place}.{name}" if place else name
    return None


def model_of(annotation: Any) -> type[BaseModel] | None:  # Any: an annotation may be anything
    """Return the model that a field of this type holds, one or a list of them; None where it holds none."""
    if get_origin(annotation) in {Union, UnionType, list}:
        return next((found for one in get_args(annotation) if (found := model_of(one))), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
