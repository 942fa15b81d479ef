import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.contact_points import canonical_email, mailbox, parse_phone


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("  Anna.Berg@Exempel.SE ", "anna.berg@exempel.se"),
        ("mailto:anna@exempel.se", "anna@exempel.se"),
        ("<anna@exempel.se>", "anna@exempel.se"),
        ("anna@exempel.se.", "anna@exempel.se"),
        ("anna\u200b@exempel.se", "anna@exempel.se"),
        ("anna@räksmörgås.se", "anna@xn--rksmrgs-5wao1o.se"),
        ("anna@exempel", None),
        ("anna", None),
        ("anna berg@exempel.se", None),
        ("anna\uff20exempel.se", None),
        ("a@b@exempel.se", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_has_one_form_for_comparison(typed: str | None, canonical: str | None) -> None:
    assert canonical_email(typed) == canonical


def test_a_look_alike_letter_never_becomes_another_persons_address() -> None:
    kelvin = "\u212aarin@exempel.se"
    assert canonical_email(kelvin) != canonical_email("karin@exempel.se")


@given(st.text(max_size=400))
def test_any_text_is_an_address_or_none_and_a_canonical_one_stays(typed: str) -> None:
    canonical = canonical_email(typed)
    assert canonical is None or canonical_email(canonical) == canonical


@pytest.mark.parametrize(
    ("canonical", "probable"),
    [
        ("anna.berg+sol@gmail.com", "annaberg@gmail.com"),
        ("anna.berg@googlemail.com", "annaberg@gmail.com"),
        ("anna.berg+sol@outlook.com", "anna.berg@outlook.com"),
        ("anna.berg+sol@exempel.se", "anna.berg+sol@exempel.se"),
    ],
)
def test_a_mailbox_drops_what_its_provider_ignores_and_nothing_on_company_domains(
    canonical: str, probable: str
) -> None:
    assert mailbox(canonical) == probable


@pytest.mark.parametrize(
    ("typed", "e164", "kind"),
    [
        ("070-123 45 67", "+46701234567", "mobile"),
        ("0046701234567", "+46701234567", "mobile"),
        ("+46 (0)8 123 456", "+468123456", "fixed"),
        ("08-123 456 ankn 12", "+468123456", "fixed"),
        ("tel:+46701234567", "+46701234567", "mobile"),
        ("+4721212121", "+4721212121", "fixed"),
    ],
)
def test_a_number_is_read_as_dialled_in_the_leads_country(typed: str, e164: str, kind: str) -> None:
    phone = parse_phone(typed, "SE")
    assert phone is not None
    assert (phone.e164, phone.kind) == (e164, kind)


@pytest.mark.parametrize("typed", ["12", "ring mig", "", None, "+46", "0" * 40, "1e400"])
def test_what_cannot_be_dialled_is_no_number(typed: str | None) -> None:
    assert parse_phone(typed, "SE") is None
