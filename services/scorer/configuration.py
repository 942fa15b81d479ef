"""The scorer's section of the configuration: `scoring`. Without it, or a part of it, the defaults below judge."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from services.scorer.enrichers import ENRICHERS
from shared.domain.business import Question
from shared.domain.conditions import compile_condition
from shared.domain.lead import Lead
from shared.domain.model import Section, Text
from shared.runtime.configuration_words import known_keys

When = dict[str, Any]
"""A condition as written. Any: operands stay as written until the value they are compared with types them."""

LEAD_ROOTS = frozenset(Lead.model_fields) | {"source", "source_kind", "is_test"}
FACT_GROUPS = frozenset(ENRICHERS) | {"product"}
SCORE_FIELDS = frozenset({"score.fit", "score.engagement"})
"""What a stage may ask of the score. Engagement is 0 until it is built."""


def _about_the_lead(when: When) -> When:
    return _asking_only(when, frozenset())


def _about_the_score(when: When) -> When:
    return _asking_only(when, SCORE_FIELDS)


def _asking_only(when: When, also: frozenset[str]) -> When:
    faults = [_fault_of(field) for field in sorted(compile_condition(when).fields - also)]
    if any(faults):
        raise ValueError("; ".join(filter(None, faults)))
    return when


def _fault_of(field: str) -> str | None:
    if field.partition(".")[0] == "score":
        return f"{field}: not known here; a stage may ask for {' and '.join(sorted(SCORE_FIELDS))}"
    return lead_field_fault(field)


def lead_field_fault(field: str) -> str | None:
    """Say why a condition can never know a field of the lead or the facts, or None where it may."""
    root, *rest = field.split(".")
    if root == "facts":
        is_known = bool(rest) and rest[0] in FACT_GROUPS
        return None if is_known else f"{field}: not a fact; there are facts.{', facts.'.join(sorted(FACT_GROUPS))}"
    if root not in LEAD_ROOTS:
        return f"{field}: no lead has it; fields begin with facts, or {', '.join(sorted(LEAD_ROOTS))}"
    *above, member = root, *rest
    members = known_keys(Lead, tuple(above), None)
    if above and members and member not in members:
        return f"{field}: no lead has it; there are {', '.join(members)}"
    return None


class FitRule(Section):
    """Points for who the lead is. `code` names the reason to programs; without it, it is made of the English text."""

    when: Annotated[When, AfterValidator(_about_the_lead)]
    points: float = Field(allow_inf_nan=False)
    reason: Text
    code: str | None = None


class Stage(Section):
    """One stage of the life cycle: reached where `when` holds. The lowest needs none."""

    label: Text | None = None
    when: Annotated[When, AfterValidator(_about_the_score)] | None = None


class HygieneRules(Section):
    """What is junk: held, whatever its score."""

    hold_when: Annotated[When, AfterValidator(_about_the_lead)]


def _one_way_up(stages: dict[str, Stage]) -> dict[str, Stage]:
    if not stages:
        raise ValueError("name at least one stage")
    for name in list(stages)[1:]:
        if not stages[name].when:
            raise ValueError(f"{name}: only the lowest stage may be without 'when': every lead would be in this one")
    return stages


DEFAULT_STAGES = {
    "suspect": Stage(label=Text(sv="Suspect", en="Suspect")),
    "prospect": Stage(label=Text(sv="Prospekt", en="Prospect"), when={"score.fit": {"at_least": 20}}),
    "marketing_qualified": Stage(label=Text(sv="MQL", en="MQL"), when={"score.fit": {"at_least": 50}}),
    "sales_qualified": Stage(label=Text(sv="SQL", en="SQL"), when={"score.fit": {"at_least": 75}}),
}
DEFAULT_FIT = [
    FitRule(
        when={"facts.phone.valid": True},
        points=25,
        reason=Text(sv="Giltigt telefonnummer", en="Valid phone number"),
    ),
    FitRule(
        when={"facts.email.kind": ["corporate", "role", "free"]},
        points=15,
        reason=Text(sv="Läsbar e-postadress", en="Readable e-mail address"),
    ),
    FitRule(
        when={"facts.product": {"exists": True}},
        points=20,
        reason=Text(sv="Har sagt vad det gäller", en="Has said what it is about"),
    ),
    FitRule(
        when={"facts.address.county": {"exists": True}},
        points=10,
        reason=Text(sv="Känd ort", en="Known place"),
    ),
    FitRule(
        when={"facts.company.domain": {"exists": True}},
        points=10,
        reason=Text(sv="Företag med egen domän", en="Company with a domain of its own"),
    ),
    FitRule(
        when={"message": {"exists": True}},
        points=10,
        reason=Text(sv="Har skrivit ett meddelande", en="Has written a message"),
    ),
    FitRule(
        when={"facts.email.kind": "disposable"},
        points=-50,
        reason=Text(sv="Engångsadress", en="Disposable address"),
    ),
]
DEFAULT_HYGIENE = HygieneRules(
    hold_when={"any": [{"facts.email.kind": "disposable"}, {"facts.bot": True}, {"facts.contactable": False}]}
)


class Scoring(Section):
    """The section `scoring`. Stages stand lowest first; their names are the company's own."""

    stages: Annotated[dict[str, Stage], AfterValidator(_one_way_up)] = DEFAULT_STAGES
    fit: list[FitRule] = DEFAULT_FIT
    hygiene: HygieneRules = DEFAULT_HYGIENE

    @property
    def fields(self) -> frozenset[str]:
        """Return every field that a condition of the section reads."""
        whens = [
            *(rule.when for rule in self.fit),
            *(stage.when for stage in self.stages.values() if stage.when),
            self.hygiene.hold_when,
        ]
        return frozenset[str]().union(*(compile_condition(when).fields for when in whens))


def unasked(fields: Iterable[str], questions: Mapping[str, Question]) -> list[str]:
    """List the answers among the fields that no question gives: a condition on them can never hold."""
    answers = sorted(field for field in fields if field.startswith("facts.answers."))
    return [
        field for field in answers if field.removeprefix("facts.answers.") not in {*questions, "status", "enricher"}
    ]
