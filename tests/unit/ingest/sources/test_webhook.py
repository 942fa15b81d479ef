"""A sender that is described by configuration alone: through the door, into the log, back out of the dead letters."""

import hmac
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from services.ingest.answers import Outcome
from services.ingest.api import ingest_app, public_app
from services.ingest.configuration import Sources
from services.ingest.service import IngestService
from services.ingest.sources import make_sources
from services.ingest.submission import Submission
from shared.domain.errors import PermanentError
from shared.domain.events import (
    ActivityRecorded,
    ConsentGiven,
    DeadLetter,
    ErasureRequested,
    Event,
    LeadNotified,
    LeadReceived,
    SubmissionSetAside,
)
from shared.domain.ids import lead_id
from tests.unit.ingest.doors import AT, PERSON_KEY, Published

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
PATH = "a-path-of-its-own-0123456789"
PARTNER = {
    "kind": "webhook",
    "verification": {"preset": "standard_webhooks", "secrets": [SECRET]},
    "segment": "b2b",
    "mapping": {
        "version": "2",
        "each": "data.leads",
        "not_leads": [
            {"when": {"type": "removed"}, "becomes": "deletion", "reason": "platform_deleted"},
            {"when": {"type": "opened"}, "becomes": "activity", "activity": "email_open", "reason": "an opened mail"},
            {"when": {"type": "waiting"}, "becomes": "notice", "reason": "it must be fetched"},
        ],
        "fields": {
            "submission_id": "id",
            "person.full_name": ["name", {"join": ["first", "last"]}],
            "person.email": "contact.email",
            "answers.boende": "boende",
            "submitted_at": {"from": "created", "format": "epoch_ms"},
        },
        "consents": [{"field": "nyhetsbrev", "purpose": "newsletter", "channels": ["email"], "version": "3"}],
    },
}
OPEN = {
    "kind": "webhook",
    "methods": ["GET", "POST"],
    "verification": {"secret_path": PATH},
    "mapping": {"fields": {"submission_id": "id", "person.email": "email"}},
}


def door(published: Published, **sources: dict[str, Any]) -> IngestService:  # Any: as the YAML has it
    configured = TypeAdapter(Sources).validate_python(sources or {"partner": PARTNER, "open": OPEN})
    made = make_sources(configured, person_key=PERSON_KEY, public_url=None)
    return IngestService(published, made, person_key=PERSON_KEY, country="SE")


def signed(content: bytes, *, at: datetime = AT) -> dict[bytes, bytes]:
    time = str(int(at.timestamp())).encode()
    text = b".".join((b"msg_1", time, content))
    signature = b64encode(hmac.digest(b64decode(SECRET.removeprefix("whsec_")), text, "sha256"))
    return {b"webhook-id": b"msg_1", b"webhook-timestamp": time, b"webhook-signature": b"v1," + signature}


def posted(items: list[Any], *, at: datetime = AT) -> Submission:  # Any: whatever a sender may put there
    content = json.dumps({"data": {"leads": items}}).encode()
    return Submission(
        source="partner",
        method="POST",
        path="/v1/sources/partner",
        query=b"",
        headers={b"content-type": b"application/json", **signed(content, at=at)},
        body=content,
        received_at=at,
    )


def anna(number: int = 1, **members: Any) -> dict[str, Any]:  # Any: as above
    return {"id": f"p-{number}", "name": "Anna Exempel", "contact": {"email": f"anna{number}@exempel.se"}, **members}


async def events_of(*items: Any) -> list[Event]:  # Any: as above
    published = Published()
    answer = await door(published).accept(posted(list(items)))
    assert answer.outcome is Outcome.ACCEPTED
    return published.events


async def test_every_item_of_a_batch_becomes_a_lead() -> None:
    events = await events_of(anna(1, boende="Villa", created=1777638600000), anna(2))

    assert [event.subject for event in events] == [lead_id("partner", "p-1"), lead_id("partner", "p-2")]
    first = events[0]
    assert isinstance(first, LeadReceived)
    assert (first.data.source_kind, first.data.lead.segment) == ("webhook", "b2b")
    assert first.data.lead.answers == {"boende": "Villa"}
    assert first.data.lead.submitted_at == datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


async def test_a_consent_is_an_event_of_its_own_only_where_it_was_given() -> None:
    given, refused = anna(1, nyhetsbrev="ja"), anna(2, nyhetsbrev="nej")

    events = await events_of(given, refused)

    (consent,) = [event for event in events if isinstance(event, ConsentGiven)]
    assert (consent.data.purpose, consent.data.version) == ("newsletter", "3")
    assert consent.data.lead_id == lead_id("partner", "p-1")
    assert consent.partitionkey == events[0].partitionkey


