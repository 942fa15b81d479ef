"""May we: the basis of each purpose, and what a seller may do."""

from datetime import timedelta

import pytest

from services.router.consent import basis_for, contact_permissions
from shared.domain.lead import Address, Consent, Lead, Purchase
from tests.builders import NOON, a_lead, a_person
from tests.unit.router.routing_builders import PURPOSES, data_of

YES = Consent(purpose="newsletter", granted=True, at=NOON)
NO = Consent(purpose="newsletter", granted=False, at=NOON + timedelta(days=1))
CALL_ME = Consent(purpose="sales_contact", granted=True, channels=["phone"])


@pytest.mark.parametrize(
    ("purpose", "lead", "granted"),
    [
        ("sales_contact", a_lead(), True),
        ("sales_contact", a_lead(consents=[Consent(purpose="sales_contact", granted=False)]), False),
        ("sales_contact", a_lead(purchase=Purchase(vendor="Leadbolaget AB")), False),
        ("sales_contact", a_lead(purchase=Purchase(opt_in_at=NOON)), True),
        ("sales_contact", a_lead(purchase=Purchase(), consents=[CALL_ME]), True),
        ("newsletter", a_lead(), False),
        ("newsletter", a_lead(consents=[YES]), True),
        ("newsletter", a_lead(consents=[NO, YES]), False),
        ("newsletter", a_lead(consents=[YES, NO.model_copy(update={"at": NOON})]), False),
        ("newsletter", a_lead(consents=[CALL_ME]), False),
        ("newsletter", a_lead(purchase=Purchase(opt_in_at=NOON)), False),
        ("confirmed_newsletter", a_lead(consents=[YES.model_copy(update={"purpose": "confirmed_newsletter"})]), False),
        ("telepathy", a_lead(), False),
    ],
)
def test_each_purpose_needs_its_basis(purpose: str, lead: Lead, granted: bool) -> None:
    assert basis_for(purpose, data_of(lead), PURPOSES).granted is granted


def allowed(lead: Lead, *, suppressed: str | None = None, **members: object) -> set[str]:
    permissions = contact_permissions(data_of(lead, **members), PURPOSES, suppressed=suppressed)
    return {channel for channel, permission in permissions.items() if permission.allowed}


def test_an_enquiry_allows_the_channels_of_its_purpose() -> None:
    lead = a_lead(address=Address(street="Storgatan 1", city="Uppsala"))

    assert allowed(lead) == {"phone", "email"}


def test_a_consent_to_calls_allows_calls_only() -> None:
    assert allowed(a_lead(purchase=Purchase(), consents=[CALL_ME])) == {"phone"}


def test_a_channel_that_is_not_known_is_not_allowed() -> None:
    assert allowed(a_lead(person=a_person(phone=None))) == {"email"}


def test_a_number_that_cannot_exist_is_not_known() -> None:
    assert allowed(a_lead(), facts={"phone": {"status": "unreadable", "valid": False}}) == {"email"}


def test_the_suppressed_may_not_be_contacted_at_all() -> None:
    assert allowed(a_lead(), suppressed="asked us to stop") == set()
