"""A lead's segment follows its answers to the company's own questions, however its form words them."""

import pytest

from services.ingest.forms.segments import Segments
from shared.domain.business import Question
from shared.domain.lead import Answer

HOUSING = Question(
    type="choice", options={"villa": ["Villa", "Hus"], "company": ["Företag", "business"]}, aliases=["boendeform"]
)


def segments(questions: dict[str, Question] | None = None) -> Segments:
    return Segments({"b2b": {"housing": ["company"]}}, "b2c", {"housing": HOUSING} if questions is None else questions)


@pytest.mark.parametrize(
    "answers",
    [
        {"housing": "company"},
        {"Boendeform?": "FÖRETAG"},
        {"boendeform": ["Villa", "Business"]},
        {"Housing": "Företag."},
    ],
)
def test_a_company_is_told_by_any_wording_of_its_answer(answers: dict[str, Answer]) -> None:
    assert segments().of(answers) == "b2b"


@pytest.mark.parametrize("answers", [{}, {"housing": "Villa"}, {"other": "company"}, {"housing": "company" * 100}])
def test_whoever_says_nothing_of_it_is_the_usual_segment(answers: dict[str, Answer]) -> None:
    assert segments().of(answers) == "b2c"


def test_options_are_compared_as_they_are_where_nobody_described_the_question() -> None:
    assert segments({}).of({"housing": "Company"}) == "b2b"
    assert segments({}).of({"housing": "Företag"}) == "b2c"


def test_the_first_rule_that_an_answer_meets_counts() -> None:
    rules = {"housing_company": {"housing": ["brf"]}, "b2b": {"housing": ["brf", "company"]}}

    assert Segments(rules, "b2c", {}).of({"housing": "brf"}) == "housing_company"
