"""The route that takes submissions answers as each sender needs, and lets everything else through."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message

from services.ingest.api import STATUS, ingest_app, public_app
from services.ingest.guard import MAX_BODY_BYTES
from shared.adapters.sqlite_log import SqliteLog
from shared.domain.errors import NotDurable
from shared.domain.events import Topic, decode
from shared.ports import EventPublisher
from tests.unit.ingest.doors import SOURCE, Published, body, service

URL = f"/v1/sources/{SOURCE}"


def app(publisher: EventPublisher, *, is_ready: bool = True, **limits: Any) -> ASGIApp:  # Any: ingest_app's own
    async def ready() -> bool:
        return is_ready

    return ingest_app(service(publisher), public_app(ready), **limits)


def client(made: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(made), base_url="http://door")


async def scripted(made: ASGIApp, messages: list[Message], *, method: str = "POST", **headers: str) -> list[Message]:
    """Run one request whose parts come as given; after the last the sender is silent."""
    sent: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": URL,
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    await made(scope, receive, send)
    return sent


def part(content: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": content, "more_body": more}


@pytest.mark.parametrize("url", [URL, URL + "/"])
@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_lead_is_answered_200_and_nothing_more(url: str, media_type: str) -> None:
    published = Published()

    answer = await client(app(published)).post(url, content=body(), headers={"content-type": media_type})

    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["content-type"] == "application/json"
    assert len(published.events) == 1


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b'{"google_key": "try-me",\n}', 400, "not valid JSON at line 2, column 1"),
        (body(google_key="wrong"), 401, "key"),
        (body() + b" " * MAX_BODY_BYTES, 413, "larger"),
    ],
)
async def test_a_refusal_tells_google_why_in_its_own_shape(content: bytes, status: int, says: str) -> None:
    answer = await client(app(Published())).post(URL, content=content)

    assert answer.status_code == status
    assert says in answer.json()["message"]


async def test_a_source_that_never_existed_is_a_problem_that_google_can_show_too() -> None:
    answer = await client(app(Published())).post("/v1/sources/nobody", content=body())

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["message"] == answer.json()["detail"]


async def test_what_is_not_durable_is_503_with_a_time_to_come_back() -> None:
    answer = await client(app(Published(NotDurable("disk full")))).post(URL, content=body())

    assert answer.status_code == 503
    assert 5 <= int(answer.headers["retry-after"]) <= 10
    assert "again" in answer.json()["message"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_another_method_is_told_the_right_one(method: str) -> None:
    answer = await client(app(Published())).request(method, URL)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("url", ["/nothing", "/v1/sources", "/v1/sources/", URL + "/more"])
async def test_an_unknown_path_is_a_problem(url: str) -> None:
    answer = await client(app(Published())).post(url, content=body())

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


async def test_a_declared_body_that_is_too_large_is_not_read() -> None:
    sent = await scripted(app(Published()), [], content_length=str(MAX_BODY_BYTES + 1))

    assert sent[0]["status"] == 413
    assert (b"connection", b"close") in sent[0]["headers"]


@pytest.mark.parametrize("length", ["9" * 5_000, "-1", "x", ""])
async def test_a_nonsense_length_does_no_harm(length: str) -> None:
    sent = await scripted(app(Published()), [part(body())], content_length=length)

    assert sent[0]["status"] in {200, 413}


async def test_an_undeclared_body_is_cut_at_the_limit() -> None:
    parts = [part(b" " * 1_000, more=True) for _ in range(1_000)]

    sent = await scripted(app(Published()), parts)

    assert sent[0]["status"] == 413
    assert len(parts) > 700


async def test_a_body_in_many_parts_is_one_body() -> None:
    published = Published()
    parts = [part(body()[n : n + 1], more=True) for n in range(len(body()))]

    sent = await scripted(app(published), [*parts, part(b"")])

    assert sent[0]["status"] == 200
    assert len(published.events) == 1


@pytest.mark.parametrize("parts", [[], [part(b"{", more=True)]])
async def test_a_body_that_does_not_arrive_is_given_up(parts: list[Message]) -> None:
    sent = await scripted(app(Published(), body_timeout_s=0.01), list(parts))

    assert sent[0]["status"] == 408


async def test_a_sender_that_hangs_up_gets_no_answer() -> None:
    published = Published()

    sent = await scripted(app(published), [part(body()[:9], more=True), {"type": "http.disconnect"}])

    assert sent == []
    assert published.events == []


async def test_beyond_what_can_be_handled_at_once_senders_are_asked_to_come_again() -> None:
    made = app(Published(), max_in_flight=1, body_timeout_s=0.2)
    slow = asyncio.create_task(scripted(made, []))
    await asyncio.sleep(0)

    turned_away = await client(made).post(URL, content=body())
    await slow
    afterwards = await client(made).post(URL, content=body())

    assert turned_away.status_code == 503
    assert "retry-after" in turned_away.headers
    assert afterwards.status_code == 200


@pytest.mark.parametrize(("is_ready", "status"), [(True, 200), (False, 503)])
async def test_ready_means_that_a_lead_can_be_made_durable(is_ready: bool, status: int) -> None:
    made = app(Published(), is_ready=is_ready)

    assert (await client(made).get("/readyz")).status_code == status
    assert (await client(made).get("/livez")).status_code == 200


async def test_the_hot_route_is_described_with_every_answer_it_gives() -> None:
    description = (await client(app(Published())).get("/openapi.json")).json()

    operation = description["paths"]["/v1/sources/{source}"]["post"]
    assert operation["responses"].keys() == {str(int(status)) for status in STATUS.values()} | {"303"}
    assert {"application/json", "application/problem+json"} <= operation["responses"]["404"]["content"].keys()
    assert {"get", "post"} == description["paths"]["/v1/sources/{source}"].keys()
    assert "/v1/sources/{source}/{secret}" in description["paths"]
    assert {"/livez", "/readyz"} <= description["paths"].keys()
    example = operation["requestBody"]["content"]["application/json"]["examples"]["google_ads"]["value"]
    assert json.dumps(example)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    log = SqliteLog(tmp_path / "events.db")
    await log.start()
    await log.migrate([Topic.RECEIVED, Topic.DEAD])
    yield log
    await log.stop()


async def test_64_copies_at_once_are_one_event_in_the_log(log: SqliteLog) -> None:
    async with client(app(log.publisher())) as sender:
        answers = await asyncio.gather(*(sender.post(URL, content=body()) for _ in range(64)))

    ids = [event.id async for batch in log.reader().read([Topic.RECEIVED]) for record in batch
           if (event := decode(record.value)) is not None]  # fmt: skip
    assert {answer.status_code for answer in answers} == {200}
    assert len(ids) == 64
    assert len(set(ids)) == 1


async def test_a_repeat_after_a_restart_is_the_same_event(log: SqliteLog) -> None:
    for _ in range(2):
        async with client(app(log.publisher())) as sender:
            await sender.post(URL, content=body())

    records = [record async for batch in log.reader().read([Topic.RECEIVED]) for record in batch]
    first, second = (decode(record.value) for record in records)
    assert first is not None
    assert second is not None
    assert first.id == second.id
