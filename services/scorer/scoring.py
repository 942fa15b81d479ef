"""Fit: points for who the lead is, each with its sentence, and what could not be judged."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from services.scorer.configuration import FitRule
from shared.domain.conditions import Condition, Values, compile_condition
from shared.domain.lead import Lead
from shared.domain.score import Facts, Reason, WouldChange

LOWEST, HIGHEST = 0.0, 100.0

_NOT_IN_CODE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One compiled rule, with the reason it gives, and what it tells by the fields that must become known."""

    condition: Condition
    reason: Reason
    would_change: Callable[[frozenset[str]], WouldChange]


@dataclass(frozen=True, slots=True)
class Fit:
    """What the rules gave: `raw` is the sum of the reasons' points, `points` the same within 0-100."""

    raw: float
    points: float
    reasons: list[Reason]
    would_change: list[WouldChange]


def compile_rules(rules: Iterable[FitRule]) -> Sequence[Rule]:
    """Compile the rules, in their order, which is that of the reasons."""
    return tuple(_compiled(rule) for rule in rules)


def _compiled(rule: FitRule) -> Rule:
    reason = _reason(rule)
    return Rule(compile_condition(rule.when), reason, lru_cache(partial(_would_change, reason)))


def _reason(rule: FitRule) -> Reason:
    text = rule.reason
    code = rule.code or _NOT_IN_CODE.sub("_", text.en.lower()).strip("_")
    return Reason(group="fit", code=code, text_sv=text.sv, text_en=text.en, points=rule.points)


def judge_fit(rules: Sequence[Rule], values: Values) -> Fit:
    """Judge who the lead is. A rule that is unknown gives nothing, and is told with what it needs."""
    reasons: list[Reason] = []
    would_change: list[WouldChange] = []
    for rule in rules:
        truth = rule.condition.holds(values)
        if truth:
            reasons.append(rule.reason)
        elif truth is None:
            would_change.append(rule.would_change(rule.condition.behind(values)))
    raw = sum((reason.points for reason in reasons), 0.0)
    return Fit(raw, min(max(raw, LOWEST), HIGHEST), reasons, would_change)


def _would_change(reason: Reason, needs: frozenset[str]) -> WouldChange:
    return WouldChange(
        code=reason.code,
        text_sv=reason.text_sv,
        text_en=reason.text_en,
        points=reason.points,
        needs=sorted(needs),
    )


def missing_fields(requires: Iterable[str | list[str]], lead: Lead, facts: Facts) -> list[str]:
    """List what a seller of this product needs and the lead lacks; alternatives joined, `phone|email`."""
    needs = [[each] if isinstance(each, str) else each for each in requires]
    return ["|".join(names) for names in needs if not any(_is_known(name, lead, facts) for name in names)]


def _is_known(name: str, lead: Lead, facts: Facts) -> bool:
    if name == "phone":
        return bool(facts["phone"].get("valid"))
    if name == "email":
        return "canonical" in facts["email"]
    if name in facts["answers"]:
        return True
    parts: tuple[Mapping[str, object], ...] = (
        lead.person.__dict__,
        lead.address.__dict__,
        lead.company.__dict__,
        lead.__dict__,
    )
    return any(part.get(name) for part in parts)
