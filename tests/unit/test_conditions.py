"""The `when` grammar: what holds, what does not, and what cannot be known."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.conditions import compile_condition
from shared.domain.lead import Consent
from tests.builders import a_lead

ORDERS = {"score.stage": ["suspect", "prospect", "marketing_qualified", "sales_qualified"]}
KNOWN: dict[str, Any] = {
    "segment": "b2b",
    "facts": {
        "contactable": True,
        "bot": False,
        "address": {"county": "Uppsala län", "postal_code": "01234"},
        "company": {"size": 11},
        "answers": {"interest": ["solar", "battery"], "budget": 120000, "answer.with.dots": "yes"},
        "share": 0.5,
        "nothing": [],
        "empty": "",
    },
    "score": {"stage": "marketing_qualified", "fit": 35.0},
}


@pytest.mark.parametrize(
    ("when", "truth"),
    [
        ({}, True),
        ({"segment": "b2b"}, True),
        ({"segment": " B2B "}, True),
        ({"segment": ["b2c", "b2b"]}, True),
        ({"segment": "b2c"}, False),
        ({"facts.contactable": "true"}, True),
        ({"facts.contactable": True}, True),
        ({"facts.bot": "false"}, True),
        ({"facts.bot": "no"}, False),
        ({"facts.address.county": "UPPSALA LÄN"}, True),
        ({"facts.address.county": "Uppsala la\u0308n"}, True),
        ({"facts.address.postal_code": "01234"}, True),
        ({"facts.address.postal_code": "1234"}, False),
        ({"facts.company.size": "11"}, True),
        ({"facts.company.size": {"at_least": "10"}}, True),
        ({"facts.company.size": {"at_least": 11, "at_most": "11"}}, True),
        ({"facts.company.size": {"between": ["12", "250"]}}, False),
        ({"facts.share": {"between": ["0.5", "1"]}}, True),
        ({"facts.answers.interest": "battery"}, True),
        ({"facts.answers.interest": {"contains": "solar"}}, True),
        ({"facts.answers.interest": {"contains": "sol"}}, False),
        ({"facts.answers.interest": "charger"}, False),
        ({"facts.nothing": "charger"}, False),
        ({"facts.address.county": {"contains": "sala"}}, True),
        ({"facts.address.postal_code": {"starts_with": ["75", "01"]}}, True),
        ({"facts.address.postal_code": {"matches": "^01[0-9]{3}$"}}, True),
        ({"facts.address.county": {"matches": "^uppsala"}}, True),
        ({"facts.address.county": {"matches": ["^stockholm", "^skåne"]}}, False),
        ({"facts.answers.answer.with.dots": "yes"}, True),
        ({"facts.address.county": {"exists": "true"}}, True),
        ({"facts.address.street": {"exists": True}}, False),
        ({"facts.address.street": {"exists": "false"}}, True),
        ({"facts.nothing": {"exists": True}}, False),
        ({"facts.empty": {"exists": True}}, False),
        ({"score.stage": {"at_least": "prospect"}}, True),
        ({"score.stage": {"at_least": "sales_qualified"}}, False),
        ({"score.stage": {"between": ["suspect", "prospect"]}}, False),
        ({"score.stage": "marketing_qualified"}, True),
        ({"not": {"segment": "b2c"}}, True),
        ({"any": [{"segment": "b2c"}, {"facts.bot": "false"}]}, True),
        ({"all": [{"segment": "b2b"}, {"facts.bot": "true"}]}, False),
        ({"segment": "b2b", "facts.bot": "true"}, False),
    ],
)
def test_a_condition_on_what_is_known_holds_or_fails(when: dict[str, Any], truth: bool) -> None:
    assert compile_condition(when, orders=ORDERS).holds(KNOWN) is truth


@pytest.mark.parametrize(
    "when",
    [
        {"product": "solar"},
        {"not": {"product": "solar"}},
        {"not": {"facts.address.street": ["Storgatan 1", "Storgatan 2"]}},
        {"facts.answers.roof_area": {"at_least": 40}},
        {"facts.empty": "anything"},
        {"facts.address.county.name": "x"},
        {"facts.address.county": {"at_least": 10}},
        {"facts.contactable": {"at_most": 10}},
        {"all": [{"segment": "b2b"}, {"product": "solar"}]},
        {"any": [{"segment": "b2c"}, {"product": "solar"}]},
        {"not": {"any": [{"segment": "b2c"}, {"product": "solar"}]}},
    ],
)
def test_what_is_absent_or_cannot_be_compared_is_unknown(when: dict[str, Any]) -> None:
    assert compile_condition(when).holds(KNOWN) is None


YES, NO, UNKNOWN = {"yes": "1"}, {"no": "1"}, {"unknown": "1"}
TRUTHS = {"yes": "1", "no": "0"}


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (YES, YES, True, True),
        (YES, NO, False, True),
        (YES, UNKNOWN, None, True),
        (NO, NO, False, False),
        (NO, UNKNOWN, False, None),
        (UNKNOWN, UNKNOWN, None, None),
    ],
)
def test_all_and_any_follow_kleene_in_either_order(
    one: dict[str, Any], other: dict[str, Any], both: bool | None, either: bool | None
) -> None:
    for parts in ([one, other], [other, one]):
        assert compile_condition({"all": parts}).holds(TRUTHS) is both
        assert compile_condition({"any": parts}).holds(TRUTHS) is either


def test_frozen_models_are_read_like_mappings() -> None:
    lead = a_lead(consents=[Consent(purpose="newsletter", granted=True), Consent(purpose="ads", granted=False)])
    values = dict(lead)

    assert compile_condition({"person.email": "lina@exempel.se"}).holds(values) is True
    assert compile_condition({"consents.purpose": "newsletter"}).holds(values) is True
    assert compile_condition({"attribution.last_touch.source": "google"}).holds(values) is None
    assert compile_condition({"person.model_dump": {"exists": True}}).holds(values) is False
    assert compile_condition({"submitted_at": {"starts_with": "2026-09-01"}}).holds(values) is True


def test_a_condition_names_its_fields_and_those_behind_its_verdict() -> None:
    condition = compile_condition(
        {"any": [{"segment": "b2b"}, {"product": "solar"}, {"all": [{"facts.bot": "false"}, {"message": "x"}]}]}
    )

    assert condition.fields == {"segment", "product", "facts.bot", "message"}
    assert condition.because(KNOWN) == {"segment"}
    assert condition.behind({"facts": {"bot": False}}) == {"segment", "product", "message"}
    assert condition.because({"facts": {"bot": False}}) == frozenset()


@pytest.mark.parametrize(
    ("when", "key"),
    [
        (
            {"any": [{"segment": "b2b"}, {"score.fit": {"at_least": "high"}}]},
            "any[1].score.fit.at_least: write a number",
        ),
        ({"score.stage": {"at_least": "mql"}}, "score.stage.at_least: write one of suspect, prospect"),
        ({"segment": {"equals": "b2b"}}, "segment.equals: not a comparison"),
        ({"segment": {"between": ["1"]}}, "segment.between: write two bounds"),
        ({"segment": {"between": ["2", "1"]}}, "segment.between: the first bound is above"),
        ({"segment": {"exists": "maybe"}}, "segment.exists: write true or false"),
        ({"segment": {"matches": "(a+)+$"}}, "segment.matches: may search for too long"),
        ({"segment": {"matches": "("}}, "segment.matches: not a regular expression"),
        ({"segment": None}, "segment: nothing to compare with"),
        ({"segment": []}, "segment: the list is empty"),
        ({"segment": {"contains": []}}, "segment.contains: the list is empty"),
        ({"segment": [["b2b"]]}, "segment: write a single value"),
        ({"segment": {}}, "segment: nothing to compare with"),
        ({"all": {"segment": "b2b"}}, "all: write a list"),
        ({"any": []}, "any: write a list"),
        ({"not": "b2b"}, "not: write a mapping"),
        ({"facts..bot": "true"}, "facts..bot: not a field"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_key(when: dict[str, Any], key: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(key)}"):
        compile_condition(when, orders=ORDERS)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.datetimes(timezones=st.just(UTC))
)
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
COMPARISONS = st.sampled_from(
    [
        "x",
        ["1", "true"],
        {"at_least": "3"},
        {"at_most": 3, "exists": True},
        {"between": [1, 2]},
        {"starts_with": "a"},
        {"contains": ["a", "1"]},
        {"exists": False},
        {"matches": "^a.*b"},
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(value=ANYTHING, comparison=COMPARISONS, path=st.sampled_from(["a", "a.b", "a.b.c"]))
def test_no_value_makes_a_condition_raise(value: object, comparison: object, path: str) -> None:
    condition = compile_condition({path: comparison})
    values = {"a": value}

    assert condition.holds(values) in {True, False, None}
    assert condition.because(values) | condition.behind(values) <= {path}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(st.sampled_from([YES, NO, UNKNOWN]), min_size=1, max_size=5))
def test_de_morgan_holds_in_three_values(parts: list[dict[str, Any]]) -> None:
    denied = compile_condition({"not": {"all": parts}})
    either = compile_condition({"any": [{"not": part} for part in parts]})

    assert denied.holds(TRUTHS) is either.holds(TRUTHS)


def test_a_moment_is_compared_as_it_is_written() -> None:
    condition = compile_condition({"at": {"starts_with": ["2026-11", "2026-12"]}})

    assert condition.holds({"at": datetime(2026, 12, 24, tzinfo=UTC)}) is True
