"""The keys of a lead: what they are made of, and that they tell nothing."""

import pytest

from services.router.keys import KeyKind
from shared.domain.ids import keyed_hash
from shared.domain.lead import Attribution, Company, Lead
from tests.builders import a_lead, a_person
from tests.unit.router.routing_builders import SECRET, data_of, keys_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lina@exempel.se", " LINA@Exempel.SE "),
        ("lina.exempel@gmail.com", "linaexempel+sol@googlemail.com"),
    ],
)
def test_one_mailbox_is_one_person(one: str, other: str) -> None:
    first = keys_of(data_of(a_lead(person=a_person(email=one))))
    second = keys_of(data_of(a_lead("s-2", person=a_person(email=other))))

    assert first.person == second.person


def test_a_tag_at_a_company_is_another_person() -> None:
    first = keys_of(data_of(a_lead(person=a_person(email="info@exempel.se"))))
    second = keys_of(data_of(a_lead("s-2", person=a_person(email="info+sol@exempel.se"))))

    assert first.person != second.person


def test_without_email_the_phone_is_the_person() -> None:
    facts = {"phone": {"e164": "+46701740605"}}

    keys = keys_of(data_of(a_lead(person=a_person(email=None)), facts=facts))

    assert keys.person == (KeyKind.PHONE, keys.by_kind[KeyKind.PHONE])


def test_without_contact_points_every_lead_is_its_own_person() -> None:
    first = keys_of(data_of(a_lead("s-1", person=a_person(email=None))))
    second = keys_of(data_of(a_lead("s-2", person=a_person(email=None))))

    assert first.person[0] is KeyKind.LEAD
    assert first.person != second.person


def test_who_recommended_the_lead_is_not_the_customer() -> None:
    lead = a_lead(attribution=Attribution(referrer_customer="K-1"))

    assert KeyKind.CUSTOMER_ID not in keys_of(data_of(lead)).by_kind


@pytest.mark.parametrize(
    "lead", [a_lead(answers={"customer_id": " K-1 "}), a_lead(signals={"customer_id": "K-1"})], ids=["answer", "signal"]
)
def test_a_customer_id_is_found_where_the_lead_carries_it(lead: Lead) -> None:
    assert keys_of(data_of(lead)).by_kind[KeyKind.CUSTOMER_ID] == keyed_hash(SECRET, KeyKind.CUSTOMER_ID, "K-1")


def test_a_key_tells_nothing_of_what_it_was_made_of() -> None:
    lead = a_lead(company=Company(organisation_number="556703-7485"))

    told = str(keys_of(data_of(lead)))

    assert "lina" not in told
    assert "5567037485" not in told
