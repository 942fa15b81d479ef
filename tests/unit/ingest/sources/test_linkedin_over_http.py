"""LinkedIn's requests through the running door: answered in HTTP, and in the log."""

import json
from typing import Any

import httpx

from services.commands.examples import EXAMPLES, Making, Payload
from services.commands.examples.proof import proved
from services.ingest.api import ingest_app, public_app
from services.ingest.service import IngestService
from services.ingest.sources import make_sources
from shared.domain.events import DeadLetter, ErasureRequested, Event, LeadNotified
from shared.domain.ids import lead_id
from tests.unit.ingest.doors import Published
from tests.unit.ingest.linkedin import AT, PERSON_KEY, SOURCE, section

MAKING = Making("5a3e5a3e5a3e5a3e5a3e5a3e5a3e5a3e", AT)
LEAD = lead_id(SOURCE, "5a3e5a3e-5a3e-5a3e-5a3e-5a3e5a3e5a3e-1")


async def ready() -> bool:
    return True


async def posted(payload: Payload, **members: Any) -> tuple[httpx.Response, list[Event]]:  # Any: as of `section`
    published = Published()
    sources = make_sources({SOURCE: section(**members)}, person_key=PERSON_KEY, public_url=None)
    service = IngestService(published, sources, person_key=PERSON_KEY, country="SE")
    transport = httpx.ASGITransport(ingest_app(service, public_app(ready)))
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        answer = await client.request(
            payload.method,
            f"/v1/sources/{SOURCE}{payload.path}" + (f"?{payload.query}" if payload.query else ""),
            content=payload.body,
            headers=dict(payload.headers),
        )
    return answer, published.events


def example(name: str | None, **members: Any) -> Payload:  # Any: as of `section`
    made = section(**members)
    return proved(EXAMPLES["linkedin"](name, made, MAKING), made, source=SOURCE, public_url=None)


async def test_a_challenge_is_answered_in_json() -> None:
    answer, events = await posted(example("challenge"))

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["challengeCode"] == "5a3e5a3e-5a3e-5a3e-5a3e-5a3e5a3e5a3e"
    assert len(answer.json()["challengeResponse"]) == 64
    assert events == []


async def test_a_get_without_a_challenge_is_refused_and_not_kept() -> None:
    answer, events = await posted(Payload(b"", {}, method="GET"), signature="if_present")

    assert answer.status_code == 401
    assert events == []


async def test_a_created_lead_is_to_be_fetched_under_the_id_that_it_will_have() -> None:
    answer, (event,) = await posted(example(None))

    assert answer.status_code == 200
    assert isinstance(event, LeadNotified)
    assert event.data.lead_id == LEAD
    assert (event.data.form_id, event.data.page_id) == ("3162", "urn:li:sponsoredAccount:522529623")


async def test_a_deleted_lead_is_to_be_forgotten_under_the_id_that_it_had() -> None:
    answer, (event,) = await posted(
        example("deleted", secret_path="a-path-nobody-guesses"), secret_path="a-path-nobody-guesses"
    )

    assert answer.status_code == 200
    assert isinstance(event, ErasureRequested)
    assert (event.data.lead_id, event.data.reason) == (LEAD, "platform_deleted")


async def test_another_type_is_taken_and_is_no_lead() -> None:
    answer, events = await posted(Payload(b'{"type":"SOMETHING_ELSE"}', {}), signature="off")

    assert answer.status_code == 200
    assert events == []


async def test_a_misshapen_notice_is_taken_and_kept_whole() -> None:
    body = json.dumps([{"type": "LEAD_ACTION"}, {"leadGenFormResponse": "abc-1"}]).encode()

    answer, events = await posted(Payload(body, {}), signature="off")

    assert answer.status_code == 200
    assert [type(event) for event in events] == [LeadNotified, DeadLetter]


async def test_a_notice_of_somebody_else_is_refused() -> None:
    answer, events = await posted(Payload(example(None).body, {"x-li-signature": "0" * 64}))

    assert answer.status_code == 401
    assert events == []
