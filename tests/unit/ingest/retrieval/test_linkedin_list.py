"""Listing what LinkedIn holds, for back-fill and the gap healer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from services.ingest.submission import SubmittedNotice
from shared.domain.errors import PermanentError, TransientError
from tests.unit.ingest.linkedin import AT
from tests.unit.ingest.retrieval.linkedin_api import Api, fetcher, saying, status

LIST = "/rest/leadFormResponses"
ACCOUNT, PAGE = "urn:li:sponsoredAccount:5", "urn:li:organization:7"
SINCE = AT - timedelta(days=2)


def element(number: int, *, form: int = 9) -> dict[str, Any]:  # Any: JSON
    return {
        "id": f"lead-{number}",
        "owner": {"sponsoredAccount": ACCOUNT},
        "submittedAt": 1716383418000,
        "testLead": number == 3,
        "versionedLeadGenFormUrn": f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{form},1)",
    }


class Paged:
    """A list in pages of two, as LinkedIn's paging tells."""

    def __init__(self, elements: Sequence[dict[str, Any]], *, tells_total: bool = True) -> None:  # Any: JSON
        self._elements = elements
        self._tells_total = tells_total

    def __call__(self, request: httpx.Request) -> httpx.Response:
        start = int(parse_qs(request.url.query.decode())["start"][0])
        paging = {"start": start, "count": 2, "links": []} | (
            {"total": len(self._elements)} if self._tells_total else {}
        )
        return saying({"paging": paging, "elements": self._elements[start : start + 2]})(request)


async def listed(
    api: Api, *, form_id: str | None = None, **members: Any
) -> list[SubmittedNotice]:  # Any: as of `section`
    members = {"owners": [ACCOUNT]} | members
    return [notice async for notice in fetcher(api, **members).list(SINCE, form_id=form_id)]


@pytest.mark.parametrize("tells_total", [True, False])
async def test_every_page_is_listed(tells_total: bool) -> None:
    api = Api({LIST: Paged([element(number) for number in range(5)], tells_total=tells_total)})

    notices = await listed(api)

    assert [notice.notice_id for notice in notices] == [f"lead-{number}" for number in range(5)]
    assert [notice.is_test for notice in notices] == [False, False, False, True, False]
    assert {notice.form_id for notice in notices} == {"9"}
    assert {notice.page_id for notice in notices} == {ACCOUNT}
    assert {notice.occurred_at for notice in notices} == {AT - timedelta(seconds=2)}


async def test_the_query_is_written_as_rest_li_reads_it() -> None:
    api = Api({LIST: Paged([])})

    await listed(api)

    assert api.requests[0].url.query == (
        b"q=owner&owner=(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A5)&leadType=(leadType:SPONSORED)"
        b"&limitedToTestLeads=false&submittedAtTimeRange=(start:1716210620000,end:1716383420000)&count=100&start=0"
    )


async def test_one_form_alone_is_listed_when_asked_for() -> None:
    api = Api({LIST: Paged([element(0), element(1, form=10), element(2)])})

    assert [notice.notice_id for notice in await listed(api, form_id="9")] == ["lead-0", "lead-2"]


async def test_a_page_is_asked_for_each_of_its_lead_types() -> None:
    api = Api({LIST: Paged([])})

    await listed(api, owners=[PAGE])

    asked = [parse_qs(request.url.query.decode())["leadType"][0] for request in api.requests]
    assert asked == ["(leadType:EVENT)", "(leadType:COMPANY)", "(leadType:ORGANIZATION_PRODUCT)"]


async def test_nothing_older_than_linkedin_keeps_is_asked_for() -> None:
    api = Api({LIST: Paged([])})

    await listed(api, kept_for="1h")

    assert b"(start:1716379820000,end:1716383420000)" in api.requests[0].url.query


async def test_a_list_that_turns_in_a_circle_ends() -> None:
    api = Api({LIST: saying({"paging": {"total": 10**30}, "elements": [element(0), element(1)]})})

    assert len(await listed(api)) == 2
    assert len(api.requests) == 2


async def test_an_owner_without_permission_hides_no_other() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return (status(403) if b"organization" in request.url.query else Paged([element(0)]))(request)

    asked = fetcher(Api({LIST: answer}), owners=[PAGE, ACCOUNT]).list(SINCE)

    found = await anext(asked)

    assert found.notice_id == "lead-0"
    with pytest.raises(PermanentError, match="Lead Sync API"):
        await anext(asked)


@pytest.mark.parametrize(
    "answer", [status(500), status(429, retry_after="9"), status(200, b"<html>"), saying({"elements": 1})]
)
async def test_a_list_that_does_not_come_is_asked_for_later(answer: Any) -> None:  # Any: an answer
    with pytest.raises(TransientError):
        await listed(Api({LIST: answer}))


async def test_a_throttled_list_says_when() -> None:
    with pytest.raises(TransientError) as raised:
        await listed(Api({LIST: status(429, retry_after="9")}))

    assert raised.value.retry_after_s == 9


@pytest.mark.parametrize(("members", "named"), [({"access_token": "none"}, "access_token"), ({"owners": []}, "owners")])
async def test_a_list_that_cannot_be_asked_for_says_what_to_set(members: dict[str, Any], named: str) -> None:
    with pytest.raises(PermanentError, match=named):
        await listed(Api({}), **members)
