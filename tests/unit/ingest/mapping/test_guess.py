"""The guess finds the usual fields in any payload, says where, and never takes somebody else for the lead."""

from typing import Any

import pytest

from tests.unit.ingest.mapping.anyones import ANYONES
from tests.unit.ingest.mapping.mappings import GUESS, apply, compiled, lead, one

LINA = {"email": "lina@exempel.se", "phone": "070-174 06 05", "full_name": "Lina Exempel"}


@pytest.mark.parametrize("name", ANYONES)
def test_the_persons_own_fields_are_found(name: str) -> None:
    item = one(ANYONES[name], **GUESS)

    assert item.members["person"] == LINA
    assert {"person.email", "person.phone", "person.full_name"} <= item.guessed.keys()
    assert item.missing == []


def test_a_guess_says_where_it_looked() -> None:
    item = one({"data": {"Din e-post": "lina@exempel.se"}, "takyta": 40}, **GUESS)

    assert item.guessed == {"person.email": "data['Din e-post']"}
    assert (item.members["answers"], item.unmapped) == ({"takyta": "40"}, ["takyta"])
    assert item.missing == ["person.phone", "person.full_name"]


@pytest.mark.parametrize(
    ("payload", "members"),
    [
        ({"Förnamn": "Lina", "Efternamn": "Exempel"}, {"person": {"first_name": "Lina", "last_name": "Exempel"}}),
        (
            {"ctl00$main$txtFornamn": "Lina", "ctl00$txtEfternamn": "Exempel"},
            {"person": {"first_name": "Lina", "last_name": "Exempel"}},
        ),
        ({"created": {"by": "Sara Säljare"}, "By": "København"}, {"address": {"city": "København"}}),
        ({"contact": {"title": "Mr", "first_name": "Lars"}}, {"person": {"first_name": "Lars"}}),
        ({"contact": {"title": "VD", "first_name": "Lina"}}, {"person": {"first_name": "Lina", "job_title": "VD"}}),
        ({"title": "Kontakt", "name": "Lina Exempel"}, {"person": {"full_name": "Lina Exempel"}}),
        ({"city": "Uppsala", "state": "disabled"}, {"address": {"city": "Uppsala"}}),
        (
            {"work": {"email": "lina@exempel.se"}, "personal": {"email": "l@exempel.se", "phone": "070-174 06 05"}},
            {"person": {"email": "lina@exempel.se", "phone": "070-174 06 05"}},
        ),
        ({"email": "mailto:lina@exempel.se"}, {"person": {"email": "lina@exempel.se"}}),
        ({"Vorname": "Lina", "Name": "Exempel"}, {"person": {"first_name": "Lina", "last_name": "Exempel"}}),
        ({"Nombre": "Lina", "Apellidos": "Exempel"}, {"person": {"first_name": "Lina", "last_name": "Exempel"}}),
        (
            {"お名前": "見本 花子", "電話番号": "0312345678"},
            {"person": {"full_name": "見本 花子", "phone": "0312345678"}},
        ),
        (
            {"Invoice email": "i@exempel.se", "Work email": "w@exempel.se"},
            {"person": {"email": "w@exempel.se"}},
        ),
        (
            {"What's your job title?": "VD", "q4_contactNumber": {"full": "070-174 06 05"}},
            {"person": {"job_title": "VD", "phone": "070-174 06 05"}},
        ),
        ({"What is the name of your company?": "Exempel AB"}, {"company": {"name": "Exempel AB"}}),
        (
            {"Board (IB / State / Other)": "IB", "Address (street, city)": "Solgatan 1"},
            {"address": {"street": "Solgatan 1"}},
        ),
        ({"q3_name": {"first": "Lina", "last": "Exempel"}}, {"person": {"first_name": "Lina", "last_name": "Exempel"}}),
        (
            {"job_title": "VD", "company": "Exempel AB", "Org.nr": "556000-0000"},
            {"person": {"job_title": "VD"}, "company": {"name": "Exempel AB", "organisation_number": "556000-0000"}},
        ),
        (
            {"company": {"name": "Exempel AB", "number_of_employees": 12}},
            {"company": {"name": "Exempel AB", "size": "12"}},
        ),
        (
            {"Adress": "Solgatan 1", "Postnr": "753 10", "Ort": "Uppsala"},
            {"address": {"street": "Solgatan 1", "postal_code": "753 10", "city": "Uppsala"}},
        ),
        (
            {
                "address": {
                    "addr_line1": "Solgatan 1",
                    "city": "Uppsala",
                    "state": "Uppsala län",
                    "postal": 75310,
                    "country": "SE",
                }
            },
            {
                "address": {
                    "street": "Solgatan 1",
                    "city": "Uppsala",
                    "region": "Uppsala län",
                    "postal_code": "75310",
                    "country": "SE",
                }
            },
        ),
        ({"geo": {"city": "Stockholm", "country": "SE"}, "zip": "75310"}, {"address": {"postal_code": "75310"}}),
        ({"Meddelande": "Ring mig", "email": "a@exempel.se"}, {"message": "Ring mig"}),
        (
            {"UTM_Source__c": "google", "GCLID__c": "Cj0-A", "__x__": "7", "a__": "8"},
            {
                "attribution": {"last_touch": {"source": "google"}, "click_ids": {"gclid": "Cj0-A"}},
                "answers": {"__x__": "7", "a__": "8"},
            },
        ),
        (
            {"utm_source": "google", "gclid": "Cj0-A", "campaign": {"name": "Höst", "id": 7}, "form_id": 9},
            {
                "attribution": {
                    "last_touch": {"source": "google"},
                    "click_ids": {"gclid": "Cj0-A"},
                    "campaign_name": "Höst",
                    "campaign_id": "7",
                    "form_id": "9",
                }
            },
        ),
        (
            {"tracking": {"utmMedium": "cpc"}, "first_utm_source": "bing", "hidden": {"FBCLID": "Iw"}},
            {
                "attribution": {
                    "last_touch": {"medium": "cpc"},
                    "first_touch": {"source": "bing"},
                    "click_ids": {"fbclid": "Iw"},
                }
            },
        ),
        (
            {
                "page_url": "https://exempel.se/sol?utm_source=g&gbraid=0A&adgroupid=3",
                "referrer": "https://sok.exempel/",
            },
            {
                "attribution": {
                    "last_touch": {
                        "landing_url": "https://exempel.se/sol?utm_source=g&gbraid=0A&adgroupid=3",
                        "source": "g",
                        "referrer": "https://sok.exempel/",
                    },
                    "click_ids": {"gbraid": "0A"},
                    "ad_group_id": "3",
                }
            },
        ),
    ],
)
def test_other_fields_are_found(payload: dict[str, Any], members: dict[str, Any]) -> None:
    found = lead(one(payload, **GUESS)).model_dump(exclude_none=True, exclude_defaults=True)

    assert {name: found.get(name) for name in members} == members