async def test_consents_to_one_purpose_by_several_channels_are_events_apart() -> None:
    by_mail = {"field": "mejl", "purpose": "newsletter", "channels": ["email"]}
    by_text = {"field": "sms", "purpose": "newsletter", "channels": ["sms"]}
    section = PARTNER | {"mapping": {"fields": {"person.email": "email"}, "consents": [by_mail, by_text]}}
    content = json.dumps({"email": "anna@exempel.se", "mejl": "ja", "sms": "ja"}).encode()
    published = Published()

    await door(published, partner=section).accept(
        Submission("partner", "POST", "/v1/sources/partner", b"", signed(content), content, received_at=AT)
    )

    consents = {event.id: event.data.channels for event in published.events if isinstance(event, ConsentGiven)}
    assert list(consents.values()) == [["email"], ["sms"]]


async def test_what_is_no_lead_becomes_what_it_is() -> None:
    events = await events_of(
        anna(1), {"type": "removed", "id": "p-9"}, {**anna(3), "type": "opened"}, {"type": "waiting", "id": "p-7"}
    )

    lead, notice, activity, erasure = events
    assert isinstance(lead, LeadReceived)
    assert isinstance(notice, LeadNotified)
    assert (notice.data.notice_id, notice.partitionkey) == ("p-7", "p-7")
    assert isinstance(activity, ActivityRecorded)
    assert (activity.data.kind, activity.data.person) == ("email_open", activity.partitionkey)
    assert isinstance(erasure, ErasureRequested)
    assert (erasure.data.lead_id, erasure.data.reason) == (lead_id("partner", "p-9"), "platform_deleted")


async def test_the_same_again_has_the_same_ids() -> None:
    items = anna(1, nyhetsbrev="ja"), {"type": "removed", "id": "p-9"}, {**anna(3), "type": "opened"}

    assert [event.id for event in await events_of(*items)] == [event.id for event in await events_of(*items)]


async def test_one_bad_item_costs_no_other_its_way_and_is_kept() -> None:
    published = Published()

    answer = await door(published).accept(posted([anna(1), "not an item", anna(2)]))

    assert answer.outcome is Outcome.QUARANTINED
    *leads, letter = published.events
    assert [lead.subject for lead in leads] == [lead_id("partner", "p-1"), lead_id("partner", "p-2")]
    assert isinstance(letter, DeadLetter)
    assert "item 1 is a text" in letter.data.reason


async def test_what_was_mapped_is_kept_as_it_came_with_its_first_lead() -> None:
    first, second = await events_of(anna(1), anna(2))

    assert isinstance(first, LeadReceived)
    assert first.data.raw is not None
    assert b64decode(first.data.raw.bytes) == posted([anna(1), anna(2)]).body
    assert first.data.raw.headers == {"webhook-id": "msg_1"}
    assert isinstance(second, LeadReceived)
    assert second.data.raw is None


async def test_what_holds_no_lead_is_set_aside_whole() -> None:
    (aside,) = await events_of({})

    assert isinstance(aside, SubmissionSetAside)
    assert aside.data.reason == "it says nothing"
    assert b64decode(aside.data.raw.bytes) == posted([{}]).body


async def test_a_deletion_that_is_only_guessed_erases_nobody() -> None:
    published = Published()
    service = door(published, open=OPEN | {"mapping": {"guess": True}})
    body = json.dumps({"event": "contact.deleted", "id": "7", "email": "anna@exempel.se"}).encode()

    answer = await service.accept(Submission("open", "POST", f"/v1/sources/open/{PATH}", b"", {}, body, AT))

    assert answer.outcome is Outcome.QUARANTINED
    (letter,) = published.events
    assert isinstance(letter, DeadLetter)
    assert "not_leads" in letter.data.reason


async def test_a_stale_or_changed_body_is_refused_with_a_way_out() -> None:
    service = door(Published())
    came = posted([anna()])

    changed = await service.accept(Submission(**{**_members(came), "body": came.body + b" "}))
    stale = await service.accept(Submission(**{**_members(came), "received_at": AT.replace(hour=14)}))

    assert [changed.outcome, stale.outcome] == [Outcome.NOT_AUTHENTIC] * 2
    assert "secret" in str(changed.message)
    assert "clock" in str(stale.message)


async def test_a_get_without_a_body_is_a_lead_of_its_query_and_replays_as_one() -> None:
    published = Published()
    service = door(published, open=OPEN | {"mapping": {"each": "leads", "fields": {"person.email": "email"}}})
    path = f"/v1/sources/open/{PATH}"

    for name in ("anna", "bo"):
        query = f"email={name}@exempel.se".encode()
        answer = await service.accept(Submission("open", "GET", path, query, {}, b"", AT))
        assert answer.outcome is Outcome.QUARANTINED  # its mapping expects a list

    letters = [event for event in published.events if isinstance(event, DeadLetter)]
    assert len({letter.id for letter in letters}) == 2
    mended = door(published)
    assert len([await mended.replay(letter) for letter in letters]) == 2
    leads = [event.data.lead.person.email for event in published.events if isinstance(event, LeadReceived)]
    assert leads == ["anna@exempel.se", "bo@exempel.se"]


