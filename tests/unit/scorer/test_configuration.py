"""The section `scoring`: what it takes, and what it refuses by name."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.scorer.configuration import Scoring, whens_of

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
        (fit_rule({"facts.adress.county": "x"}), "facts.adress.county: facts has no 'adress'"),
        (fit_rule({"facts.phone.vald": "true"}), "facts.phone has no 'vald'"),
        (fit_rule({"person.emial": {"exists": "true"}}), "person has no 'emial'"),
        (fit_rule({"fcts.bot": "true"}), "fcts.bot: a condition has no 'fcts'"),
        (fit_rule({"score.fit": {"at_least": "1"}}), "a condition has no 'score'"),
        (fit_rule({"facts.company.size": {"at_least": "big"}}), "facts.company.size.at_least: write a number"),
        ({"stages": {}}, "at least one stage"),
        ({"stages": {"a": {}, "b": {}}}, "b: only the lowest stage"),
        (
            {"stages": {"a": {"when": {"score.grade": "A1"}}}},
            "score.grade: score has no 'grade' (or it is not built yet): there are fit, engagement",
        ),
        ({"stages": {"a": {"when": {"score.qualification.met": {"at_least": "3"}}}}}, "score.qualification.met"),
        ({"hygiene": {"hold_when": {"score.fit": {"at_most": "1"}}}}, "a condition has no 'score'"),
        ({"fit": [{"when": {}, "points": "nan", "reason": REASON}]}, "finite number"),
    ],
)
def test_a_fault_says_which_key_and_why(section: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Scoring.model_validate(section)
    assert fault in str(refusal.value)


def test_every_condition_has_its_place() -> None:
    section = {
        **fit_rule({"segment": "b2b"}),
        "stages": {"low": {}, "high": {"when": {"score.fit": {"at_least": "5"}}}},
        "hygiene": {"hold_when": {"facts.bot": "true"}},
    }

    assert list(whens_of(Scoring.model_validate(section))) == [
        (("fit", 0, "when"), {"segment": "b2b"}),
        (("stages", "high", "when"), {"score.fit": {"at_least": "5"}}),
        (("hygiene", "hold_when"), {"facts.bot": "true"}),
    ]