@pytest.mark.parametrize(
    ("payload", "submission_id"),
    [
        ({"id": "z1", "email": "a@exempel.se"}, "z1"),
        ({"id": "event", "data": {"id": "lead-1", "email": "a@exempel.se"}}, "lead-1"),
        ({"responseId": "r", "data": {"submissionId": "s"}, "email": "a@exempel.se"}, "s"),
        ({"form": {"id": "f"}, "contact": {"id": "c", "email": "a@exempel.se"}}, None),
        ({"page_id": "p", "email": "a@exempel.se"}, None),
    ],
)
def test_only_a_submissions_own_id_is_taken(payload: dict[str, Any], submission_id: str | None) -> None:
    assert one(payload, **GUESS).submission_id == submission_id


@pytest.mark.parametrize(
    ("payload", "dated"),
    [
        ({"submitted_at": "2026-05-01T10:00:00Z"}, True),
        ({"data": {"createdAt": 1777638600}}, True),
        ({"submitted_at": "05/01/2026", "created_at": "2026-05-01T10:00:00Z"}, True),
        ({"contact": {"created_at": "2024-05-01T10:00:00Z"}}, False),
        ({"preferred_date": "2026-04-30", "date": "2026-04-30"}, False),
    ],
)
def test_only_the_time_of_the_submission_is_taken(payload: dict[str, Any], dated: bool) -> None:
    assert one({**payload, "email": "a@exempel.se"}, **GUESS).is_dated is dated


