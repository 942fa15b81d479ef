"""Whatever comes in, the answer is the right one, and nothing authentic is lost."""

import base64
import time
from collections import Counter

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from services.ingest.api import ingest_app
from shared.domain.events import DeadLetter, LeadReceived
from shared.domain.ids import lead_id
from tests.payloads.hostile import Becomes, Hostile, hostile_bodies
from tests.unit.ingest.doors import SOURCE, Published, service

CORPUS = hostile_bodies()
PATIENCE_S = 1.0
"""Twenty times the target, as other work may share the machine; a quadratic scan takes minutes."""


async def nothing_else(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError("the route was passed by")


async def post(published: Published, body: bytes) -> httpx.Response:
    app = ingest_app(service(published), nothing_else)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
        return await client.post(f"/v1/sources/{SOURCE}", content=body)


def test_the_corpus_is_large_and_has_no_name_twice() -> None:
    assert len(CORPUS) >= 300
    assert [name for name, count in Counter(hostile.name for hostile in CORPUS).items() if count > 1] == []
    assert {hostile.becomes for hostile in CORPUS} == set(Becomes)


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name[:50].encode("ascii", "replace").decode())
async def test_a_hostile_body_gets_its_answer(hostile: Hostile) -> None:
    published = Published()

    started = time.perf_counter()
    answer = await post(published, hostile.body)

    assert time.perf_counter() - started < PATIENCE_S
    assert answer.status_code == hostile.status, answer.text
    assert_left_behind(published, hostile)


def assert_left_behind(published: Published, hostile: Hostile) -> None:
    if hostile.becomes is Becomes.NOTHING:
        assert published.events == []
        return
    (event,) = published.events
    expected = lead_id(SOURCE, hostile.submission_id) if hostile.submission_id else None
    if hostile.becomes is Becomes.LEAD:
        assert isinstance(event, LeadReceived)
        assert (event.data.lead_id, event.data.lead.submission_id) == (expected, hostile.submission_id)
    else:
        assert isinstance(event, DeadLetter)
        assert event.data.lead_id == expected
        assert base64.b64decode(event.data.bytes) == hostile.body
