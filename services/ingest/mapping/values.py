"""The rules of `fields`, compiled: each finds what a payload says, and where it said it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.ingest.guard import Json
from services.ingest.mapping.finding import Hits, Scope, compile_path
from services.ingest.mapping.moments import reader
from services.ingest.mapping.rules import SPLIT, FieldRule, Rule
from services.ingest.mapping.shapes import labelled
from services.ingest.mapping.texts import Said, all_texts, is_empty, said_by
from services.ingest.mapping.transforms import Transform, in_turn, make_transform


class Found(NamedTuple):
    """What is said, and the members that said it."""

    said: Said
    hits: Hits


Picker = Callable[[Scope], Found | None]
Finish = Callable[[Said, Scope], Said | None]


def compile_rule(rule: FieldRule, target: str = "") -> Picker:
    """Compile one rule of a target.

    Raises:
        ValueError: something in it cannot be done.
    """
    if isinstance(rule, str):
        return _at_path(rule)
    if isinstance(rule, Rule):
        return _by_rule(rule, target)
    return _first_of([compile_rule(each, target) for each in rule])


def _at_path(text: str) -> Picker:
    find = compile_path(text)

    def pick(scope: Scope) -> Found | None:
        hits = find(scope)
        if not hits:
            return None
        if len(hits) == 1 and isinstance(text := hits[0][2], str):
            return None if is_empty(text) else Found(text, hits)
        said = said_by(_together(hits))
        return None if said is None else Found(said, [hit for hit in hits if _is_said(hit[2])])

    return pick


def _together(hits: Hits) -> Json:
    texts: list[Json] = []
    for _, _, value in hits:
        texts.extend(value if isinstance(value, list) else [value])
    return texts


def _is_said(value: Json) -> bool:
    """Tell a value that was said in full from one with objects in it, which must stay where they are."""
    if isinstance(value, list):
        return not any(isinstance(item, (dict, list)) for item in value)
    return not isinstance(value, dict)


def _first_of(pickers: Sequence[Picker]) -> Picker:
    def pick(scope: Scope) -> Found | None:
        for each in pickers:
            found = each(scope)
            if found is not None:
                return found
        return None

    return pick


def _by_rule(rule: Rule, target: str) -> Picker:
    pick, finish, default = _source(rule, target), _finish(rule, target), rule.default

    def pick_by_rule(scope: Scope) -> Found | None:
        found = pick(scope)
        said = None if found is None else finish(found.said, scope)
        if said is not None and found is not None:
            is_less = isinstance(said, str) and not isinstance(found.said, str)
            return Found(said, () if is_less else found.hits)  # what a transform leaves nothing of is kept elsewhere
        return None if default is None else Found(default, ())

    return pick_by_rule


def _source(rule: Rule, target: str) -> Picker:
    if rule.const is not None:
        always = Found(rule.const, ())
        return lambda _scope: always
    if rule.join is not None:
        return _joined([compile_rule(each, target) for each in rule.join], rule.separator)
    return compile_rule(rule.source or [], target)


def _joined(pickers: Sequence[Picker], separator: str) -> Picker:
    def pick(scope: Scope) -> Found | None:
        found = [one for each in pickers if (one := each(scope)) is not None]
        if not found:
            return None
        texts = [text.strip() for one in found for text in all_texts(one.said)]
        return Found(separator.join(texts), tuple(hit for one in found for hit in one.hits))

    return pick


def _finish(rule: Rule, target: str) -> Finish:
    transforms = [_transform(step, target) for step in rule.transform]
    if rule.values:
        transforms.insert(0, make_transform("lookup", rule.values))
    if rule.format or rule.zone:
        transforms.append(_as_time(rule))
    change = in_turn(tuple(transforms)) if transforms else None
    options = compile_path(rule.options) if rule.options else None

    def finish(said: Said, scope: Scope) -> Said | None:
        if options is not None:
            for _, _, listed in options(scope):
                said = said_by(labelled(said if isinstance(said, str) else list(said), _options(listed))) or said
        if change is None:
            return said
        if isinstance(said, str):
            return change(said)
        return said_by([change(text) for text in said])

    return finish


def _options(listed: Json) -> list[Json]:
    return listed if isinstance(listed, list) else [listed]


def _transform(step: object, target: str) -> Transform:
    name, argument = next(iter(step.items())) if isinstance(step, dict) else (str(step), None)
    return make_transform(SPLIT[target] if name == "split_name" else name, argument)


def _as_time(rule: Rule) -> Transform:
    read = reader(rule.format, rule.zone)

    def transform(text: str) -> str | None:
        moment: datetime | None = read(text)
        return text if moment is None else moment.isoformat()

    return transform