@pytest.mark.parametrize(
    ("payload", "consents"),
    [
        ({"newsletter": True}, [("newsletter", True)]),
        ({"Jag vill ha nyhetsbrev": "Ja, gärna"}, [("newsletter", True)]),
        ({"Samtycke": "on"}, [("sales_contact", True)]),
        ({"Får vi kontakta dig?": True, "contact": {"active": True}}, [("sales_contact", True)]),
        ({"May we contact you?": "no"}, [("sales_contact", False)]),
        ({"Sign up for news and updates": "true"}, [("newsletter", True)]),
        ({"How did you hear of us: news": "yes"}, []),
        ({"consents": {"marketing": "no"}}, [("newsletter", False)]),
        ({"unsubscribe": "yes"}, [("newsletter", False)]),
        ({"unsubscribe": "no"}, []),
        ({"newsletter": "weekly"}, []),
        ({"newsletter": ""}, []),
        ({"accept_terms": True}, []),
        ({"hidden": {"newsletter": "yes"}}, []),
        ({"consent": "I agree to be called"}, []),
        ({"consent_text": "yes"}, []),
    ],
)
def test_a_consent_needs_a_name_that_speaks_of_it_and_an_explicit_word(
    payload: dict[str, Any], consents: list[tuple[str, bool]]
) -> None:
    item = one({**payload, "email": "lina@exempel.se"}, **GUESS)

    assert [(consent.purpose, consent.granted) for consent in lead(item).consents] == consents


@pytest.mark.parametrize(
    ("event", "becomes"),
    [
        ("invitee.canceled", "nothing"),
        ("BOOKING_CANCELLED", "nothing"),
        ("contact.deleted", "deletion"),
        ("payment.succeeded", "activity"),
        ("contact.propertyChange", "nothing"),
        ("ping", "nothing"),
        ("MEETING_ENDED", "nothing"),
        ("form_abandoned", "activity"),
        ("hard_bounce", "activity"),
        ("Cancelled my old contract, what do you offer me instead now", None),
        ("open_house.registered", None),
        ("lead.created", None),
        ("FORM_RESPONSE", None),
    ],
)
def test_events_that_are_no_leads_are_recognised(event: str, becomes: str | None) -> None:
    mapped = apply(compiled(**GUESS), {"event": event, "data": {"email": "lina@exempel.se", "type": "x"}})

    assert [other.becomes for other in mapped.others] == ([becomes] if becomes else [])
    assert len(mapped.leads) == (0 if becomes else 1)


@pytest.mark.parametrize(
    "payload",
    [
        [{"email": "a@exempel.se"}, {"email": "b@exempel.se"}],
        {"leads": [{"email": "a@exempel.se"}, {"email": "b@exempel.se"}], "sent": "x"},
        {
            "data": {
                "items": [{"id": 1, "attributes": {"email": "a@exempel.se"}}, {"attributes": {"email": "b@exempel.se"}}]
            }
        },
        {
            "results": [
                {"values": [{"name": "email", "value": "a@exempel.se"}]},
                {"values": [{"question": "Din e-post", "answer": "b@exempel.se"}]},
            ]
        },
    ],
)
def test_several_leads_are_several(payload: object) -> None:
    mapped = apply(compiled(**GUESS), payload)

    assert [item.members["person"] for item in mapped.leads] == [{"email": "a@exempel.se"}, {"email": "b@exempel.se"}]


def test_a_headers_id_goes_before_a_guessed_one_which_is_kept() -> None:
    (item,) = apply(compiled(**GUESS), {"id": "z1", "email": "a@exempel.se"}, webhook_id="msg_1").leads

    assert (item.submission_id, item.members["signals"]) == ("msg_1", {"submission_id": "z1"})
    assert "submission_id" not in {*item.members, *item.guessed}


