"""What Meta's answers mean: a lead, no lead yet, no lead any more, less haste, or something to grant."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from services.ingest.retrieval.meta import MetaFetcher
from services.ingest.retrieval.ports import EVERYTHING, Fetched, Gone, NotAllowed, NotYet, Result, Throttled, Unusable
from services.ingest.submission import SubmittedNotice
from tests.unit.ingest.meta import AT, CONTEXT, SECRET, TOKEN, section
from tests.unit.ingest.retrieval.linkedin_api import Answer, Api, saying, status

LEAD, FORM = "/v25.0/444", "/v25.0/222"
NOTICE = SubmittedNotice("meta", "444", AT, form_id="222", page_id="111")
LONG_AFTER = AT + timedelta(hours=5)
DOCUMENT = {
    "id": "444",
    "created_time": "2024-05-22T13:10:19+0000",
    "field_data": [{"name": "email", "values": ["ada@example.se"]}],
}


def refusing(code: int, subcode: int | None = None, *, answered: int = 400, **headers: str) -> Answer:
    error = {"message": "Ada Ek may not see this", "type": "OAuthException", "code": code, "error_subcode": subcode}
    return status(answered, json.dumps({"error": error}).encode(), **headers)


def fetcher(api: Api, *, now: datetime = AT, **members: Any) -> MetaFetcher:  # Any: as of `section`
    return MetaFetcher(section(**members), CONTEXT, transport=httpx.MockTransport(api), clock=lambda: now)


async def result_of(
    answers: Mapping[str, Answer | list[Answer]], notice: SubmittedNotice = NOTICE, **members: Any
) -> Result:  # Any: as of `fetcher`
    return await fetcher(Api(answers), **members).fetch(notice, received_at=AT)


async def test_the_token_goes_into_a_header_and_never_into_an_address() -> None:
    api = Api({LEAD: saying(DOCUMENT)})
    assert isinstance(await fetcher(api).fetch(NOTICE, received_at=AT), Fetched)
    (request,) = api.requests
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(request.url)
    assert {"field_data", "custom_disclaimer_responses", "campaign_name"} <= set(
        request.url.params["fields"].split(",")
    )
    assert "appsecret_proof" not in request.url.params


async def test_an_app_that_requires_it_proves_its_secret() -> None:
    api = Api({LEAD: saying(DOCUMENT)})
    await fetcher(api, appsecret_proof="true").fetch(NOTICE, received_at=AT)
    proof = hmac.digest(SECRET.encode(), TOKEN.encode(), "sha256").hex()
    assert api.requests[0].url.params["appsecret_proof"] == proof


async def test_a_version_that_does_not_know_a_field_is_asked_for_the_core() -> None:
    api = Api({LEAD: [refusing(100), saying(DOCUMENT)]})
    assert isinstance(await fetcher(api).fetch(NOTICE, received_at=AT), Fetched)
    assert "custom_disclaimer_responses" not in api.requests[1].url.params["fields"]


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80005, 80004])
async def test_a_rate_limit_lets_the_source_rest(code: int) -> None:
    result = await result_of({LEAD: refusing(code)}, throttled_for="90s")
    assert isinstance(result, Throttled)
    assert result.retry_after_s == 90.0


async def test_a_rest_is_as_long_as_meta_says() -> None:
    usage = {"111": [{"type": "leadgen", "call_count": 101, "estimated_time_to_regain_access": 7}]}
    regained = await result_of({LEAD: refusing(80005, x_business_use_case_usage=json.dumps(usage))})
    asked = await result_of({LEAD: status(429, retry_after="12")})
    assert [one.retry_after_s for one in (regained, asked) if isinstance(one, Throttled)] == [420.0, 12.0]


@pytest.mark.parametrize("usage", ["", "{", "[]", '{"1": 7}', '{"1": [{"call_count": "x"}]}', '{"1": [7]}'])
async def test_a_usage_that_cannot_be_read_changes_nothing(usage: str) -> None:
    headers = {"x_business_use_case_usage": usage, "x_app_usage": usage}
    result = await result_of({LEAD: refusing(4, **headers)}, throttled_for="1m")
    assert isinstance(result, Throttled)
    assert result.retry_after_s == 60.0


async def test_an_allowance_nearly_used_up_is_spared() -> None:
    spent = status(200, json.dumps(DOCUMENT).encode(), x_app_usage=json.dumps({"call_count": 96, "total_time": 3}))
    api = Api({LEAD: spent})
    source = fetcher(api)
    assert isinstance(await source.fetch(NOTICE, received_at=AT), Fetched)
    assert isinstance(await source.fetch(NOTICE, received_at=AT), Throttled)
    assert len(api.requests) == 1


@pytest.mark.parametrize("code", [190, 102])
async def test_a_token_that_has_expired_is_told_for_all(code: int) -> None:
    result = await result_of({LEAD: refusing(code, answered=401)})
    assert isinstance(result, NotAllowed)
    assert result.scope == EVERYTHING
    assert "access_token" in result.grant


@pytest.mark.parametrize("code", [3, 10, 200, 283, 299])
async def test_a_missing_permission_is_told_for_its_page_with_what_to_grant(code: int) -> None:
    result = await result_of({LEAD: refusing(code, answered=403)})
    assert isinstance(result, NotAllowed)
    assert result.scope == "111"
    assert "leads_retrieval" in result.grant
    assert "Ada" not in result.grant


async def test_a_lead_without_its_fields_is_a_missing_permission() -> None:
    result = await result_of({LEAD: saying({"id": "444", "created_time": "2024-05-22T13:10:19+0000"})})
    assert isinstance(result, NotAllowed)
    assert result.scope == "111"


async def test_without_a_token_nothing_is_asked_for() -> None:
    api = Api({})
    result = await fetcher(api, access_token="none").fetch(NOTICE, received_at=AT)
    assert isinstance(result, NotAllowed)
    assert (result.scope, api.requests) == (EVERYTHING, [])


async def test_a_young_lead_that_is_not_there_is_waited_for() -> None:
    assert isinstance(await result_of({LEAD: refusing(100, 33)}), NotYet)


async def test_an_old_lead_that_is_not_there_is_gone_where_its_form_can_be_seen() -> None:
    result = await result_of({LEAD: refusing(100, 33), FORM: saying({"id": "222"})}, now=LONG_AFTER)
    assert isinstance(result, Gone)


async def test_an_old_lead_is_not_taken_for_gone_where_nothing_can_be_seen() -> None:
    result = await result_of({LEAD: refusing(100, 33), FORM: refusing(100, 33)}, now=LONG_AFTER)
    assert isinstance(result, NotAllowed)
    assert result.scope == "111"


async def test_an_old_lead_is_not_taken_for_gone_while_meta_fails() -> None:
    result = await result_of({LEAD: refusing(100, 33), FORM: status(500)}, now=LONG_AFTER)
    assert isinstance(result, NotYet)


async def test_a_test_of_the_dashboard_is_not_asked_for() -> None:
    api = Api({})
    notice = SubmittedNotice("meta", "444444444444", AT, is_test=True)
    assert isinstance(await fetcher(api).fetch(notice, received_at=AT), Gone)
    assert api.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        status(500, b"<html>Sorry"),
        status(503, retry_after="5"),
        refusing(1, answered=500),
        refusing(2),
        status(302, location="https://elsewhere.example"),
        status(400, b"not JSON"),
        status(200, b"<html>a proxy's page"),
        status(200, b""),
    ],
)
async def test_what_may_pass_is_asked_for_again(answer: Answer) -> None:
    assert isinstance(await result_of({LEAD: answer}), NotYet)


async def test_a_network_that_fails_is_waited_for() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    assert isinstance(await result_of({LEAD: fail}), NotYet)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"id": "445", "field_data": []},
        {"field_data": []},
        {"id": "444", "field_data": {}},
        {"id": "444", "field_data": [7]},
        {"id": "444", "field_data": [{"values": ["x"]}]},
        {"id": "444", "field_data": [{"name": "email", "values": ["\ud800"]}]},
    ],
)
async def test_an_answer_that_is_no_lead_is_kept_with_its_bytes(document: object) -> None:
    result = await result_of({LEAD: saying(document)})
    assert isinstance(result, Unusable)
    assert json.loads(result.body) == document
