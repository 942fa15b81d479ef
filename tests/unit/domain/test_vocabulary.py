"""What a condition may ask for: what is misspelled is named, with what there is instead."""

from typing import Any

import pytest

from shared.domain.conditions import compile_condition
from shared.domain.lead import Lead
from shared.domain.vocabulary import Vocabulary, model_of

VOCABULARY = Vocabulary(
    {
        "person": model_of(Lead.model_fields["person"].annotation),
        "purchase": model_of(Lead.model_fields["purchase"].annotation),
        "consents": model_of(Lead.model_fields["consents"].annotation),
        "attribution": model_of(Lead.model_fields["attribution"].annotation),
        "answers": None,
        "facts": {"answers": {"housing": None, "how.big": None}},
    },
    {"facts.answers.housing": ["villa", "brf"]},
)


def faults(when: dict[str, Any]) -> list[str]:
    return list(VOCABULARY.faults(compile_condition(when)))


@pytest.mark.parametrize(
    "when",
    [
        {"person.email": {"exists": True}},
        {"purchase.vendor": "Leadbolaget AB"},
        {"consents.purpose": "newsletter"},
        {"attribution.click_ids.gclid": {"exists": True}},
        {"attribution.last_touch.medium": "cpc"},
        {"answers.hur_bor_du?": "Villa"},
        {"facts.answers.how.big": {"at_least": 5}},
        {"facts.answers.housing": [" Villa ", "BRF"]},
        {"facts.answers.housing": {"contains": "vil"}},
    ],
)
def test_what_may_be_there_is_no_fault(when: dict[str, Any]) -> None:
    assert faults(when) == []


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ({"persn.email": "x"}, "persn.email: a condition has no 'persn'"),
        ({"person.emial": "x"}, "person has no 'emial' (or it is not built yet): there are email, phone"),
        ({"purchase.seller": "x"}, "purchase has no 'seller'"),
        ({"consents.porpose": "x"}, "consents has no 'porpose'"),
        ({"attribution.last_touch.campain": "x"}, "attribution.last_touch has no 'campain'"),
        ({"facts.answers.hosing": "villa"}, "facts.answers has no 'hosing'"),
        ({"facts.answers.housing": "vila"}, "facts.answers.housing: is never 'vila': write one of villa, brf"),
        ({"not": {"facts.answers.housing": ["villa", "hus"]}}, "is never 'hus'"),
        (
            {"any": [{"answers.a": "b"}, {"all": [{"facts.answers.housing": "hus"}, {"answers.a": "c"}]}]},
            "is never 'hus'",
        ),
    ],
)
def test_what_is_never_there_is_named_with_what_there_is(when: dict[str, Any], says: str) -> None:
    (fault,) = faults(when)

    assert says in fault