def test_a_rule_goes_before_a_guess() -> None:
    item = one({"mejl": "a@exempel.se", "email": "b@exempel.se"}, fields={"person.email": "mejl"}, **GUESS)

    assert item.members["person"] == {"email": "a@exempel.se"}
    assert item.members["answers"] == {"email": "b@exempel.se"}
    assert item.guessed == {}


def test_rows_and_files_of_an_answer_are_not_the_lead() -> None:
    rows = [{"Name": "Olle Prov", "Email": "o@exempel.se"}]
    item = one(
        {
            "questions": [
                {"id": "a", "name": "Who comes along?", "type": "Table", "value": rows},
                {"id": "b", "name": "Picture", "type": "FileUpload", "value": {"name": "roof.jpg"}},
                {"id": "c", "name": "Work email", "type": "ShortAnswer", "value": "lina@exempel.se"},
                {"id": "d", "name": "Who are you? (Name)", "type": "ShortAnswer", "value": "Lina Exempel"},
            ]
        },
        **GUESS,
    )

    assert item.members["person"] == {"email": "lina@exempel.se", "full_name": "Lina Exempel"}


def test_secrets_do_not_travel_with_the_lead() -> None:
    item = one({"google_key": "hemlig", "g-recaptcha-response": "0123", "email": "a@exempel.se"}, **GUESS)

    assert item.members["answers"] == {}
    assert item.unmapped == ["google_key", "g-recaptcha-response"]


def test_a_password_that_was_asked_for_does_not_travel() -> None:
    questions = [{"id": "a", "name": "Password", "type": "Password", "value": "hemlig"}]
    item = one({"questions": questions, "email": "a@exempel.se"}, **GUESS)

    assert item.members["answers"] == {}


@pytest.mark.parametrize("payload", [{}, {"a": None, "b": [], "c": " "}])
def test_a_body_that_says_nothing_is_no_lead(payload: dict[str, Any]) -> None:
    mapped = apply(compiled(**GUESS), payload)

    assert (list(mapped.leads), mapped.not_a_lead) == ([], "it says nothing")


@pytest.mark.parametrize(
    ("parts", "phone"),
    [
        ({"area": "070", "phone": "1740605"}, "070 1740605"),
        ({"countryCode": "+46", "number": "701740605"}, "+46 701740605"),
        ({"country": "46", "area": "70", "phone": "1740605"}, "+46 70 1740605"),
        ({"countryCode": "SE", "phone": "070-1740605"}, "070-1740605"),
        ({"area": "070", "phone": "1740605", "full": "(070) 1740605"}, "(070) 1740605"),
        ({"countryCode": "46", "phone": "+46701740605"}, "+46701740605"),
    ],
)
def test_a_number_in_parts_is_one(parts: dict[str, str], phone: str) -> None:
    item = one({"q5_phoneNumber": parts}, **GUESS)

    assert item.members["person"]["phone"] == phone
    assert "address" not in item.guessed


def test_what_is_no_code_is_not_put_before_a_number() -> None:
    item = one({"data": {"area": "65", "phone": "0701740605"}}, **GUESS)

    assert (item.members["person"]["phone"], item.members["answers"]) == ("0701740605", {"area": "65"})


@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        ({"year": "2026", "month": "8", "day": "5"}, "2026-08-05"),
        ({"year": "2026", "month": "08", "day": "05", "timeInput": "10:30", "ampm": "PM"}, "2026-08-05 10:30 PM"),
        ({"year": "2026", "month": "08", "day": "05", "hour": "10", "min": "30"}, "2026-08-05 10:30"),
    ],
)
def test_a_date_in_parts_is_one_answer(parts: dict[str, str], answer: str) -> None:
    assert one({"q9_start": parts}, **GUESS).members["answers"] == {"q9_start": answer}


def test_a_date_and_a_time_apart_are_one_moment() -> None:
    item = one({"date_submitted": "2026-05-01", "time_submitted": "10:57 AM UTC", "email": "a@exempel.se"}, **GUESS)

    assert item.members["submitted_at"].isoformat() == "2026-05-01T10:57:00+00:00"


