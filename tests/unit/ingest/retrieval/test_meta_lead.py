"""A lead as Meta gives it: everything that was said is in its place, and nothing is left out."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.ingest.guard import Document, read_json
from services.ingest.retrieval.meta_lead import make_lead
from services.ingest.submission import SubmittedLead, SubmittedNotice
from shared.domain.ids import lead_id
from shared.domain.lead import Lead
from tests.unit.ingest.meta import AT, CONTEXT, section

NOTICE = SubmittedNotice("meta", "444", AT, form_id="222", page_id="111")


def made(document: dict[str, Any] | None = None, **settings: Any) -> SubmittedLead:  # Any: JSON; as of `section`
    defaults = {"id": "444", "created_time": "2024-05-22T13:10:19+0000", "form_id": "222", "field_data": []}
    content = read_json(json.dumps(defaults | (document or {})).encode())
    assert isinstance(content, Document)
    assert isinstance(content.value, dict)
    return make_lead(content.value, NOTICE, received_at=AT, configuration=section(**settings), context=CONTEXT)


def saying(*fields: tuple[str, object], **settings: Any) -> Lead:  # Any: as of `section`
    return made({"field_data": [{"name": name, "values": values} for name, values in fields]}, **settings).lead


def test_metas_own_questions_have_their_places() -> None:
    lead = saying(
        ("full_name", ["Ada Ek"]),
        ("email", ["Ada@Example.se"]),
        ("phone_number", ["+46701740605"]),
        ("job_title", ["VD"]),
        ("company_name", ["Ek AB"]),
        ("street_address", ["Storgatan 1"]),
        ("zip_code", ["01234"]),
        ("city", ["Uppsala"]),
        ("state", ["Uppsala län"]),
        ("country", ["SE"]),
    )
    assert lead.person.model_dump(exclude_none=True) == {
        "full_name": "Ada Ek",
        "email": "Ada@Example.se",
        "phone": "+46701740605",
        "job_title": "VD",
    }
    assert lead.company.name == "Ek AB"
    assert lead.address.model_dump(exclude_none=True) == {
        "street": "Storgatan 1",
        "postal_code": "01234",
        "city": "Uppsala",
        "region": "Uppsala län",
        "country": "SE",
    }
    assert lead.answers == {}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("e-postadress", "email"),
        ("telefonnummer", "phone"),
        ("fullständigt_namn", "full_name"),
        ("förnamn", "first_name"),
        ("efternamn", "last_name"),
    ],
)
def test_metas_questions_in_swedish_have_the_same_places(name: str, place: str) -> None:
    assert getattr(saying((name, ["något"])).person, place) == "något"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("vollständiger_name", "full_name"),
        ("e-mail-adresse", "email"),
        ("jobbezeichnung", "job_title"),
        ("nombre_completo", "full_name"),
        ("número_de_teléfono", "phone"),
        ("numéro_de_téléphone", "phone"),
        ("numero_di_telefono", "phone"),
        ("indirizzo_e-mail", "email"),
        ("numer_telefonu", "phone"),
        ("эл._адрес", "email"),
        ("полное_имя", "full_name"),
        ("氏名", "full_name"),
        ("電話番号", "phone"),
        ("e-postadress_till_arbetet", "email"),
        ("jobbmejl", "email"),
    ],
)
def test_metas_questions_in_other_languages_have_the_same_places(name: str, place: str) -> None:
    assert getattr(saying((name, ["något"])).person, place) == "något"


def test_an_address_at_work_stands_behind_another_in_any_language() -> None:
    lead = saying(("jobbmejl", ["a"]), ("geschäftliche_e-mail-adresse", ["b"]), ("e-post", ["c"]))

    assert lead.person.email == "c"
    assert lead.answers == {"jobbmejl": "a", "geschäftliche_e-mail-adresse": "b"}
    assert saying(("name_des_unternehmens", ["X"])).company.name == "X"


def test_questions_of_the_forms_own_are_answers_verbatim() -> None:
    lead = saying(
        ("när_vill_du_börja?", ["Inom 3 månader"]),
        ("which_plan?", ["basic", "pro"]),
        ("vad.är/ditt'tak", ["Tegel"]),
        ("hur_stort_är_ditt_företag?", ["10-50"]),
    )
    assert lead.answers == {
        "när_vill_du_börja?": "Inom 3 månader",
        "which_plan?": ["basic", "pro"],
        "vad.är/ditt'tak": "Tegel",
        "hur_stort_är_ditt_företag?": "10-50",
    }
    assert lead.company.size is None


def test_a_second_address_is_an_answer_beside_the_first_whatever_their_order() -> None:
    lead = saying(("work_email", ["ada@ek.example"]), ("email", ["ada@example.se"]))
    assert lead.person.email == "ada@example.se"
    assert lead.answers == {"work_email": "ada@ek.example"}
    assert saying(("work_email", ["ada@ek.example"])).person.email == "ada@ek.example"


def test_what_says_nothing_is_left_out() -> None:
    lead = saying(("email", [""]), ("phone_number", []), ("city", ["null"]), ("boende", [" "]))
    assert (lead.person.email, lead.person.phone, lead.address.city, lead.answers) == (None, None, None, {})


def test_a_field_has_the_place_that_the_configuration_gives_it() -> None:
    lead = saying(("q1", ["ada@example.se"]), fields={"q1": "person.email"})
    assert lead.person.email == "ada@example.se"


def test_ids_and_names_of_the_ad_are_told() -> None:
    ad = {
        "ad_id": 9_007_199_254_740_993,
        "ad_name": "Villa, video",
        "adset_id": "335",
        "adset_name": "Mälardalen",
        "campaign_id": "336",
        "campaign_name": "Solceller höst",
        "is_organic": False,
        "platform": "ig",
    }
    lead = made(ad).lead
    told = lead.attribution
    assert (told.creative_id, told.ad_group_id, told.campaign_id) == ("9007199254740993", "335", "336")
    assert (told.campaign_name, told.form_id, told.network) == ("Solceller höst", "222", "ig")
    assert lead.signals == {"ad_name": "Villa, video", "adset_name": "Mälardalen", "is_organic": False}


def test_ticks_are_consents_given_or_refused() -> None:
    ticks = [
        {"checkbox_key": "optional_1", "is_checked": "1"},
        {"checkbox_key": "optional_2", "is_checked": ""},
        {"checkbox_key": "sms", "is_checked": True},
    ]
    told = {"optional_1": {"purpose": "newsletter", "channels": ["email"], "text": "Ja tack", "version": "3"}}
    first, second, third = made({"custom_disclaimer_responses": ticks}, disclaimers=told).lead.consents
    assert (first.purpose, first.granted, first.text, first.version) == ("newsletter", True, "Ja tack", "3")
    assert (second.purpose, second.granted) == ("optional_2", False)
    assert (third.purpose, third.granted) == ("sms", True)


def test_a_lead_has_its_notices_id_and_its_own_time() -> None:
    submitted = made()
    assert submitted.lead.id == lead_id("facebook", "444")
    assert submitted.lead.submitted_at == datetime(2024, 5, 22, 13, 10, 19, tzinfo=UTC)
    assert submitted.is_dated
    assert made({"created_time": "2099-01-01T00:00:00+0000"}).lead.submitted_at == AT


def test_a_form_means_what_the_configuration_says() -> None:
    forms = {"222": {"product": "battery", "campaign_name": "Batteri höst", "segment": "b2c"}}
    lead = made(forms=forms).lead
    assert (lead.product, lead.segment, lead.channel) == ("battery", "b2c", "paid_social")
    assert lead.attribution.campaign_name == "Batteri höst"


def test_the_testing_tools_lead_is_a_test() -> None:
    assert made({"field_data": [{"name": "email", "values": ["<test lead: dummy data for email>"]}]}).is_test
    assert not made().is_test
