"""The section `scoring`: what it takes, and what it refuses by name."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.scorer.configuration import Scoring, unasked
from shared.domain.business import Question

REASON = {"sv": "Bor i villa", "en": "Lives in a house"}


def fit_rule(when: dict[str, Any]) -> dict[str, Any]:
    return {"fit": [{"when": when, "points": "25", "reason": REASON}]}


def test_operands_and_points_may_come_as_text() -> None:
    scoring = Scoring.model_validate(fit_rule({"facts.answers.roof_area": {"at_least": "40"}}))

    assert scoring.fit[0].points == 25


def test_what_is_left_out_has_defaults() -> None:
    scoring = Scoring.model_validate({})

    assert list(scoring.stages) == ["suspect", "prospect", "marketing_qualified", "sales_qualified"]
    assert scoring.fit
    assert scoring.hygiene.hold_when


@pytest.mark.parametrize("key", ["grades", "engagement", "qualification", "hysteresis", "temperature"])
def test_a_key_that_is_not_built_is_refused_by_name(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        Scoring.model_validate({key: {}})


def test_confirmation_by_a_person_is_not_built_either() -> None:
    with pytest.raises(ValidationError, match=r"stages\.sql\.confirm"):
        Scoring.model_validate({"stages": {"sql": {"confirm": "person"}}})


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        (fit_rule({"facts.adress.county": "x"}), "facts.adress.county: not a fact"),
        (fit_rule({"fcts.bot": "true"}), "fcts.bot: no lead has it"),
        (fit_rule({"score.fit": {"at_least": "1"}}), "score.fit: not known here"),
        (fit_rule({"facts.company.size": {"at_least": "big"}}), "facts.company.size.at_least: write a number"),
        ({"stages": {}}, "at least one stage"),
        ({"stages": {"a": {}, "b": {}}}, "b: only the lowest stage"),
        ({"stages": {"a": {"when": {"score.grade": "A1"}}}}, "score.grade: not known here"),
        ({"stages": {"a": {"when": {"score.qualification.met": {"at_least": "3"}}}}}, "score.qualification.met"),
        ({"hygiene": {"hold_when": {"score.fit": {"at_most": "1"}}}}, "score.fit: not known here"),
        ({"fit": [{"when": {}, "points": "nan", "reason": REASON}]}, "finite number"),
    ],
)
def test_a_fault_says_which_key_and_why(section: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Scoring.model_validate(section)
    assert fault in str(refusal.value)


def test_an_answer_that_no_question_gives_is_found() -> None:
    scoring = Scoring.model_validate(
        fit_rule({"any": [{"facts.answers.hosing": "villa"}, {"facts.answers.housing": "villa"}]})
    )

    assert unasked(scoring.fields, {"housing": Question(type="text")}) == ["facts.answers.hosing"]