@pytest.mark.parametrize(
    "payload",
    [
        {"owneremail": "sara@exempelsol.se", "Telefon": "0701740605"},
        {"calendarEmail": "sara@exempelsol.se", "Telefon": "0701740605"},
        {"scheduledUserEmail": "sara@exempelsol.se", "email_of_host": "sara@exempelsol.se", "Telefon": "0701740605"},
        {"querystring__email": "url@exempel.se", "Telefon": "0701740605"},
        {"included": [{"type": "users", "attributes": {"email": "sara@exempelsol.se"}}], "Telefon": "0701740605"},
        {"Telefon": "0701740605", "company": {"email": "info@exempel.se"}},
        {"Namn": "Lina", "Telefon": "0701740605", "user": {"name": "Sara", "email": "sara@exempelsol.se"}},
    ],
)
def test_the_only_address_of_somebody_else_is_not_taken(payload: dict[str, Any]) -> None:
    person = one(payload, **GUESS).members["person"]

    assert (person["phone"], "email" in person) == ("0701740605", False)


@pytest.mark.parametrize(
    "payload",
    [
        {"Quote-Form-Name": "Lina Exempel", "Quote-Form-Email": "lina@exempel.se", "Quote-Form-Phone": "070-174 06 05"},
        {"Name-kom": "Lina Exempel", "Email-kom": "lina@exempel.se", "phone-kom": "070-174 06 05", "kom": "1"},
    ],
)
def test_what_all_fields_of_a_form_begin_or_end_with_is_looked_past(payload: dict[str, Any]) -> None:
    assert one(payload, **GUESS).members["person"] == LINA


def test_what_belongs_to_others_or_stands_beside_the_leads_own_keeps_its_whole_name() -> None:
    rep = {"host_name": "Sara", "host_email": "s@exempelsol.se", "host_phone": "018-10 20 30"}
    form = {"form_name": "Kontakt", "form_email": "info@exempelsol.se"}
    child = {"child_name": "Olle", "child_email": "o@exempel.se", "email": "lina@exempel.se"}

    assert one(rep, **GUESS).members["person"] == {}
    assert "full_name" not in one(form, **GUESS).members["person"]
    assert one(child, **GUESS).members["person"] == {"email": "lina@exempel.se"}


def test_a_companys_own_number_is_taken_where_there_is_no_other() -> None:
    item = one({"company": {"name": "Exempel AB", "phone": "018-10 20 30"}}, **GUESS)

    assert item.members["person"] == {"phone": "018-10 20 30"}


@pytest.mark.parametrize(
    ("location", "address"),
    [
        ({"street": "Solgatan 1", "city": "Uppsala"}, {"street": "Solgatan 1", "city": "Uppsala"}),
        ({"id": "1", "name": "Exempelsol AB", "address": "Bolagsgatan 1", "city": "Stockholm"}, {}),
        ({"city": "Stockholm", "country": "Sweden"}, {}),
    ],
)
def test_a_location_is_the_leads_only_where_somebody_lives_there(
    location: dict[str, str], address: dict[str, str]
) -> None:
    assert one({"email": "a@exempel.se", "location": location}, **GUESS).members["address"] == address


def test_a_meetings_id_is_not_that_of_one_who_comes() -> None:
    webinar = {"id": "86", "topic": "Sol", "start_time": "2026-06-01", "registrant": {"email": "a@exempel.se"}}

    assert one({"object": webinar}, **GUESS).submission_id is None
    assert one({"object": {**webinar, "registrant": {"id": "r1", "email": "a@x.se"}}}, **GUESS).submission_id == "r1"


def test_a_list_of_questions_alone_is_one_lead() -> None:
    item = one([{"name": "email", "value": "a@exempel.se"}, {"name": "boende", "value": "Villa"}], **GUESS)

    assert (item.members["person"], item.members["answers"]) == ({"email": "a@exempel.se"}, {"boende": "Villa"})


