"""What a mapping has lost of a document: every text must stand somewhere in what was made of it."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from services.ingest.guard import Json
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.mapping.leftovers import Leaf
from services.ingest.mapping.mapped import Item, Mapped
from services.ingest.mapping.moments import any_moment
from services.ingest.mapping.naming import is_secret
from services.ingest.mapping.path_syntax import Child, Step, parse_path
from services.ingest.mapping.rules import FieldRule, Rule
from services.ingest.mapping.shapes import WRAPPING
from services.ingest.mapping.targets import Takes, target_of
from services.ingest.mapping.texts import scalar_text, word_set
from services.ingest.mapping.words import consent_of, flag_of
from tests.fuzz.invariants import texts_of

_ABOUT = WRAPPING | word_set(
    "ids refs question question_text column_id column_name fieldName field_name FieldName field_label property variable"
)
"""What tells of a question or a choice, and never of an answer."""
_OF_A_QUESTION = word_set("name label title text")
"""What tells of a question where there is an answer beside it."""
_IDS = ("id", "value", "key", "uuid")
_LABELS = frozenset({"label", "text", "name", "title"})
_KEYS = _ABOUT | _OF_A_QUESTION
_ANSWERS = frozenset({"value", "values", "answer", "string_value", "response"})
_HALVES = ("split_name", "first_name", "last_name")
_CHANGING = frozenset({"lookup", "extract", "parameter", "boolean", "digits", "number", *_HALVES})
"""Transforms after which the text is another one; the rest leave its words."""
_TELLING = frozenset({Takes.MOMENT, Takes.FLAG, Takes.NUMBER})
_WORD = re.compile(r"[^\W_]+")
FEWEST_DIGITS = 6
"""Digits of a text that is known again however it is punctuated, as a telephone number is."""


class Losses:
    """Finds what one mapping loses; compiled once."""

    def __init__(self, configuration: MappingConfiguration) -> None:
        self._ignored = frozenset(_ignored(configuration))

    def of(self, value: Json, mapped: Mapped) -> list[str]:
        """List the lost texts. None where the submission is kept whole for people, or says that it is no lead."""
        if mapped.faults or not mapped.leads:
            return []
        kept = "\n".join(text for item in mapped.leads for text in _kept(item))
        kept += "\n".join(text for other in mapped.others for text in _kept(other.item))
        replaced = {*_ids(value), *_wordings(value, kept)}
        return [text for text in self._said(value) if text not in replaced and not _is_kept(text, kept)]

    def _said(self, value: Json) -> Iterator[str]:
        if isinstance(value, dict):
            are_answers = _are_answers([member for member in value.values() if member is not None])
            for name, member in value.items():
                is_about = name in _ABOUT or (name in _OF_A_QUESTION and _is_answered(value))
                if not is_about and name not in self._ignored and not _is_secret(name):
                    yield from self._said(_as_answered(member) if are_answers else member)
        elif isinstance(value, list):
            are_answers = any(map(_is_answered, value))
            for member in value:
                yield from self._said(_as_answered(member) if are_answers else member)
        elif (text := scalar_text(value)) is not None:
            yield text


def _is_answered(value: Json) -> bool:
    return isinstance(value, dict) and not _ANSWERS.isdisjoint(value)


def _are_answers(members: Sequence[Json]) -> bool:
    """Tell an object of questions and answers, whose keys are its own, by its having nothing else."""
    return any(map(_is_answered, members)) and all(isinstance(member, dict) for member in members)


def _as_answered(element: Json) -> Json:
    """Take an element among answers for one, though it has none. A secret one says nothing."""
    if not isinstance(element, dict):
        return element
    is_secret_one = any(isinstance(key, str) and _is_secret(key) for name, key in element.items() if name in _KEYS)
    return None if is_secret_one else {"value": None, **element}


def _ids(value: Json) -> Iterator[str]:
    """Yield the ids of what has a label, such as an option or a row, in whose place the label is kept."""
    if isinstance(value, dict):
        if not _LABELS.isdisjoint(value):
            yield from (text for name in _IDS if isinstance(text := value.get(name), str))
        for member in value.values():
            yield from _ids(member)
    elif isinstance(value, list):
        for member in value:
            yield from _ids(member)


def _wordings(value: Json, kept: str) -> Iterator[str]:
    """Yield the questions in whose place their ids are kept, as what stands beside an answer is named by them."""
    if isinstance(value, dict):
        if any(isinstance(text := value.get(name), str) and f"{text}." in kept for name in _IDS):
            yield from (text for name in _LABELS if isinstance(text := value.get(name), str))
        for member in value.values():
            yield from _wordings(member, kept)
    elif isinstance(value, list):
        for member in value:
            yield from _wordings(member, kept)


def _kept(item: Item) -> Iterator[str]:
    yield from texts_of(item.members)
    yield item.submission_id or ""


def _is_kept(text: str, kept: str) -> bool:
    """Find a text, or all words of it, or what it means: letters written as entities, a consent, a flag, a time."""
    if text.strip() in kept or any(all(map(kept.__contains__, _WORD.findall(said))) for said in (text, unescape(text))):
        return True
    digits = "".join(filter(str.isdigit, text)).lstrip("0")
    if len(digits) >= FEWEST_DIGITS and digits in kept:
        return True
    is_time = any_moment(text) or any_moment(f"2026-05-01 {text}")
    return consent_of(text) is not None or flag_of(text) is not None or is_time is not None


def _is_secret(name: str) -> bool:
    return is_secret(Leaf((name,), {}, ""))


def _ignored(configuration: MappingConfiguration) -> Iterator[str]:
    """Name the members that are kept nowhere, or as something else than their text."""
    labels = [path for listed in configuration.key_values if listed.labels for path in listed.labels.path]
    for path in (*(configuration.ignore or ()), *labels):
        yield from _last_name(parse_path(path).steps)
    for target, rule in configuration.fields.items():
        yield from _changed(rule, is_changed=target_of(target).takes in _TELLING)
    for consent in configuration.consents:
        for told in (consent.field, consent.at):
            yield from _changed(told, is_changed=True)
    for listed in configuration.key_values:
        for names in (listed.ignore, listed.key, listed.label, listed.type, (listed.value or [])[1:]):
            yield from (name.partition(".")[0] for name in names or ())


def _changed(rule: FieldRule | None, *, is_changed: bool) -> Iterator[str]:
    if isinstance(rule, str):
        yield from _last_name(parse_path(rule).steps) if is_changed else ()
    elif isinstance(rule, list):
        for each in rule:
            yield from _changed(each, is_changed=is_changed)
    elif isinstance(rule, Rule):
        names = {next(iter(step)) if isinstance(step, dict) else str(step) for step in rule.transform}
        changes = is_changed or bool(rule.values or rule.format or rule.zone or rule.options or names & _CHANGING)
        for part in (rule.source, *(rule.join or ())):
            yield from _changed(part, is_changed=changes)


def _last_name(steps: Sequence[Step]) -> Iterator[str]:
    yield from [step.name for step in steps if isinstance(step, Child)][-1:]
