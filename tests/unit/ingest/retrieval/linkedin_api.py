"""LinkedIn's API for unit tests: answers by path, and what was asked for."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from services.ingest.retrieval.linkedin import LinkedInFetcher
from services.ingest.retrieval.ports import Fetched
from services.ingest.submission import SubmittedLead, SubmittedNotice
from tests.unit.ingest.linkedin import AT, CONTEXT, section

FOLDER = Path(__file__).parents[3] / "payloads" / "linkedin_leads"
NOTICE = SubmittedNotice("linkedin", "abc-1", AT, form_id="9", page_id="urn:li:sponsoredAccount:5")
LEAD, FORM = "/rest/leadFormResponses/abc-1", "/rest/leadForms/9"

Answer = Callable[[httpx.Request], httpx.Response]


def payload(name: str) -> tuple[dict[str, Any], dict[str, Any]]:  # Any: JSON
    """Return a response and its form, ready to be changed."""
    both = json.loads((FOLDER / f"{name}.json").read_text())
    return both["response"], both["form"]


def saying(document: object) -> Answer:
    """Answer 200 with JSON."""
    return status(200, json.dumps(document).encode(), content_type="application/json")


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with a status. Headers by name, with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(code, stream=httpx.ByteStream(body), headers=named)


class Api:
    """Answers by path; `requests` are those that came, in order. A path may be answered in turns."""

    def __init__(self, answers: Mapping[str, Answer | list[Answer]]) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = {path: list(given) if isinstance(given, list) else [given] for path, given in answers.items()}

    def paths(self) -> list[str]:
        """Return what was asked for."""
        return [request.url.path for request in self.requests]

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer; the last of several answers stays."""
        self.requests.append(request)
        await asyncio.sleep(0)  # as a network does, this lets others go on
        turns = self._answers.get(request.url.path, [status(404)])
        return (turns.pop(0) if len(turns) > 1 else turns[0])(request)


def lead_api(name: str = "contact_and_own_questions") -> Api:
    """Make an API that has one lead and its form."""
    response, form = payload(name)
    return Api({LEAD: saying(response), FORM: saying(form)})


def fetcher(api: Api, *, now: datetime = AT, **members: Any) -> LinkedInFetcher:  # Any: as of `section`
    """Make a fetcher of that API at a time."""
    return LinkedInFetcher(section(**members), CONTEXT, transport=httpx.MockTransport(api), clock=lambda: now)


async def fetched(api: Api, notice: SubmittedNotice = NOTICE, **members: Any) -> SubmittedLead:  # Any: as above
    """Fetch a lead that can be had."""
    result = await fetcher(api, **members).fetch(notice, received_at=AT)
    assert isinstance(result, Fetched), result
    return result.lead