@pytest.mark.parametrize(
    "payload",
    [
        {"meta": {"action": "delete"}, "data": {"email": "a@exempel.se"}},
        {"status": "cancelled", "customer": {"email": "a@exempel.se"}},
        {"event": "bokning.avbokad", "email": "a@exempel.se"},
        {"email": "a@exempel.se", "calendar": {"status": "booked", "appoinmentStatus": "cancelled"}},
    ],
)
def test_an_event_is_told_around_the_lead_as_well(payload: dict[str, Any]) -> None:
    assert not apply(compiled(**GUESS), payload).leads


@pytest.mark.parametrize("payload", [{"event": "webhook.test", "message": "Hello"}, {"test": True, "text": "Hello"}])
def test_a_test_without_anybody_is_no_lead(payload: dict[str, Any]) -> None:
    assert [other.reason for other in apply(compiled(**GUESS), payload).others] == ["a test of the connection"]
    assert one({**payload, "email": "a@exempel.se"}, **GUESS).is_test


def test_terms_and_channels_among_consents_are_answers() -> None:
    item = one({"email": "a@exempel.se", "consents": {"newsletter": True, "terms": True, "sms": False}}, **GUESS)

    assert [(consent.purpose, consent.granted) for consent in lead(item).consents] == [("newsletter", True)]
    assert item.members["answers"] == {"terms": "true", "sms": "false"}


def test_a_role_in_a_program_is_no_job() -> None:
    assert one({"email": "a@exempel.se", "role": "lead"}, **GUESS).members["answers"] == {"role": "lead"}
    assert one({"email": "a@exempel.se", "Roll": "VD"}, **GUESS).members["person"]["job_title"] == "VD"


@pytest.mark.parametrize("nothing", ["xxxxx", "undefined", "null", " "])
def test_what_stands_for_nothing_is_no_click_id(nothing: str) -> None:
    assert one({"email": "a@exempel.se", "gclid": nothing}, **GUESS).members["attribution"] == {"click_ids": {}}


@pytest.mark.parametrize("nothing", ["{{lead.First Name}}", "{gclid}", "{{campaign.name}}"])
def test_what_was_never_put_in_is_no_field(nothing: str) -> None:
    page = f"https://www.exempelsol.se/?utm_campaign={nothing}&gclid={nothing}"
    item = one({"email": "a@exempel.se", "Förnamn": nothing, "gclid": nothing, "sida": page}, **GUESS)

    assert (item.members["person"], item.members["attribution"]) == ({"email": "a@exempel.se"}, {"click_ids": {}})
    assert item.members["answers"] == {"Förnamn": nothing, "gclid": nothing, "sida": page}


@pytest.mark.parametrize(
    ("sent", "email", "left"),
    [
        ("mailto:lina@exempel.se", "lina@exempel.se", False),
        ("Exempel, Lina <lina@exempel.se>", "lina@exempel.se", False),
        ("lina@exempel.se; bo@exempel.se", "lina@exempel.se", True),
        ("lina@exempel.se, eller ring", None, True),
    ],
)
def test_an_address_is_found_however_it_is_written(sent: str, email: str | None, left: bool) -> None:
    item = one({"Namn": "Lina", "E-post": sent}, **GUESS)

    assert item.members["person"].get("email") == email
    assert item.members["answers"] == ({"E-post": sent} if left else {})


def test_halves_of_a_name_need_no_more_than_that() -> None:
    person = {"first": "Lina", "last": "Exempel"}

    assert one({"email": "a@exempel.se", **person}, **GUESS).members["person"] == {
        "email": "a@exempel.se",
        "first_name": "Lina",
        "last_name": "Exempel",
    }
    assert "first_name" not in one({"email": "a@exempel.se", "paging": person}, **GUESS).members["person"]


def test_beyond_what_any_form_has_nothing_is_guessed_and_all_is_kept() -> None:
    fields = {f"fråga {number}": f"svar {number}" for number in range(600)}

    item = one({"epost": "anna@exempel.se", **fields, "telefon": "070-174 06 05"}, **GUESS)

    assert item.members["person"] == {"email": "anna@exempel.se"}
    assert item.members["answers"] == fields | {"telefon": "070-174 06 05"}
