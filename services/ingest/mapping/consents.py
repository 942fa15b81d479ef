"""The consents of a mapping: given or refused only where the person said so."""

from collections.abc import Callable, Sequence

from services.ingest.mapping.configuration import ConsentRule
from services.ingest.mapping.finding import Scope
from services.ingest.mapping.moments import any_moment
from services.ingest.mapping.rules import FieldRule
from services.ingest.mapping.targets import Members
from services.ingest.mapping.texts import Said, all_texts, first
from services.ingest.mapping.values import Picker, compile_rule
from services.ingest.mapping.words import consent_of
from shared.domain.model import Text

ReadConsent = Callable[[Scope], Members | None]
"""Returns a consent's members, or None where the item says neither yes nor no."""


def compile_consents(rules: Sequence[ConsentRule]) -> Sequence[ReadConsent]:
    """Compile the consents."""
    return [_consent(rule) for rule in rules]


def _consent(rule: ConsentRule) -> ReadConsent:
    pick = compile_rule(rule.field)
    yes, no = _words(rule.yes), _words(rule.no)
    text, at, evidence = _optional(rule.text_from), _optional(rule.at), _optional(rule.evidence)
    always: Members = {
        "purpose": rule.purpose,
        "channels": rule.channels,
        "basis": rule.basis,
        "version": rule.version,
        "text": f"{rule.text.sv} / {rule.text.en}" if isinstance(rule.text, Text) else rule.text,
    }

    def read(scope: Scope) -> Members | None:
        found = pick(scope)
        if found is None:
            return {**always, "granted": False} if rule.when_absent == "refused" else None
        granted = _granted(found.said, yes, no)
        if granted is None:
            return None
        scope.take(found.hits)
        told = {"text": _told(text, scope), "evidence": _told(evidence, scope), "at": _told(at, scope)}
        moment = any_moment(told["at"]) if told["at"] else None
        return {
            **always,
            "granted": granted,
            "at": moment,
            "text": told["text"] or always["text"],
            "evidence": told["evidence"],
        }

    return read


def _granted(said: Said, yes: frozenset[str], no: frozenset[str]) -> bool | None:
    words = {text.strip().casefold() for text in all_texts(said)}
    if words & no:
        return False
    if words & yes:
        return True
    answers = {consent_of(text) for text in all_texts(said)}
    return None if None in answers else False not in answers


def _words(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in words)


def _optional(rule: FieldRule | None) -> Picker | None:
    return None if rule is None else compile_rule(rule)


def _told(pick: Picker | None, scope: Scope) -> str | None:
    found = pick(scope) if pick else None
    if found is None:
        return None
    scope.take(found.hits)
    return first(found.said)
