import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain.contact_points import e164, parse_phone

MOBILES = {
    country: phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for country in sorted(phonenumbers.SUPPORTED_REGIONS)
    if (number := phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)) is not None
}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("+46701740605", "+46701740605"),
        (" +46701740605", "+46701740605"),
        ("+46 70-174 06 05", "+46701740605"),
        ("+460701740605", "+46701740605"),
        ("+4670174060\u0665", "+46701740605"),
        ("+4670174060", None),
        ("+467017406055", None),
        ("+46701740605\n", "+46701740605"),
        ("070-174 06 05", "+46701740605"),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_written_in_one_form(typed: str | None, written: str | None) -> None:
    assert e164(typed, "SE") == written


@pytest.mark.parametrize("country", MOBILES)
def test_a_mobile_number_of_any_country_stays_as_it_is(country: str) -> None:
    assert e164(MOBILES[country], country) == MOBILES[country]


@given(
    country=st.sampled_from(list(MOBILES)), kept=st.integers(min_value=2, max_value=13), rest=st.text("0123456789 -")
)
@example(country="SE", kept=4, rest="4020304")
def test_every_number_is_written_as_it_would_be_after_parsing(country: str, kept: int, rest: str) -> None:
    typed = MOBILES[country][:kept] + rest
    phone = parse_phone(typed, country)
    assert e164(typed, country) == (phone.e164 if phone else None)


def test_a_country_that_is_none_is_no_obstacle() -> None:
    assert e164("+46701740605", "XX") == "+46701740605"