async def test_a_replay_keeps_the_id_that_a_header_told() -> None:
    published = Published()
    broken = PARTNER | {"mapping": {"each": "nowhere", "fields": {}}}
    came = posted([anna()])
    await door(published, partner=broken).accept(came)
    (letter,) = published.events
    assert isinstance(letter, DeadLetter)
    assert letter.data.headers == {"webhook-id": "msg_1"}

    mended = PARTNER | {"mapping": {"each": "data.leads", "fields": {"person.email": "contact.email"}}}
    assert await door(published, partner=mended).replay(letter) == [lead_id("partner", "msg_1")]


async def test_what_still_cannot_be_used_stays_a_dead_letter() -> None:
    published = Published()
    service = door(published)
    await service.accept(posted([anna(1), "not an item"]))
    letter = published.events[-1]
    assert isinstance(letter, DeadLetter)

    with pytest.raises(PermanentError, match="item 1"):
        await service.replay(letter)


TOKEN = "a-token-of-its-own"


@pytest.mark.parametrize(
    ("proof", "submitted"),
    [
        ({"query_token": {"name": "nyckel", "tokens": [TOKEN]}}, {"query": f"nyckel={TOKEN}&email=a%40exempel.se"}),
        ({"body_field": {"path": "nyckel", "tokens": [TOKEN]}}, {"body": {"nyckel": TOKEN, "email": "a@exempel.se"}}),
        ({"body_field": {"path": "från.oss", "tokens": [TOKEN]}}, {"body": {"från": {"oss": TOKEN, "namn": "b"}}}),
        ({"body_field": {"path": "från.oss", "tokens": [TOKEN]}}, {"body": {"från.oss": TOKEN, "message": "hej"}}),
    ],
)
async def test_what_proves_a_sender_does_not_travel_on_with_the_lead(
    proof: dict[str, Any], submitted: dict[str, Any]
) -> None:
    section = OPEN | {"verification": proof, "mapping": {"guess": True}}
    published, body = Published(), json.dumps(submitted["body"]).encode() if "body" in submitted else b""
    query = submitted.get("query", "").encode()

    await door(published, open=section).accept(
        Submission("open", "POST", "/v1/sources/open", query, {}, body, received_at=AT)
    )

    (received,) = [event for event in published.events if isinstance(event, LeadReceived)]
    assert TOKEN not in received.data.lead.model_dump_json()


async def test_no_secret_of_a_query_is_kept() -> None:
    published = Published()
    section = OPEN | {"verification": {"query_token": {"name": "key", "tokens": ["a-token-of-its-own"]}}}
    section |= {"mapping": {"each": "leads"}}
    query = b"email=anna%40exempel.se&key=a-token-of-its-own"

    await door(published, open=section).accept(Submission("open", "GET", "/v1/sources/open", query, {}, b"", AT))

    (letter,) = published.events
    assert isinstance(letter, DeadLetter)
    assert letter.data.query == "email=anna%40exempel.se"


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (f"/v1/sources/open/{PATH}", 200),
        (f"/v1/sources/open/{PATH}/", 200),
        ("/v1/sources/open", 401),
        ("/v1/sources/open/another-path-0123456789", 401),
        (f"/v1/sources/open/{PATH}/more", 404),
        (f"/v1/sources/partner/{PATH}", 404),
    ],
)
async def test_the_secret_segment_opens_its_own_door_only(url: str, status: int) -> None:
    app = ingest_app(door(Published()), public_app(_ready))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.post(url, json={"id": "1", "email": "anna@exempel.se"})

    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"kind": "webhook", "preset": "typform", "secrets": "s"}, "no preset 'typform'"),
        ({"kind": "webhook", "preset": "jotform", "secrets": "s"}, "jotform does not sign"),
        ({"kind": "webhook", "mapping": {}}, "nothing proves the sender"),
        ({"kind": "webhook", "secret_path": PATH, "mapping": {"fields": {"person.mail": "x"}}}, "person.email"),
        ({"kind": "webhook", "secret_path": PATH}, "mapping"),
        ({"kind": "webhook", "secret_path": PATH, "mapping": {}, "methods": ["FETCH"]}, "methods"),
    ],
)
def test_a_bad_section_is_refused_with_the_way_out(section: dict[str, Any], says: str) -> None:  # Any: as above
    with pytest.raises(ValidationError, match=says):
        TypeAdapter(Sources).validate_python({"partner": section})


def _members(came: Submission) -> dict[str, Any]:  # Any: a submission's own
    return {name: getattr(came, name) for name in Submission.__dataclass_fields__}


async def _ready() -> bool:
    return True
