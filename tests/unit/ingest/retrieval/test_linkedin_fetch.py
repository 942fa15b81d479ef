"""Fetching from LinkedIn: what is asked for, and what becomes of each answer."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from services.ingest.retrieval import linkedin_forms
from services.ingest.retrieval.linkedin import MAX_LEAD_BYTES, LinkedInFetcher
from services.ingest.retrieval.linkedin_forms import FormCache
from services.ingest.retrieval.ports import (
    EVERYTHING,
    Fetched,
    Gone,
    NotAllowed,
    NotYet,
    Result,
    Throttled,
    Unusable,
)
from services.ingest.sources.linkedin_urns import FormId
from tests.loopback import Endless, Loopback, loopback, silent
from tests.loopback import saying as always
from tests.unit.ingest.linkedin import AT, CONTEXT, TOKEN, section
from tests.unit.ingest.retrieval.linkedin_api import (
    FORM,
    LEAD,
    NOTICE,
    Answer,
    Api,
    fetched,
    fetcher,
    lead_api,
    payload,
    saying,
    status,
)

OWNER = "urn:li:sponsoredAccount:5"
HOUR = timedelta(hours=1)


async def result_of(answer: Answer, *, at: str = LEAD, age: timedelta = timedelta(), **members: object) -> Result:
    """Fetch a lead where one of the two requests is answered so."""
    response, form = payload("contact_and_own_questions")
    api = Api({LEAD: saying(response), FORM: saying(form), at: answer})
    return await fetcher(api, now=AT + age, **members).fetch(NOTICE, received_at=AT)


async def test_requests_carry_the_version_and_the_token_in_headers_alone() -> None:
    api = lead_api()

    await fetched(api, version="202605")

    assert api.paths() == [LEAD, FORM]
    for request in api.requests:
        assert request.headers["linkedin-version"] == "202605"
        assert request.headers["x-restli-protocol-version"] == "2.0.0"
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert TOKEN not in str(request.url)


async def test_an_id_is_one_segment_of_the_path_whatever_is_in_it() -> None:
    api = Api({})

    await fetcher(api).fetch(replace(NOTICE, notice_id="a/../b?c=d#e%"), received_at=AT)

    assert api.requests[0].url.raw_path == b"/rest/leadFormResponses/a%2F..%2Fb%3Fc%3Dd%23e%25"


@pytest.mark.parametrize("token", ["none", "", " NONE "])
async def test_without_a_token_nothing_is_asked_for_and_the_notice_says_why_it_waits(token: str) -> None:
    api = lead_api()

    result = await fetcher(api, access_token=token).fetch(NOTICE, received_at=AT)

    assert isinstance(result, NotAllowed)
    assert result.scope == EVERYTHING
    assert "access_token" in result.grant
    assert api.requests == []


@pytest.mark.parametrize("at", [LEAD, FORM])
async def test_a_missing_permission_is_of_one_owner_and_says_what_to_grant(at: str) -> None:
    result = await result_of(status(403, b'{"status":403,"code":"ACCESS_DENIED"}'), at=at)

    assert isinstance(result, NotAllowed)
    assert result.scope == OWNER
    for named in (
        "Lead Sync API",
        "r_marketing_leadgen_automation",
        "Account Manager",
        "Lead Gen Forms Manager",
        OWNER,
    ):
        assert named in result.grant


@pytest.mark.parametrize(("code", "named"), [(401, "access_token"), (426, "version"), (301, "api_url")])
async def test_what_every_lead_needs_is_told_as_such(code: int, named: str) -> None:
    result = await result_of(status(code, location="https://elsewhere.example"))

    assert isinstance(result, NotAllowed)
    assert result.scope == EVERYTHING
    assert named in result.grant
    assert TOKEN not in result.grant


async def test_a_redirect_is_not_followed_with_the_token() -> None:
    api = Api({LEAD: status(302, location="https://api.linkedin.com/rest/leadForms/9")})

    await fetcher(api).fetch(NOTICE, received_at=AT)

    assert len(api.requests) == 1


@pytest.mark.parametrize("at", [LEAD, FORM])
async def test_a_young_lead_that_is_not_there_comes_later(at: str) -> None:
    assert isinstance(await result_of(status(404), at=at, age=HOUR), NotYet)


async def test_an_old_lead_that_is_not_there_is_gone() -> None:
    assert isinstance(await result_of(status(404), age=25 * HOUR), Gone)
    assert isinstance(await result_of(status(404), age=2 * HOUR, gone_after="1h"), Gone)
    assert isinstance(await result_of(status(410)), Gone)


async def test_a_lead_whose_form_is_gone_is_kept_for_people_with_its_answers() -> None:
    result = await result_of(status(404), at=FORM, age=25 * HOUR)

    assert isinstance(result, Unusable)
    assert result.code == "form_missing"
    assert b"Lina@Exempel.se" in result.body


@pytest.mark.parametrize(
    ("retry_after", "pause_s"),
    [
        ("17", 17),
        ("0", 0),
        ("Wed, 22 May 2024 13:11:20 GMT", 60),
        ("Wed, 22 May 2024 13:00:00 GMT", 0),
        ("9" * 30, 86_400),
        ("soon", 38_980),
        ("-1", 38_980),
    ],
)
async def test_too_many_requests_wait_as_long_as_linkedin_says(retry_after: str, pause_s: float) -> None:
    result = await result_of(status(429, retry_after=retry_after))

    assert isinstance(result, Throttled)
    assert result.retry_after_s == pause_s


async def test_too_many_requests_wait_until_midnight_utc_where_linkedin_does_not_say() -> None:
    result = await result_of(status(429))

    assert isinstance(result, Throttled)
    assert AT + timedelta(seconds=result.retry_after_s) == datetime(2024, 5, 23, tzinfo=AT.tzinfo)


async def test_too_many_requests_wait_as_configured_where_linkedin_does_not_say() -> None:
    result = await result_of(status(429), throttled_for="5m")

    assert isinstance(result, Throttled)
    assert result.retry_after_s == 300


@pytest.mark.parametrize("at", [LEAD, FORM])
@pytest.mark.parametrize("code", [500, 502, 503, 504, 408, 425, 204])
async def test_what_passes_is_tried_again(code: int, at: str) -> None:
    assert isinstance(await result_of(status(code), at=at), NotYet)


async def test_a_fault_that_names_a_time_is_tried_again_then() -> None:
    assert await result_of(status(503, retry_after="30")) == NotYet("LinkedIn answers 503", 30)


@pytest.mark.parametrize("at", [LEAD, FORM])
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"17", b"\xff", b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40, b'{"formResponse":'],
)
async def test_garbage_is_tried_again(body: bytes, at: str) -> None:
    assert isinstance(await result_of(status(200, body), at=at), NotYet)


@pytest.mark.parametrize(
    "change",
    [
        {"formResponse": None},
        {"formResponse": {"answers": "none"}},
        {"formResponse": {}},
        {"id": "another"},
    ],
)
async def test_what_is_no_response_is_kept_for_people(change: dict[str, object]) -> None:
    response, _ = payload("contact_and_own_questions")

    result = await result_of(saying(response | change))

    assert isinstance(result, Unusable)
    assert b"urn:li:sponsoredAccount:5" in result.body


async def test_a_response_of_no_form_is_kept_for_people() -> None:
    response, form = payload("contact_and_own_questions")
    del response["versionedLeadGenFormUrn"]
    api = Api({LEAD: saying(response), FORM: saying(form)})

    known = await fetcher(api).fetch(NOTICE, received_at=AT)
    unknown = await fetcher(api).fetch(replace(NOTICE, form_id=None), received_at=AT)

    assert isinstance(known, Fetched)
    assert isinstance(unknown, Unusable)


async def test_a_form_without_questions_keeps_the_lead_for_people() -> None:
    result = await result_of(saying({"id": 9, "content": {}}), at=FORM)

    assert isinstance(result, Unusable)
    assert b"Lina@Exempel.se" in result.body


@pytest.mark.parametrize("code", [400, 405, 422])
async def test_a_refusal_that_nothing_mends_is_kept_for_people(code: int) -> None:
    result = await result_of(status(code, b'{"message":"bad"}'))

    assert isinstance(result, Unusable)
    assert (result.code, result.body) == (f"http_{code}", b'{"message":"bad"}')


async def test_a_response_that_no_record_holds_is_kept_for_people_in_part() -> None:
    response, _ = payload("contact_and_own_questions")

    result = await result_of(saying(response | {"padding": "x" * MAX_LEAD_BYTES}))

    assert isinstance(result, Unusable)
    assert (result.code, len(result.body)) == ("too_large", MAX_LEAD_BYTES)


async def test_a_connection_that_fails_is_tried_again() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    assert isinstance(await result_of(fail), NotYet)


async def test_one_form_is_fetched_once_for_many_leads_at_once() -> None:
    response, form = payload("contact_and_own_questions")
    ids = [f"lead-{number}" for number in range(50)]
    answers = {f"/rest/leadFormResponses/{one}": saying(response | {"id": one}) for one in ids}
    api = Api({**answers, FORM: saying(form)})
    asked = fetcher(api)

    results = await asyncio.gather(*(asked.fetch(replace(NOTICE, notice_id=one), received_at=AT) for one in ids))

    assert all(isinstance(result, Fetched) for result in results)
    assert api.paths().count(FORM) == 1


async def test_another_version_of_a_form_is_another_form() -> None:
    response, form = payload("contact_and_own_questions")
    newer = response | {"versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:9,2)"}
    api = Api(
        {
            LEAD: [saying(response), saying(newer), saying(response)],
            FORM: [saying(form), saying(form | {"versionId": 2})],
        }
    )
    asked = fetcher(api)

    versions = []
    for _ in range(3):
        result = await asked.fetch(NOTICE, received_at=AT)
        assert isinstance(result, Fetched)
        versions.append(result.lead.lead.signals["form_version"])

    assert versions == ["1", "2", "1"]
    assert api.paths().count(FORM) == 2


async def test_a_form_that_could_not_be_had_is_asked_for_again() -> None:
    response, form = payload("contact_and_own_questions")
    api = Api({LEAD: saying(response), FORM: [status(500), saying(form)]})
    asked = fetcher(api)

    assert isinstance(await asked.fetch(NOTICE, received_at=AT), NotYet)
    assert isinstance(await asked.fetch(NOTICE, received_at=AT), Fetched)


async def test_a_fetch_that_is_cancelled_leaves_the_form_to_the_others() -> None:
    cache: FormCache[NotYet] = FormCache()
    began, ends = asyncio.Event(), asyncio.Event()
    _, document = payload("contact_and_own_questions")
    form = linkedin_forms.read_form(document)
    assert form is not None

    async def hang() -> linkedin_forms.Form | NotYet:
        began.set()
        await ends.wait()
        return NotYet("never told")

    async def give() -> linkedin_forms.Form | NotYet:
        return form

    first = asyncio.create_task(cache.get(FormId("9", "1"), hang))
    await began.wait()
    second = asyncio.create_task(cache.get(FormId("9", "1"), give))
    await asyncio.sleep(0)
    first.cancel()

    assert await second is form


async def test_the_cache_keeps_so_many_forms_for_so_long() -> None:
    now = 0.0
    cache: FormCache[NotYet] = FormCache(lambda: now)
    _, document = payload("contact_and_own_questions")
    form = linkedin_forms.read_form(document)
    assert form is not None
    fetched_ids = []

    async def ask(one: str) -> None:
        async def fetch() -> linkedin_forms.Form | NotYet:
            fetched_ids.append(one)
            return form

        await cache.get(FormId(one, "1"), fetch)

    for number in range(linkedin_forms.MAX_FORMS + 1):
        await ask(str(number))
    await ask("0")
    await ask("2")
    now = linkedin_forms.KEPT_S + 1
    await ask("2")

    assert fetched_ids[linkedin_forms.MAX_FORMS + 1 :] == ["0", "2"]


async def over_network(server: Loopback, **members: object) -> Result:
    configuration = section(api_url=f"http://127.0.0.1:{server.port}/rest", **members)
    asked = LinkedInFetcher(configuration, CONTEXT, clock=lambda: AT)
    try:
        return await asked.fetch(NOTICE, received_at=AT)
    finally:
        await asked.close()


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    for _ in range(100):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def test_an_answer_that_drips_is_left_in_time() -> None:
    began = asyncio.get_running_loop().time()
    async with loopback(drip) as server:
        result = await over_network(server, timeout="300ms")

    assert isinstance(result, NotYet)
    assert asyncio.get_running_loop().time() - began < 2


async def test_an_answer_that_never_comes_is_left_in_time() -> None:
    async with loopback(silent) as server:
        assert isinstance(await over_network(server, timeout="200ms"), NotYet)


async def test_an_answer_without_end_is_left() -> None:
    async with loopback(Endless()) as server:
        assert isinstance(await over_network(server), NotYet)


async def test_an_answer_that_breaks_off_is_tried_again() -> None:
    async with loopback(always(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{")) as server:
        assert isinstance(await over_network(server, timeout="500ms"), NotYet)
