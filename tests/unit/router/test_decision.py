"""Route, hold or reject: the order of the gates, the rules, the owner, the destinations."""

from datetime import timedelta
from typing import Any

import pytest

from services.router.assignment import Release
from services.router.configuration import Assign, CustomerPolicy, Otherwise
from services.router.decision import Ruling, decide
from services.router.keys import KeyKind
from services.router.matching import match_lead
from services.router.policy import Policy
from services.router.ports import Known, Outlet, Previous
from shared.domain.lead import Consent, Lead, Purchase
from shared.domain.score import Hygiene
from tests.builders import NOON, a_lead, a_score, routed
from tests.unit.router.routing_builders import PRODUCTS, a_customer, a_policy, data_of, keys_of

TO_SARA = {"name": "to Sara", "then": {"owner": "sara", "deliver_to": ["journal"]}}
ABOUT_CUSTOMERS = {"name": "win", "when": {"match.verdict": "existing_customer"}, "then": {"owner": "sara"}}
B2B = {"name": "company", "when": {"segment": "b2b"}, "then": {"owner": "erik"}}
COLD = {"name": "warm", "when": {"score.temperature": "warm"}, "then": {}}
PREVIOUS = Previous("before", "routed", "erik", "", ("seller",), NOON.timestamp())
NEWSLETTER = Consent(purpose="newsletter", granted=True)


def ruling(
    policy: Policy,
    lead: Lead | None = None,
    *,
    known: Known | None = None,
    release: Release | None = None,
    **members: Any,  # Any: members of LeadScoredData
) -> Ruling:
    data = data_of(lead or a_lead(), **members)
    known = known or Known()
    match = match_lead(data, keys=keys_of(data), known=known, products=PRODUCTS, window=timedelta(days=30))
    return decide(data, match=match, known=known, policy=policy, now=NOON, release=release)


def customer(**members: Any) -> Known:  # Any: members of CustomerRef
    return Known(customers=[(KeyKind.EMAIL, a_customer(**members))])


def code(decided: Ruling) -> str | None:
    return decided.reason.code if decided.reason else None


def test_without_rules_a_lead_goes_to_every_enabled_destination_it_has_a_basis_for() -> None:
    decided = ruling(a_policy())

    assert decided.outcome == "routed"
    assert list(decided.destinations) == ["journal", "seller"]
    assert {skipped.name: skipped.because for skipped in decided.skipped} == {
        "nurturing": "no consent to newsletter",
        "crm": "disabled",
    }


def test_the_first_rule_that_holds_decides() -> None:
    decided = ruling(a_policy(B2B, TO_SARA, {"name": "never", "then": {"owner": "erik"}}))

    assert (decided.rule, decided.assignment.owner, list(decided.destinations)) == ("to Sara", "sara", ["journal"])
    assert [(each.name, each.because) for each in decided.skipped] == [("company", "does not hold")]


def test_a_rule_may_ask_where_the_lead_came_from() -> None:
    rule = {"name": "forms", "when": {"source": "website", "source_kind": "form"}, "then": {"owner": "erik"}}

    decided = ruling(a_policy(rule, TO_SARA), source="website", source_kind="form")

    assert decided.rule == "forms"


def test_what_is_unknown_fires_no_rule_and_is_named() -> None:
    county = {"name": "Uppsala", "when": {"not": {"facts.address.county": "Uppsala län"}}, "then": {"owner": "erik"}}

    decided = ruling(a_policy(county, TO_SARA))

    assert decided.rule == "to Sara"
    assert decided.skipped[0].because == "unknown: facts.address.county"


def test_a_rule_may_ask_for_at_least_a_stage() -> None:
    qualified = {"name": "MQL", "when": {"score.stage": {"at_least": "marketing_qualified"}}, "then": {"owner": "erik"}}

    assert ruling(a_policy(qualified, TO_SARA), score=a_score(stage="prospect")).rule == "to Sara"
    assert ruling(a_policy(qualified, TO_SARA), score=a_score(stage="sales_qualified")).rule == "MQL"


def test_a_rule_may_ask_which_door_the_lead_came_through() -> None:
    door = {"name": "door", "when": {"source_kind": "google_ads", "is_test": False}, "then": {"owner": "erik"}}

    decided = ruling(a_policy(door, TO_SARA), source_kind="google_ads")

    assert decided.rule == "door"


def test_the_answer_is_due_from_now() -> None:
    rule = {"name": "fast", "then": {"owner": "sara", "respond_within": "15m"}}

    assert ruling(a_policy(rule)).assignment.respond_by == NOON + timedelta(minutes=15)


def test_what_no_rule_takes_is_held_and_nurtured() -> None:
    policy = a_policy(B2B, otherwise=Otherwise(hold="nurture", deliver_to=["nurturing"]))

    decided = ruling(policy, a_lead(consents=[NEWSLETTER]))

    assert (decided.outcome, code(decided), list(decided.destinations)) == ("held", "nurture", ["nurturing"])


