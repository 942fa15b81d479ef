"""Wordings are compared without what differs between one form and the next."""

import pytest

from shared.domain.business import Question
from shared.domain.wording import options_by_wording, wording


@pytest.mark.parametrize("text", ["Hur bor du?", "hur_bor_du", "  HUR  bor\tdu * ", "Hur bor du:"])
def test_a_question_is_the_same_however_it_is_written(text: str) -> None:
    assert wording(text) == "hur bor du"


def test_of_two_options_that_are_worded_alike_the_first_counts() -> None:
    question = Question(type="choice", options={"villa": ["Hus"], "row_house": ["Radhus", "hus"]})

    assert options_by_wording(question)["hus"] == "villa"
    assert options_by_wording(question)["row house"] == "row_house"
