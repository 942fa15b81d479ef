"""Who a lead is: the tiers, what the customer's status means, and persons heard from before."""

from datetime import timedelta

import pytest

from services.router.keys import KeyKind
from services.router.matching import match_lead
from services.router.ports import Known, Previous
from shared.domain.decision import CustomerRef, Match, Verdict
from shared.domain.lead import Lead
from tests.builders import NOON, a_lead, a_person
from tests.unit.router.routing_builders import PRODUCTS, a_customer, data_of, keys_of

Hit = tuple[KeyKind, CustomerRef]


def matched(*hits: Hit, lead: Lead | None = None, previous: Previous | None = None) -> Match:
    data = data_of(lead or a_lead())
    known = Known(customers=hits, previous=previous)
    return match_lead(data, keys=keys_of(data), known=known, products=PRODUCTS, window=timedelta(days=30))


def heard_from(lead: Lead, *, days_ago: float, owner: str | None = "sara") -> Previous:
    contact = keys_of(data_of(lead)).contact
    return Previous(
        "lead-before", "routed", owner, contact, ("journal",), (NOON - timedelta(days=days_ago)).timestamp()
    )


def test_a_new_lead_says_what_it_was_looked_for_by() -> None:
    assert matched() == Match(verdict=Verdict.NEW, checked=["email", "mailbox"])


@pytest.mark.parametrize(
    ("kind", "strength"),
    [
        (KeyKind.CUSTOMER_ID, "certain"),
        (KeyKind.ORGANISATION_NUMBER, "certain"),
        (KeyKind.EMAIL, "certain"),
        (KeyKind.MAILBOX, "high"),
    ],
)
def test_each_tier_finds_an_existing_customer(kind: KeyKind, strength: str) -> None:
    match = matched((kind, a_customer()))

    assert match.verdict is Verdict.EXISTING_CUSTOMER
    assert [(each.key, each.strength, each.matched) for each in match.evidence] == [(kind, strength, "K-1")]


def test_the_strongest_tier_decides_and_every_hit_is_told() -> None:
    match = matched((KeyKind.MAILBOX, a_customer("K-2")), (KeyKind.ORGANISATION_NUMBER, a_customer("K-1")))

    assert match.customer is not None
    assert match.customer.id == "K-1"
    assert [each.matched for each in match.evidence] == ["K-1", "K-2"]


def test_an_address_that_hits_exactly_is_not_told_again_as_mailbox() -> None:
    match = matched((KeyKind.EMAIL, a_customer()), (KeyKind.MAILBOX, a_customer()))

    assert [each.key for each in match.evidence] == ["email"]


def test_in_one_tier_a_block_goes_before_a_customer() -> None:
    match = matched((KeyKind.EMAIL, a_customer("K-1")), (KeyKind.EMAIL, a_customer("K-2", status="blocked")))

    assert match.customer is not None
    assert match.customer.status == "blocked"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("customer", Verdict.EXISTING_CUSTOMER),
        ("open_opportunity", Verdict.EXISTING_CUSTOMER),
        ("former", Verdict.NEW),
        ("partner", Verdict.NEW),
        ("competitor", Verdict.NEW),
        ("employee", Verdict.NEW),
        ("blocked", Verdict.NEW),
    ],
)
def test_the_status_says_whether_it_is_a_customer(status: str, verdict: Verdict) -> None:
    match = matched((KeyKind.EMAIL, a_customer(status=status)))

    assert match.verdict is verdict
    assert match.customer is not None


def test_the_same_person_within_the_window_is_known() -> None:
    lead = a_lead()

    match = matched(lead=lead, previous=heard_from(lead, days_ago=29))

    assert match.verdict is Verdict.KNOWN_PERSON
    assert match.previous_lead == "lead-before"
    assert [(each.key, each.strength) for each in match.evidence] == [("email", "certain")]


def test_another_address_of_the_mailbox_is_weaker_evidence() -> None:
    before = a_lead(person=a_person(email="lina.exempel@gmail.com"))
    now = a_lead("s-2", person=a_person(email="linaexempel@gmail.com"))

    match = matched(lead=now, previous=heard_from(before, days_ago=1))

    assert [(each.key, each.strength) for each in match.evidence] == [("mailbox", "high")]


def test_after_the_window_the_person_is_new_again() -> None:
    lead = a_lead()

    match = matched(lead=lead, previous=heard_from(lead, days_ago=31))

    assert match.verdict is Verdict.NEW
    assert match.previous_lead is None


def test_a_customer_heard_from_before_is_a_customer() -> None:
    lead = a_lead()

    match = matched((KeyKind.EMAIL, a_customer()), lead=lead, previous=heard_from(lead, days_ago=1))

    assert match.verdict is Verdict.EXISTING_CUSTOMER
    assert match.previous_lead == "lead-before"


@pytest.mark.parametrize(
    ("product", "owned", "expected"),
    [
        ("battery", ["solar"], True),
        ("battery", ["Batteri", "Solceller"], False),
        ("Battery", ["battery"], False),
        (None, ["solar"], None),
        ("battery", [], None),
    ],
)
def test_interest_is_compared_with_what_is_owned(product: str | None, owned: list[str], expected: bool | None) -> None:
    match = matched((KeyKind.EMAIL, a_customer(products=owned)), lead=a_lead(product=product))

    assert match.interest_not_owned is expected