@pytest.mark.parametrize(
    ("known", "members", "outcome", "reason"),
    [
        (Known(suppressed="asked us to stop"), {}, "rejected", "suppressed"),
        (Known(), {"hygiene": Hygiene(code="bot", fields=["facts.bot"])}, "held", "hygiene"),
        (customer(status="competitor"), {}, "rejected", "competitor"),
        (customer(status="blocked"), {}, "rejected", "blocked"),
        (customer(status="employee"), {}, "rejected", "employee"),
    ],
)
def test_a_gate_stops_a_lead_before_any_rule(
    known: Known, members: dict[str, Any], outcome: str, reason: str
) -> None:  # Any: members of LeadScoredData
    decided = ruling(a_policy(TO_SARA), known=known, **members)

    assert (decided.outcome, code(decided), list(decided.destinations)) == (outcome, reason, [])


def test_a_suppression_is_told_before_hygiene() -> None:
    hygiene = Hygiene(code="bot", fields=["facts.bot"])

    assert code(ruling(a_policy(), known=Known(suppressed="asked us to stop"), hygiene=hygiene)) == "suppressed"


def test_a_test_is_never_delivered_and_names_the_rule_that_would_have_applied() -> None:
    decided = ruling(a_policy(TO_SARA), is_test=True)

    assert (decided.outcome, code(decided), decided.rule) == ("rejected", "test", "to Sara")
    assert (list(decided.destinations), decided.assignment.owner) == ([], None)


@pytest.mark.parametrize("owner", ["Erik Öberg", "erik", "ERIK@exempelsol.se"])
def test_a_customer_keeps_the_account_owner_whatever_a_rule_for_all_says(owner: str) -> None:
    decided = ruling(a_policy(TO_SARA), known=customer(owner=owner))

    assert (decided.assignment.owner, decided.rule) == ("erik", "to Sara")


def test_an_account_owner_outside_people_is_named_as_the_file_names_them() -> None:
    assert ruling(a_policy(TO_SARA), known=customer(owner="Karin Ek")).assignment.owner == "Karin Ek"


def test_a_rule_that_asks_for_the_match_names_the_owner_itself() -> None:
    assert ruling(a_policy(ABOUT_CUSTOMERS), known=customer()).assignment.owner == "sara"


def test_a_customer_that_no_rule_takes_goes_where_the_policy_says() -> None:
    policy = a_policy(B2B, customers=CustomerPolicy(existing_customer=Assign(deliver_to=["seller"])))

    decided = ruling(policy, known=customer())

    assert (decided.outcome, decided.rule, list(decided.destinations)) == ("routed", "account owner", ["seller"])


def test_the_same_person_again_keeps_the_owner() -> None:
    decided = ruling(a_policy(TO_SARA), known=Known(previous=PREVIOUS))

    assert decided.assignment.owner == "erik"
    assert "same person again" in decided.assignment.why


def test_an_addition_that_no_rule_takes_goes_where_the_earlier_lead_went() -> None:
    decided = ruling(a_policy(B2B), known=Known(previous=PREVIOUS))

    assert (decided.outcome, decided.rule, list(decided.destinations)) == ("routed", "same person again", ["seller"])


def test_an_owner_who_left_keeps_nothing() -> None:
    gone = Previous("before", "routed", "gone", "", ("seller",), NOON.timestamp())

    assert ruling(a_policy(TO_SARA), known=Known(previous=gone)).assignment.owner == "sara"


def test_a_correction_keeps_the_owner() -> None:
    before = routed(a_lead(), owner="erik")

    decided = ruling(a_policy(TO_SARA), known=Known(in_force=before))

    assert (decided.assignment.owner, decided.assignment.why) == ("erik", "kept from decision 1")


def test_where_every_destination_is_off_the_lead_is_held() -> None:
    policy = a_policy({"name": "crm", "then": {"deliver_to": ["crm"]}})

    assert code(ruling(policy)) == "no_destination"


def test_where_consent_is_what_is_missing_the_lead_is_held_for_it() -> None:
    decided = ruling(a_policy(TO_SARA), a_lead(purchase=Purchase(vendor="Leadbolaget AB")))

    assert (decided.outcome, code(decided)) == ("held", "no_consent")


def test_a_release_goes_where_the_person_says() -> None:
    release = Release(by="kim", why="called her", owner="erik", deliver_to=("seller",))

    decided = ruling(a_policy(TO_SARA), hygiene=Hygiene(code="bot", fields=[]), release=release)

    assert (decided.outcome, decided.assignment.owner, list(decided.destinations)) == ("routed", "erik", ["seller"])
    assert decided.assignment.why.startswith("released by kim: called her")


def test_a_release_from_nurturing_goes_to_every_destination_with_a_basis() -> None:
    policy = a_policy(COLD, otherwise=Otherwise(deliver_to=["nurturing"]))

    decided = ruling(policy, release=Release(by="kim", why="called her"))

    assert (decided.outcome, list(decided.destinations)) == ("routed", ["journal", "seller"])


def test_a_release_lifts_no_suppression_and_no_missing_consent() -> None:
    release = Release(by="kim", why="called her")

    assert code(ruling(a_policy(), known=Known(suppressed="stop"), release=release)) == "suppressed"
    assert code(ruling(a_policy(), a_lead(purchase=Purchase()), release=release)) == "no_consent"


def test_a_destination_nobody_configured_is_left_out_and_named() -> None:
    policy = a_policy(
        {"name": "typo", "then": {"deliver_to": ["jurnal", "journal"]}}, outlets=(Outlet("journal", "sales_contact"),)
    )

    decided = ruling(policy)

    assert list(decided.destinations) == ["journal"]
    assert [(each.name, each.because) for each in decided.skipped] == [("jurnal", "not configured")]
