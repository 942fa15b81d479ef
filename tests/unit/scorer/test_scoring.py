"""Fit, stage, hygiene and what is missing: each from plain values."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scorer.configuration import FitRule, Stage
from services.scorer.hygiene import judge_hygiene
from services.scorer.scoring import compile_rules, judge_fit, missing_fields
from services.scorer.stages import compile_stages, stage_of
from shared.domain.conditions import compile_condition
from shared.domain.lead import Address, Person
from shared.domain.model import Text
from tests.builders import a_lead


def rule(when: dict[str, Any], points: float, code: str | None = None) -> FitRule:
    return FitRule(when=when, points=points, reason=Text(sv="Bor i villa", en="Lives in a house!"), code=code)


VILLA = {"facts": {"answers": {"housing": "villa"}}, "segment": "b2c"}


def test_a_rule_that_holds_gives_its_points_and_its_sentence() -> None:
    fit = judge_fit(compile_rules([rule({"facts.answers.housing": "villa"}, 25)]), VILLA)

    (reason,) = fit.reasons
    assert (reason.group, reason.code, reason.points) == ("fit", "lives_in_a_house", 25)
    assert (reason.text_sv, reason.text_en) == ("Bor i villa", "Lives in a house!")
    assert (fit.raw, fit.points) == (25, 25)


def test_a_rule_may_name_its_own_code() -> None:
    fit = judge_fit(compile_rules([rule({}, 1, code="house")]), VILLA)

    assert fit.reasons[0].code == "house"


def test_fit_is_clamped_but_the_raw_sum_is_not() -> None:
    low = judge_fit(compile_rules([rule({}, 20), rule({}, -70)]), VILLA)
    high = judge_fit(compile_rules([rule({}, 90), rule({}, 30)]), VILLA)

    assert (low.raw, low.points) == (-50, 0)
    assert (high.raw, high.points) == (120, 100)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(st.floats(-1e6, 1e6), max_size=20))
def test_reasons_sum_to_the_raw_points(points: list[float]) -> None:
    fit = judge_fit(compile_rules([rule({}, each) for each in points]), VILLA)

    assert sum(reason.points for reason in fit.reasons) == fit.raw


def test_a_rule_that_cannot_be_judged_is_told_with_what_it_needs() -> None:
    rules = [
        rule({"all": [{"segment": "b2c"}, {"facts.answers.roof_area": {"at_least": 40}}, {"product": "solar"}]}, 10),
        rule({"segment": "b2b"}, 5),
    ]

    fit = judge_fit(compile_rules(rules), VILLA)

    (would,) = fit.would_change
    assert (would.points, would.needs) == (10, ["facts.answers.roof_area", "product"])
    assert fit.reasons == []


def test_an_unknown_county_is_not_outside_the_area() -> None:
    outside = rule({"not": {"facts.address.county": ["Uppsala län"]}}, -20)

    fit = judge_fit(compile_rules([outside]), VILLA)

    assert fit.raw == 0
    assert fit.would_change[0].needs == ["facts.address.county"]


STAGES = {
    "raw": Stage(),
    "ripe": Stage(when={"any": [{"score.fit": {"at_least": 25}}, {"score.engagement": {"at_least": 10}}]}),
    "sold": Stage(when={"score.fit": {"at_least": 30}, "facts.answers.housing": "villa"}),
}


@pytest.mark.parametrize(
    ("fit", "housing", "stage"),
    [(0, "villa", "raw"), (25, "villa", "ripe"), (30, "villa", "sold"), (30, "brf", "ripe")],
)
def test_the_stage_is_the_highest_whose_condition_holds(fit: float, housing: str, stage: str) -> None:
    values = {"facts": {"answers": {"housing": housing}}, "score": {"fit": fit, "engagement": 0}}

    assert stage_of(compile_stages(STAGES), values) == stage


def test_unknown_does_not_lift_a_lead() -> None:
    assert stage_of(compile_stages(STAGES), {"score": {"fit": 100, "engagement": 0}}) == "ripe"


HOLD_WHEN = compile_condition(
    {
        "any": [
            {"facts.email.kind": "disposable"},
            {"facts.bot": "true"},
            {"facts.contactable": "false"},
            {"message": "x"},
        ]
    }
)


@pytest.mark.parametrize(
    ("facts", "code", "fields"),
    [
        ({"contactable": False, "bot": False}, "not_contactable", ["facts.contactable"]),
        (
            {"contactable": False, "email": {"kind": "disposable"}},
            "disposable",
            ["facts.contactable", "facts.email.kind"],
        ),
        ({"contactable": True, "bot": True}, "bot", ["facts.bot"]),
    ],
)
def test_junk_has_a_short_code_and_the_fields_behind_it(facts: dict[str, Any], code: str, fields: list[str]) -> None:
    hygiene = judge_hygiene(HOLD_WHEN, {"facts": facts})

    assert hygiene is not None
    assert (hygiene.code, hygiene.fields) == (code, fields)


def test_an_unwanted_kind_of_address_is_called_by_its_kind() -> None:
    hygiene = judge_hygiene(compile_condition({"facts.email.kind": "free"}), {"facts": {"email": {"kind": "free"}}})

    assert hygiene is not None
    assert hygiene.code == "free"


def test_other_junk_is_called_by_its_field() -> None:
    hygiene = judge_hygiene(HOLD_WHEN, {"facts": {"contactable": True}, "message": "x"})

    assert hygiene is not None
    assert hygiene.code == "message"


def test_a_clean_or_unknown_lead_is_not_junk() -> None:
    assert judge_hygiene(HOLD_WHEN, {"facts": {"contactable": True, "bot": False}}) is None


def test_what_a_seller_needs_and_the_lead_lacks_is_missing() -> None:
    lead = a_lead(person=Person(full_name="Lina Exempel", phone="12"), address=Address())
    facts: dict[str, Any] = {"phone": {"valid": False}, "email": {}, "answers": {"housing": "villa"}}

    missing = missing_fields(
        [["phone", "email"], "postal_code", "housing", "full_name", ["start", "budget"]], lead, facts
    )

    assert missing == ["phone|email", "postal_code", "start|budget"]
