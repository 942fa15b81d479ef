"""Say in plain words what pydantic found wrong, and never what the value was: it may be a secret."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from shared.runtime.yaml_text import Path, Value

Words = Callable[[Mapping[str, Any]], str]  # Any: pydantic's context has a type per kind of fault

_WORDS: Mapping[str, Words] = {
    "missing": lambda _: "is required",
    "bool_parsing": lambda _: "must be true or false",
    "bool_type": lambda _: "must be true or false",
    "dict_type": lambda _: "must be a mapping of keys and values",
    "float_parsing": lambda _: "must be a number",
    "float_type": lambda _: "must be a number",
    "int_parsing": lambda _: "must be a whole number",
    "int_type": lambda _: "must be a whole number",
    "list_type": lambda _: "must be a list, as [a, b]",
    "model_attributes_type": lambda _: "must be a mapping of keys and values",
    "model_type": lambda _: "must be a mapping of keys and values",
    "set_type": lambda _: "must be a list, as [a, b]",
    "string_type": lambda _: "must be text",
    "string_pattern_mismatch": lambda found: f"must look like {found['pattern']}",
    "string_too_short": lambda found: f"is too short: write at least {found['min_length']} characters",
    "too_short": lambda found: (
        "is empty: give it a value" if not found["actual_length"] else f"needs at least {found['min_length']}"
    ),
    "tuple_type": lambda _: "must be a list, as [a, b]",
    "date_from_datetime_parsing": lambda _: "must be a date, as 2026-12-31",
    "time_parsing": lambda _: "must be a time, as 17:00",
    "value_error": lambda found: str(found["error"]),
    "enum": lambda found: f"must be {found['expected']}",
    "literal_error": lambda found: f"must be {found['expected']}",
    "union_tag_not_found": lambda found: f"needs a key {found['discriminator']}",
    "union_tag_invalid": lambda found: (
        f"is not a {found['discriminator'].strip(chr(39))} here (or not built yet); there are {found['expected_tags']}"
    ),
}
_ALLOWED = re.compile(r"'([^']*)'")
_GIVEN_NAMES = frozenset({"enum", "literal_error", "union_tag_invalid"})
"""Kinds of fault where the value is a name out of a list, so that a near miss can be pointed at."""


def in_words(error: ErrorDetails, *, written: Value, known: Iterable[str]) -> str:
    """Say one fault.

    `written` is the value as the file has it, before secrets were filled in; `known` the keys that may stand
    beside a key that may not.
    """
    kind = error["type"]
    if kind == "extra_forbidden":
        return _not_a_key(str(error["loc"][-1]), list(known))
    if written is None and kind != "missing":
        return "is empty: give it a value, or remove the line"
    words = _WORDS.get(kind)
    said = words(error.get("ctx", {})) if words else _as_pydantic_says(error["msg"])
    if kind in _GIVEN_NAMES and isinstance(written, str):
        said += _did_you_mean(written, _ALLOWED.findall(said))
    return said


def _not_a_key(given: str, known: list[str]) -> str:
    return f"is not a key here (or not built yet); known keys are {', '.join(known)}{_did_you_mean(given, known)}"


def _did_you_mean(given: str, allowed: list[str]) -> str:
    near = get_close_matches(given, allowed, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _as_pydantic_says(message: str) -> str:
    told = message.replace("Input should be", "must be").replace("Input should", "must")
    return told.replace("datetime.timedelta(0)", "0s")


def known_keys(model: type[BaseModel], path: Path, beside: Value) -> list[str]:
    """List the keys that a mapping at `path` may have; `beside` is that mapping, which tells among several models."""
    possible = list(_models_at(model, path))
    meant = [one for one in possible if _is_of(one, beside)] or possible
    return list(dict.fromkeys(name for one in meant for name in _names(one)))


def _names(model: type[BaseModel]) -> Iterator[str]:
    return (info.alias or name for name, info in model.model_fields.items())


def _is_of(model: type[BaseModel], values: Value) -> bool:
    if not isinstance(values, dict):
        return True
    kinds = {
        name: get_args(info.annotation) for name, info in model.model_fields.items() if _is_literal(info.annotation)
    }
    return all(values[name] in allowed for name, allowed in kinds.items() if name in values)


def _is_literal(annotation: object) -> bool:
    return get_origin(annotation) is Literal


def _models_at(annotation: Any, path: Path) -> Iterator[type[BaseModel]]:  # Any: an annotation may be anything
    for one in _alternatives(annotation):
        is_model = isinstance(one, type) and issubclass(one, BaseModel)
        if not path:
            if is_model:
                yield one
        elif is_model:
            inner = {info.alias or name: info.annotation for name, info in one.model_fields.items()}.get(str(path[0]))
            yield from _models_at(inner, path[1:])
        elif get_args(one):
            yield from _models_at(get_args(one)[-1 if isinstance(path[0], str) else 0], path[1:])


def _alternatives(annotation: Any) -> Iterator[Any]:  # Any: as above
    if get_origin(annotation) is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in {Union, UnionType}:
        for one in get_args(annotation):
            yield from _alternatives(one)
    else:
        yield annotation
