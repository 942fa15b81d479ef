"""Every enricher, on values as people and platforms send them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scorer.enrichers import ENRICHERS
from services.scorer.fields import EVERY_GROUP, FACTS, fact_members
from shared.domain.lead import Address, Answer, Company, Lead, Person
from shared.domain.score import Facts
from tests.builders import a_lead
from tests.unit.scorer.conftest import QUESTIONS

Gather = Callable[[Lead], Facts]


def without_author(group: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name != "enricher"}


@pytest.mark.parametrize(
    ("typed", "canonical", "kind"),
    [
        (" Anna.Berg@Exempel.SE ", "anna.berg@exempel.se", "corporate"),
        ("mailto:anna@exempel.se", "anna@exempel.se", "corporate"),
        ("anna@gmail.com", "anna@gmail.com", "free"),
        ("info@gmail.com", "info@gmail.com", "free"),
        ("lars@telia.com", "lars@telia.com", "free"),
        ("info@exempel.se", "info@exempel.se", "role"),
        ("kontakt+webb@exempel.se", "kontakt+webb@exempel.se", "role"),
        ("x@mailinator.com", "x@mailinator.com", "disposable"),
        ("x@sub.mailinator.com", "x@sub.mailinator.com", "disposable"),
        ("anna@räksmörgås.se", "anna@xn--rksmrgs-5wao1o.se", "corporate"),
    ],
)
def test_an_address_has_a_canonical_form_and_a_kind(facts_of: Gather, typed: str, canonical: str, kind: str) -> None:
    email = facts_of(a_lead(person=Person(email=typed)))["email"]

    assert (email["status"], email["canonical"], email["kind"]) == ("found", canonical, kind)
    assert email["domain"] == canonical.rpartition("@")[2]
    assert email["enricher"] == "email"


def test_a_tagged_address_has_its_mailbox_beside_it(facts_of: Gather) -> None:
    email = facts_of(a_lead(person=Person(email="a.berg+sol@googlemail.com")))["email"]

    assert email["mailbox"] == "aberg@gmail.com"


@pytest.mark.parametrize("typed", ["saknas", "anna@", "anna berg@exempel.se", "a@b"])
def test_what_is_no_address_is_unreadable(facts_of: Gather, typed: str) -> None:
    facts = facts_of(a_lead(person=Person(email=typed)))

    assert facts["email"] == {"enricher": "email", "status": "unreadable"}
    assert facts["contactable"] is False


@pytest.mark.parametrize(
    ("typed", "e164", "kind"),
    [
        ("070-174 06 05", "+46701740605", "mobile"),
        ("0046701740605", "+46701740605", "mobile"),
        ("+46 (0)8 123 456", "+468123456", "fixed"),
        ("p:+46701740605", "+46701740605", "mobile"),
    ],
)
def test_a_number_is_read_as_dialled_at_home(facts_of: Gather, typed: str, e164: str, kind: str) -> None:
    phone = facts_of(a_lead(person=Person(phone=typed)))["phone"]

    assert without_author(phone) == {"status": "found", "valid": True, "e164": e164, "country": "SE", "kind": kind}


def test_an_extension_is_kept_apart(facts_of: Gather) -> None:
    phone = facts_of(a_lead(person=Person(phone="08-123 456 ankn 12")))["phone"]

    assert (phone["e164"], phone["extension"]) == ("+468123456", "12")


def test_a_number_is_read_by_the_country_of_the_address(facts_of: Gather) -> None:
    lead = a_lead(person=Person(phone="40 61 23 45"), address=Address(country="Norge"))

    assert facts_of(lead)["phone"]["e164"] == "+4740612345"


def test_a_number_that_cannot_exist_is_not_valid(facts_of: Gather) -> None:
    phone = facts_of(a_lead(person=Person(phone="12345")))["phone"]

    assert without_author(phone) == {"status": "unreadable", "valid": False}


def test_no_number_is_unknown_and_not_invalid(facts_of: Gather) -> None:
    assert without_author(facts_of(a_lead(person=Person()))["phone"]) == {"status": "absent"}


@pytest.mark.parametrize("typed", ["753 20", "75320", "SE-753 20", "s-753 20", "753\u00a020", " 753 20 Uppsala"])
def test_a_postal_code_tells_municipality_and_county(facts_of: Gather, typed: str) -> None:
    address = facts_of(a_lead(address=Address(postal_code=typed)))["address"]

    assert without_author(address) == {
        "status": "found",
        "postal_code": "75320",
        "city": "Uppsala",
        "municipality": "Uppsala",
        "municipality_code": "0380",
        "county": "Uppsala län",
        "by": "postal_code",
    }


@pytest.mark.parametrize(
    ("address", "by", "municipality", "county"),
    [
        (Address(city="VÄSTERÅS"), "city", "Västerås", "Västmanlands län"),
        (Address(city="Uppsala kommun"), "city", "Uppsala", "Uppsala län"),
        (Address(city="Storvreta"), "city", "Uppsala", "Uppsala län"),
        (Address(postal_code="00000", city="Malmö"), "city", "Malmö", "Skåne län"),
        (Address(region="Skåne"), "region", None, "Skåne län"),
        (Address(region="Västmanland"), "region", None, "Västmanlands län"),
        (Address(region="Stockholm County"), "region", None, "Stockholms län"),
    ],
)
def test_without_a_known_postal_code_the_city_or_region_tells(
    facts_of: Gather, address: Address, by: str, municipality: str | None, county: str
) -> None:
    found = facts_of(a_lead(address=address))["address"]

    assert (found["by"], found.get("municipality"), found["county"]) == (by, municipality, county)


def test_a_foreign_postal_code_is_not_looked_up(facts_of: Gather) -> None:
    address = facts_of(a_lead(address=Address(postal_code="75320", country="FR")))["address"]

    assert without_author(address) == {"status": "found", "postal_code": "75320", "country": "FR"}


def test_an_address_of_nonsense_is_unreadable(facts_of: Gather) -> None:
    assert facts_of(a_lead(address=Address(postal_code="vet ej")))["address"]["status"] == "unreadable"
    assert facts_of(a_lead(address=Address()))["address"]["status"] == "absent"


@pytest.mark.parametrize(
    ("typed", "number", "kind"),
    [
        ("556703-7485", "5567037485", "limited_company"),
        ("165567037485", "5567037485", "limited_company"),
        ("SE556703748501", "5567037485", "limited_company"),
        ("212000-3005", "2120003005", "public"),
    ],
)
def test_an_organisation_number_tells_the_legal_form(facts_of: Gather, typed: str, number: str, kind: str) -> None:
    company = facts_of(a_lead(person=Person(), company=Company(organisation_number=typed)))["company"]

    assert without_author(company) == {"status": "found", "organisation_number": number, "kind": kind}


@pytest.mark.parametrize("typed", ["811228-9874", "19811228-9874"])
def test_the_number_of_a_sole_trader_is_not_kept(facts_of: Gather, typed: str) -> None:
    facts = facts_of(a_lead(person=Person(), company=Company(organisation_number=typed)))

    assert without_author(facts["company"]) == {"status": "found", "kind": "sole_trader"}
    assert "811228" not in str(facts)


def test_a_number_that_fails_its_check_digit_is_unreadable(facts_of: Gather) -> None:
    lead = a_lead(person=Person(), company=Company(organisation_number="556703-7486"))

    assert without_author(facts_of(lead)["company"]) == {"status": "unreadable"}


@pytest.mark.parametrize(
    ("website", "email", "domain"),
    [
        ("https://www.exempel.se/om-oss", None, "exempel.se"),
        (None, "anna@mail.exempel.co.uk", "exempel.co.uk"),
        (None, "info@exempel.se", "exempel.se"),
        (None, "anna@gmail.com", None),
        (None, "x@mailinator.com", None),
        ("https://www.facebook.com/exempel", None, None),
        ("facebook.com/exempel", "anna@exempel.se", "exempel.se"),
    ],
)
def test_a_company_is_known_by_the_domain_it_owns(
    facts_of: Gather, website: str | None, email: str | None, domain: str | None
) -> None:
    lead = a_lead(person=Person(email=email), company=Company(domain=website))

    assert facts_of(lead)["company"].get("domain") == domain


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("11-50", 11),
        ("11\u201350 anställda", 11),
        ("250+", 250),
        ("10,001+", 10_001),
        ("Färre än 10", 1),
        ("< 10", 1),
        ("Self-employed", 1),
        ("42", 42),
        ("många", None),
    ],
)
def test_a_size_is_the_least_number_of_people_it_allows(facts_of: Gather, typed: str, size: int | None) -> None:
    lead = a_lead(person=Person(), company=Company(size=typed))

    assert facts_of(lead)["company"].get("size") == size


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ({"housing": "villa"}, {"housing": "villa"}),
        ({"Hur bor du?": " VILLA "}, {"housing": "villa"}),
        ({"hur_bor_du": "bostadsrättsförening"}, {"housing": "brf"}),
        ({"boende": "Bostadsra\u0308ttsfo\u0308rening"}, {"housing": "brf"}),
        ({"start": "så_snart_som_möjligt"}, {"start": "now"}),
        ({"start": "3m"}, {"start": "3m"}),
        ({"vad_är_du_intresserad_av": "Solceller"}, {"interest": ["solar"]}),
        ({"interest": ["Batteri", "Solceller", "Batteri"]}, {"interest": ["battery", "solar"]}),
        ({"interest": "Batteri, laddbox; vet ej"}, {"interest": ["battery", "charger"]}),
        ({"budget": "ca 120 000 kr"}, {"budget": 120_000}),
        ({"Takyta": "45,5 m2"}, {"roof_area": 45.5}),
        ({"wishes": "  Ring efter fem.  "}, {"wishes": "Ring efter fem."}),
        ({"boende": "Husbåt", "housing": "Hus"}, {"housing": "villa"}),
        ({"boende": "Villa", "housing": "BRF"}, {"housing": "villa"}),
    ],
)
def test_answers_are_put_into_the_companys_words(
    facts_of: Gather, given: dict[str, Answer], canonical: dict[str, Any]
) -> None:
    answers = facts_of(a_lead(answers=given))["answers"]

    assert answers == {"enricher": "answers", "status": "found", **canonical}


@pytest.mark.parametrize(
    "given", [{"housing": "Husbåt"}, {"favoritfärg": "blå"}, {"budget": "vet ej"}, {"wishes": " "}]
)
def test_an_answer_that_fits_nothing_is_left_verbatim_in_the_lead_only(
    facts_of: Gather, given: dict[str, Answer]
) -> None:
    assert facts_of(a_lead(answers=given))["answers"] == {"enricher": "answers", "status": "unreadable"}


def test_the_first_answer_names_the_product_unless_the_lead_does(facts_of: Gather) -> None:
    answers: dict[str, Answer] = {"interest": ["Laddbox", "Batteri"]}

    assert facts_of(a_lead(product=None, answers=answers))["product"] == "charger"
    assert facts_of(a_lead(product="solar", answers=answers))["product"] == "solar"
    assert "product" not in facts_of(a_lead(product=None, answers={}))


@pytest.mark.parametrize(
    ("person", "contactable"),
    [
        (Person(phone="070-174 06 05"), True),
        (Person(email="anna@exempel.se"), True),
        (Person(email="x@mailinator.com"), False),
        (Person(email="x@mailinator.com", phone="070-174 06 05"), True),
        (Person(phone="123", email="saknas"), False),
        (Person(), False),
    ],
)
def test_contactable_means_a_valid_phone_or_a_lasting_address(
    facts_of: Gather, person: Person, contactable: bool
) -> None:
    assert facts_of(a_lead(person=person))["contactable"] is contactable


@pytest.mark.parametrize(
    ("signals", "bot"),
    [
        ({}, False),
        ({"honeypot": True}, True),
        ({"honeypot": "http://spam.example"}, True),
        ({"honeypot": False}, False),
        ({"honeypot": ""}, False),
        ({"captcha": "passed"}, False),
        ({"captcha": "failed"}, True),
        ({"captcha": False}, True),
        *(({"stamp": finding}, True) for finding in ("missing", "forged", "too_fast", "too_old")),
        ({"stamp": "valid"}, False),
    ],
)
def test_a_bot_betrays_itself_by_signals_only(facts_of: Gather, signals: dict[str, str | bool], bot: bool) -> None:
    assert facts_of(a_lead(signals=signals))["bot"] is bot


TYPED = st.none() | st.text(max_size=400)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(
    text=st.lists(TYPED, min_size=9, max_size=9), answers=st.dictionaries(st.text(), st.text() | st.lists(st.text()))
)
def test_nothing_a_person_types_makes_an_enricher_raise(
    facts_of: Gather, text: list[str | None], answers: dict[str, Answer]
) -> None:
    lead = a_lead(
        person=Person(email=text[0], phone=text[1]),
        company=Company(organisation_number=text[2], domain=text[3], size=text[4]),
        address=Address(postal_code=text[5], city=text[6], region=text[7], country=text[8]),
        answers={**answers, "interest": text[0] or "", "budget": text[1] or ""},
    )

    facts = facts_of(lead)

    assert set(facts) >= {"email", "phone", "company", "address", "answers", "contactable", "bot"}


def test_a_condition_may_ask_for_what_each_enricher_finds_out() -> None:
    assert {*ENRICHERS, "product"} == {*FACTS}


def test_enrichers_write_the_facts_that_conditions_may_ask_for_and_no_others(facts_of: Gather) -> None:
    known = fact_members(QUESTIONS)
    leads = [
        a_lead(
            person=Person(email="info@exempel.se", phone="08-123 456 78 ankn 12"),
            company=Company(name="Exempel AB", organisation_number="556703-7485", size="11-50"),
            address=Address(postal_code="753 20", country="Sverige"),
            answers={"hur_bor_du?": "Villa", "interest": "Batteri"},
        ),
        a_lead(person=Person(), answers={}),
    ]

    written = [facts_of(lead) for lead in leads]

    assert all(set(facts) <= set(known) for facts in written)
    assert {
        name: set(group) for name, group in written[0].items() if isinstance(group, dict) and name != "answers"
    } == {name: {*members, *EVERY_GROUP} for name, members in FACTS.items() if members}
    assert all(set(facts["answers"]) <= set(known["answers"]) for facts in written)
