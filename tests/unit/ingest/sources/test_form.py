"""A page's form: through the door with its browser's headers, into the log, and back to a page or a script."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from services.ingest.api import ingest_app, public_app
from services.ingest.configuration import Sources
from services.ingest.forms.stamps import stamp
from services.ingest.guard import MAX_BODY_BYTES
from services.ingest.service import IngestService
from services.ingest.sources import make_sources
from services.ingest.submission import Submission
from shared.domain.business import Question
from shared.domain.errors import NotDurable
from shared.domain.events import ConsentGiven, DeadLetter, LeadReceived
from shared.domain.ids import lead_id
from shared.domain.lead import Consent, Lead
from tests.unit.ingest.doors import AT, PERSON_KEY, Published

PAGE = "https://www.exempelsol.se"
THANKS = f"{PAGE}/tack"
KEY = b"k" * 32
ID = "4b0c0ad3-1f7b-4c2d-9d2f-0e1f2a3b4c5d"
CONSENT = {
    "field": "nyhetsbrev",
    "purpose": "newsletter",
    "text": {"sv": "Ja, skicka nyhetsbrevet", "en": "Yes, send the newsletter"},
    "version": "3",
}
WEBSITE = {
    "kind": "form",
    "origins": [PAGE],
    "thank_you_url": THANKS,
    "redirects": [f"{PAGE}/tack-foretag"],
    "fields": ["full_name", "email", "phone", "postal_code", "interest", "housing", "start"],
    "consents": [CONSENT],
    "segment": "auto",
}
QUESTIONS = {
    "housing": Question(type="choice", options={"villa": ["Villa"], "company": ["Företag"]}, aliases=["boendeform"]),
    "device": Question(type="text"),
}
PERSON = {"full_name": "Åsa Öberg", "email": "asa@exempel.se", "phone": "070-174 06 05", "postal_code": "753 20"}


def configured(**members: Any) -> Any:  # Any: one of several kinds of section
    return TypeAdapter(Sources).validate_python({"website": {**WEBSITE, **members}})["website"]


def service(published: Published, **members: Any) -> IngestService:  # Any: the section's own
    sources = make_sources(
        {"website": configured(**members)},
        person_key=PERSON_KEY,
        public_url=None,
        signing=[KEY],
        questions=QUESTIONS,
    )
    return IngestService(published, sources, person_key=PERSON_KEY, country="SE")


def browser(published: Published, **members: Any) -> httpx.AsyncClient:  # Any: the section's own
    async def ready() -> bool:
        return True

    app = ingest_app(service(published, **members), public_app(ready))
    headers = {"origin": PAGE, "accept": "text/html,*/*;q=0.8"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://leads", headers=headers)


async def posted(published: Published, members: dict[str, Any] | None = None, **request: Any) -> httpx.Response:
    return await browser(published, **(members or {})).post("/v1/sources/website", **request)


async def lead_of(members: dict[str, Any] | None = None, **request: Any) -> Lead:  # Any: httpx's own
    """Post once, and return the one lead that came of it."""
    published = Published()
    answer = await posted(published, members, **request)
    assert answer.status_code in {200, 303}, answer.text
    (received,) = [event for event in published.events if isinstance(event, LeadReceived)]
    return received.data.lead


async def taken(fields: dict[str, str], *, after: timedelta = timedelta(0), **members: Any) -> Lead:
    """Take a form in at a known time, and return its lead."""
    published = Published()
    await service(published, **members).accept(
        Submission(
            source="website",
            method="POST",
            path="/v1/sources/website",
            query=b"",
            headers={b"origin": PAGE.encode(), b"content-type": b"application/json"},
            body=json.dumps(fields).encode(),
            received_at=AT + after,
        )
    )
    (event,) = [event for event in published.events if isinstance(event, LeadReceived)]
    return event.data.lead


@pytest.mark.parametrize(
    "request_",
    [
        {"data": PERSON},
        {"files": {name: (None, value) for name, value in PERSON.items()}},
        {"json": PERSON},
        {"content": json.dumps(PERSON), "headers": {"content-type": "text/plain;charset=UTF-8"}},
        {"content": json.dumps(PERSON), "headers": {"content-type": "application/octet-stream"}},
        {"content": "\r\n".join(map("=".join, PERSON.items())) + "\r\n", "headers": {"content-type": "text/plain"}},
        {"content": "full_name=%C5sa+%D6berg&email=asa%40exempel.se&phone=070-174+06+05&postal_code=753+20"},
    ],
    ids=["urlencoded", "multipart", "json", "text", "blob", "plain form", "latin-1"],
)
async def test_every_way_of_posting_gives_the_same_lead(request_: dict[str, Any]) -> None:
    lead = await lead_of(**request_)

    person = lead.person
    assert (person.full_name, person.email, person.phone) == ("Åsa Öberg", "asa@exempel.se", "070-174 06 05")
    assert lead.address.postal_code == "753 20"


async def test_a_person_is_sent_to_the_thank_you_page_once_the_lead_is_durable() -> None:
    published = Published()

    answer = await posted(
        published, data={**PERSON, "submission_id": ID, "gclid": "EAIaIQ-aB", "next": "//evil.example"}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"{THANKS}?gclid=EAIaIQ-aB")
    assert answer.content == b""
    assert [event.subject for event in published.events] == [lead_id("website", ID)]


async def test_a_form_chooses_its_page_by_body_or_query() -> None:
    for request in (
        {"data": {**PERSON, "next": "/tack-foretag"}},
        {"data": PERSON, "params": {"next": "/tack-foretag"}},
    ):
        answer = await posted(Published(), **request)
        assert answer.headers["location"] == f"{PAGE}/tack-foretag"


async def test_a_script_is_answered_as_every_sender_and_may_read_it() -> None:
    answer = await posted(Published(), data=PERSON, headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["vary"] == "Origin"


async def test_without_a_page_a_person_reads_a_sentence_in_both_languages() -> None:
    answer = await posted(Published(), {"thank_you_url": None, "redirects": []}, data=PERSON)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Tack!" in answer.text
    assert "Thank you!" in answer.text


async def test_what_is_left_over_is_kept_and_what_serves_the_form_is_not() -> None:
    lead = await lead_of(data={**PERSON, "takyta": "65", "next": "/tack", "tratt_stamp": "x", "_charset_": "utf-8"})

    assert lead.answers == {"takyta": "65"}
    assert lead.mapping_version == "form-1"


async def test_a_field_that_is_named_like_an_event_is_an_answer() -> None:
    lead = await lead_of(data={**PERSON, "topic": "Payment", "action": "delete"})

    assert lead.answers == {"topic": "Payment", "action": "delete"}


@pytest.mark.parametrize(("said", "segment"), [("Företag", "b2b"), ("Villa", "b2c")])
async def test_the_segment_follows_the_companys_own_question(said: str, segment: str) -> None:
    assert (await lead_of(data={**PERSON, "boendeform": said})).segment == segment


async def test_the_segment_is_configured_or_told_where_it_is_not_automatic() -> None:
    by_form = {"forms": {"f-1": {"segment": "partner"}}}

    assert (await lead_of({"segment": "b2b"}, data=PERSON)).segment == "b2b"
    assert (await lead_of(by_form, data={**PERSON, "form_id": "f-1"})).segment == "partner"
    assert (await lead_of({"segments": {"x": {"start": "now"}}}, data={**PERSON, "start": "now"})).segment == "x"


@pytest.mark.parametrize(("language", "text"), [("en-GB", "Yes, send the newsletter"), ("", "Ja, skicka nyhetsbrevet")])
async def test_a_ticked_box_is_a_consent_with_what_was_read_beside_it(language: str, text: str) -> None:
    published = Published()

    await posted(published, data={**PERSON, "nyhetsbrev": "on", "lang": language, "page_url": f"{PAGE}/batteri?a=b"})

    received, consent = published.events
    assert isinstance(received, LeadReceived)
    assert received.data.lead.consents == [
        Consent(purpose="newsletter", granted=True, text=text, version="3", evidence=f"{PAGE}/batteri")
    ]
    assert isinstance(consent, ConsentGiven)


async def test_an_unticked_box_is_a_refusal_only_where_configured() -> None:
    always_shown = {"consents": [{**CONSENT, "unticked": "refused"}]}

    assert (await lead_of(data=PERSON)).consents == []
    (refused,) = (await lead_of(always_shown, data=PERSON)).consents
    assert (refused.granted, refused.version) == (False, "3")


@pytest.mark.parametrize(("sent", "granted"), [(["0", "1"], True), (["0"], False), ("Ja, skicka nyhetsbrevet", True)])
async def test_of_a_hidden_value_and_its_box_the_box_counts(sent: Any, granted: bool) -> None:
    (consent,) = (await lead_of(data={**PERSON, "nyhetsbrev": sent})).consents

    assert consent.granted is granted


@pytest.mark.parametrize("name", ["samtycke[nyhetsbrev]", "samtycke[]", "form[samtycken][0]", "val[2]"])
@pytest.mark.parametrize("kind", ["data", "json"])
async def test_a_field_may_have_brackets_in_its_name(name: str, kind: str) -> None:
    members = {"consents": [{**CONSENT, "field": name, "unticked": "refused"}], "honeypot": ["hp[x]"]}
    fields = {"user[email]": "asa@exempel.se", name: ["0", "1"] if kind == "data" else "1", "hp[x]": "http://spam"}

    lead = await lead_of({**members, "fields": ["user[email]"]}, **{kind: fields})

    assert lead.person.email == "asa@exempel.se"
    assert [consent.granted for consent in lead.consents] == [True]
    assert lead.signals["honeypot"] is True
    assert lead.answers == {}


async def test_a_filled_honeypot_is_taken_in_and_marked() -> None:
    answer = await posted(published := Published(), {"honeypot": "company_url"}, data={**PERSON, "company_url": "spam"})

    (event,) = published.events
    assert answer.status_code == 303
    assert isinstance(event, LeadReceived)
    assert event.data.lead.signals["honeypot"] is True


@pytest.mark.parametrize(
    ("after", "finding"),
    [(timedelta(seconds=1), "too_fast"), (timedelta(minutes=1), "valid"), (timedelta(days=2), "too_old")],
)
async def test_a_stamp_marks_a_form_that_came_too_soon_or_too_late(after: timedelta, finding: str) -> None:
    lead = await taken({**PERSON, "tratt_stamp": stamp(KEY, "website", AT)}, after=after)

    assert lead.signals["stamp"] == finding


async def test_a_missing_stamp_is_marked_only_where_it_is_required() -> None:
    assert "stamp" not in (await taken(PERSON)).signals
    assert (await taken(PERSON, stamp={"required": True})).signals["stamp"] == "missing"
    assert (await taken({**PERSON, "tratt_stamp": "1.forged"})).signals["stamp"] == "forged"


async def test_both_visits_and_every_click_id_are_kept_as_they_came() -> None:
    lead = await lead_of(
        data={
            **PERSON,
            "page_url": f"{PAGE}/batteri?gclid=CjwK_AbC&gbraid=0AAAA&utm_campaign=h%C3%B6st&gad_campaignid=77",
            "landing_url_first": f"{PAGE}/?utm_source=facebook&utm_medium=social&fbclid=IwAR0x",
            "referrer_first": "https://m.facebook.com/",
            "utm_source": "google",
            "wbraid": "wB-1",
            "msclkid": "ms-1",
            "li_fat_id": "li-1",
            "ttclid": "tt-1",
            "ScCid": "Sc-1",
            "_fbp": "fb.1.2.3",
            "keyword": "solceller pris",
            "device": "c",
        }
    )

    attribution = lead.attribution
    assert attribution.first_touch is not None
    assert attribution.last_touch is not None
    first, last = attribution.first_touch, attribution.last_touch
    assert (first.source, first.medium, first.referrer) == ("facebook", "social", "https://m.facebook.com/")
    assert (last.source, last.campaign, attribution.campaign_id) == ("google", "höst", "77")
    assert attribution.click_ids == {
        "gclid": "CjwK_AbC",
        "gbraid": "0AAAA",
        "wbraid": "wB-1",
        "msclkid": "ms-1",
        "li_fat_id": "li-1",
        "ttclid": "tt-1",
        "sccid": "Sc-1",
        "_fbp": "fb.1.2.3",
        "fbclid": "IwAR0x",
    }
    assert attribution.keyword == "solceller pris"
    assert lead.answers == {"device": "c"}  # a question of the company's own


async def test_the_referrer_tells_the_page_where_no_field_does() -> None:
    lead = await lead_of(data=PERSON, headers={"referer": f"{PAGE}/batteri?gclid=FromHeader"})

    assert lead.attribution.last_touch is not None
    assert lead.attribution.last_touch.landing_url == f"{PAGE}/batteri?gclid=FromHeader"
    assert lead.attribution.click_ids == {"gclid": "FromHeader"}


async def test_no_nul_comes_in_behind_the_percents_of_an_address() -> None:
    lead = await lead_of(data=PERSON, headers={"referer": f"{PAGE}/?gclid=%00Cj0&utm_source=a%0%000b&keyword=%00"})

    assert "\\u0000" not in lead.model_dump_json()
    assert lead.attribution.click_ids == {"gclid": "Cj0"}
    assert lead.attribution.keyword is None


async def test_a_double_click_is_one_lead_with_an_id_and_without() -> None:
    for fields in ({**PERSON, "submission_id": ID}, PERSON):
        first, second = await taken(fields), await taken(fields, after=timedelta(seconds=1))
        assert first.id == second.id


async def test_an_id_that_everybody_shares_buries_no_lead() -> None:
    ada = await taken({"submission_id": "contact-form", "email": "ada@exempel.se"})
    bo = await taken({"submission_id": "contact-form", "email": "bo@exempel.se"})

    assert ada.id != bo.id
    assert ada.signals == {"probable_id": True, "submission_id": "contact-form"}


async def test_a_post_without_an_origin_is_taken_and_marked_or_refused_as_configured() -> None:
    assert (await lead_of(data=PERSON, headers={"origin": ""})).signals["origin"] == "missing"
    assert (await lead_of(data=PERSON, headers={"origin": "null"})).signals["origin"] == "null"
    refused = await posted(Published(), {"null_origin": "refuse"}, data=PERSON, headers={"origin": "null"})
    assert refused.status_code == 401


async def test_another_page_is_refused_and_told_nothing_it_can_read() -> None:
    for accept, media_type in (
        ("text/html", "text/html; charset=utf-8"),
        ("application/json", "application/problem+json"),
    ):
        headers = {"origin": "https://evil.example", "accept": accept}
        answer = await posted(published := Published(), data=PERSON, headers=headers)

        assert (answer.status_code, answer.headers["content-type"]) == (401, media_type)
        assert "access-control-allow-origin" not in answer.headers
        assert published.events == []


async def test_our_own_page_can_read_why_it_was_refused() -> None:
    headers = {"accept": "application/json"}
    large = await posted(Published(), content=b"a" * (MAX_BODY_BYTES + 1), headers=headers)
    away = await posted(Published(NotDurable("away")), data=PERSON, headers=headers)

    assert (large.status_code, away.status_code) == (413, 503)
    assert large.json()["status"] == 413
    assert int(away.headers["retry-after"]) > 0
    assert {answer.headers["access-control-allow-origin"] for answer in (large, away)} == {PAGE}


async def test_a_person_is_asked_to_come_again_when_nothing_can_be_kept() -> None:
    answer = await posted(Published(NotDurable("away")), data=PERSON)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "skicka igen" in answer.text
    assert "send it again" in answer.text


async def test_a_preflight_is_answered_for_our_pages_only() -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    client = browser(published := Published())

    ours = await client.options("/v1/sources/website", headers=asked)
    theirs = await client.options("/v1/sources/website", headers={**asked, "origin": "https://evil.example"})

    assert (ours.status_code, theirs.status_code) == (200, 200)
    assert ours.headers["access-control-allow-origin"] == PAGE
    assert ours.headers["access-control-allow-headers"] == "content-type"
    assert not [name for name in theirs.headers if name.startswith("access-control")]
    assert published.events == []


async def test_another_method_is_named_what_the_form_uses() -> None:
    answer = await browser(Published()).get("/v1/sources/website")

    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


async def test_what_cannot_be_read_is_kept_and_can_come_again() -> None:
    published = Published()
    answer = await posted(published, content=b'{"email": ', headers={"content-type": "application/json"})

    (letter,) = published.events
    assert answer.status_code == 200
    assert isinstance(letter, DeadLetter)
    assert letter.data.headers["origin"] == PAGE


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"origins": []}, "origins"),
        ({"origins": ["*"]}, "scheme and host"),
        ({"origins": ["https://*.exempelsol.se"]}, "scheme and host"),
        ({"origins": ["https://www.exempelsol.se/form"]}, "scheme and host"),
        ({"thank_you_url": "/tack"}, "whole address"),
        ({"thank_you_url": "javascript:alert(1)"}, "whole address"),
        ({"thank_you_url": None}, "thank_you_url"),
        ({"captcha": "turnstile"}, "captcha"),
        ({"mapping": {"fields": {"person.emial": "e"}}}, "person.email"),
    ],
)
def test_a_configuration_that_cannot_work_is_refused(members: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        configured(**members)


def test_an_origin_that_anyone_between_can_change_is_warned_of() -> None:
    assert configured(origins=[PAGE, "http://localhost:3000"]).warnings == []
    assert "not encrypted" in configured(origins=["http://www.exempelsol.se"]).warnings[0]
