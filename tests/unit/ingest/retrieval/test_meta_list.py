"""What Meta's forms hold: every page of every form of every Page, and what refuses told at the end."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from services.ingest.submission import SubmittedNotice
from shared.domain.errors import PermanentError, TransientError
from tests.unit.ingest.meta import AT, TOKEN
from tests.unit.ingest.retrieval.linkedin_api import Answer, Api, saying, status
from tests.unit.ingest.retrieval.test_meta_fetch import fetcher, refusing


def leads(*ids: str, after: str | None = None, created: str = "2024-05-22T13:10:20+0000") -> Answer:
    paging: dict[str, Any] = {"cursors": {"before": "x", "after": after or "end"}}  # Any: JSON
    if after:
        paging["next"] = f"https://graph.example/next?access_token={TOKEN}"
    return saying({"data": [{"id": one, "created_time": created} for one in ids], "paging": paging})


async def listed(api: Api, **members: Any) -> Sequence[SubmittedNotice]:  # Any: as of `section`, and form_id
    form_id = members.pop("form_id", None)
    return [notice async for notice in fetcher(api, **members).list(AT, form_id=form_id)]


async def test_one_form_is_read_to_its_end_by_cursor() -> None:
    api = Api({"/v25.0/222/leads": [leads("1", "2", after="abc"), leads("3")]})
    found = await listed(api, form_id="222")
    assert [(notice.notice_id, notice.form_id) for notice in found] == [("1", "222"), ("2", "222"), ("3", "222")]
    first, second = api.requests
    assert json.loads(first.url.params["filtering"]) == [
        {"field": "time_created", "operator": "GREATER_THAN", "value": int(AT.timestamp()) - 1}
    ]
    assert second.url.params["after"] == "abc"
    assert TOKEN not in str(second.url)


async def test_what_is_older_than_asked_for_is_left_out_whatever_the_filter_does() -> None:
    api = Api({"/v25.0/222/leads": leads("1", created="2024-05-22T13:00:00+0000")})
    assert await listed(api, form_id="222") == []


@pytest.mark.parametrize("pages", [[], ["111"]])
async def test_every_form_of_every_page_is_listed_once(pages: list[str]) -> None:
    answers: dict[str, Answer | list[Answer]] = {
        "/v25.0/me/accounts": saying({"data": [{"id": "111"}]}),
        "/v25.0/111/leadgen_forms": saying({"data": [{"id": "222"}, {"id": "223"}]}),
        "/v25.0/222/leads": leads("1"),
        "/v25.0/223/leads": leads("2"),
    }
    found = await listed(Api(answers), pages=pages, forms={"222": {}})
    assert [(notice.notice_id, notice.page_id) for notice in found] == [("1", "111"), ("2", "111")]


async def test_configured_forms_are_listed_where_nobody_tells_the_pages() -> None:
    api = Api({"/v25.0/me/accounts": refusing(100), "/v25.0/222/leads": leads("1")})
    listing = fetcher(api, forms={"222": {}}).list(AT)
    assert (await anext(listing)).notice_id == "1"
    with pytest.raises(PermanentError, match="me/accounts"):
        await anext(listing)


async def test_a_page_that_refuses_is_told_after_the_others_were_listed() -> None:
    api = Api(
        {
            "/v25.0/111/leadgen_forms": refusing(200, answered=403),
            "/v25.0/112/leadgen_forms": saying({"data": [{"id": "222"}]}),
            "/v25.0/222/leads": leads("1"),
        }
    )
    listing = fetcher(api, pages=["111", "112"]).list(AT)
    assert (await anext(listing)).notice_id == "1"
    with pytest.raises(PermanentError, match=r"Page 111.*leads_retrieval"):
        await anext(listing)


@pytest.mark.parametrize("answer", [status(500), refusing(80005), status(200, b"<html>")])
async def test_what_may_pass_is_told_as_such(answer: Answer) -> None:
    with pytest.raises(TransientError):
        await listed(Api({"/v25.0/222/leads": answer}), form_id="222")


async def test_without_a_token_nothing_can_be_listed() -> None:
    api = Api({})
    with pytest.raises(PermanentError, match="access_token"):
        await listed(api, form_id="222", access_token="none")
    assert api.requests == []


async def test_a_list_that_turns_in_a_circle_ends() -> None:
    def circling(request: httpx.Request) -> httpx.Response:
        return leads("1", after="again")(request)

    assert len(await listed(Api({"/v25.0/222/leads": circling}), form_id="222")) == 2
