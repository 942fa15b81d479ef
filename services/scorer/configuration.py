"""The scorer's section of the configuration: `scoring`. Without it, or a part of it, the defaults below judge."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from services.scorer.fields import SCORE, fact_members, lead_members
from shared.domain.conditions import compile_condition
from shared.domain.model import Section, Text
from shared.domain.vocabulary import Members, fault_of

When = dict[str, Any]
"""A condition as written. Any: operands stay as written until the value they are compared with types them."""

ABOUT_THE_LEAD = {**lead_members(), "facts": fact_members()}
ABOUT_THE_SCORE = {**ABOUT_THE_LEAD, "score": dict.fromkeys(SCORE)}
"""What a stage may ask for."""


def _about_the_lead(when: When) -> When:
    return _asking_for(when, ABOUT_THE_LEAD)


def _about_the_score(when: When) -> When:
    return _asking_for(when, ABOUT_THE_SCORE)


def _asking_for(when: When, members: Members) -> When:
    fields = sorted(compile_condition(when).fields)
    if faults := [fault for field in fields if (fault := fault_of(field, members))]:
        raise ValueError("; ".join(faults))
    return when


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


def whens_of(scoring: Scoring) -> Iterator[tuple[tuple[str | int, ...], When]]:
    """Yield every condition of the section, with its place in it."""
    yield from ((("fit", number, "when"), rule.when) for number, rule in enumerate(scoring.fit))
    yield from ((("stages", name, "when"), stage.when) for name, stage in scoring.stages.items() if stage.when)
    yield ("hygiene", "hold_when"), scoring.hygiene.hold_when
