"""Meta's Graph on loopback: leads by id, lists of forms, and everything that goes wrong there."""

import asyncio
import hmac
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiohttp import web

from tests.proof.fake_platform import Notice, Trouble, served

APP_SECRET = "an invented app secret of meta's"
TOKEN = "an-invented-token"
FIRST_LEAD, FIRST_AD = 7_000_000_000_000_000, 23_850_000_000_000
PAGES = {False: "1110000000000001", True: "1110000000000002"}
"""By whether its permission is missing."""
FORMS = {False: "2220000000000001", True: "2220000000000002"}
DRIP_S = 0.2
OLD = timedelta(hours=3)
"""The age of a lead that is gone: old enough not to be on its way."""


@dataclass(slots=True)
class Lead:
    """One lead, and what goes wrong with it."""

    number: int
    trouble: Trouble | None
    created_at: datetime

    @property
    def is_forbidden(self) -> bool:
        return self.trouble is Trouble.FORBIDDEN


class FakeGraph:
    """The port `FakePlatform` for Meta."""

    kind = "meta"
    most_at_once = 20

    def __init__(self) -> None:
        self.section: Mapping[str, object] = {}
        self.fetches: Counter[str] = Counter()
        self.given_at: dict[str, float] = {}
        self.spoilt: set[str] = set()
        """Leads that are answered with something that is none."""
        self._leads: dict[str, Lead] = {}
        self._is_granted = False

    def put(self, number: int, trouble: Trouble | None = None) -> str:
        age = OLD if trouble is Trouble.GONE else timedelta()
        lead_id = str(FIRST_LEAD + number)
        self._leads[lead_id] = Lead(number, trouble, datetime.now(UTC) - age)
        return lead_id

    def put_old(self, number: int, age: timedelta) -> str:
        """Put a lead there that no notice will tell of."""
        lead_id = self.put(number)
        self._leads[lead_id].created_at -= age
        return lead_id

    def notice(self, ids: Sequence[str]) -> Notice:
        entries = [
            {"id": PAGES[is_forbidden], "time": int(time.time()), "changes": changes}
            for is_forbidden in PAGES
            if (changes := [self._change(one) for one in ids if self._leads[one].is_forbidden is is_forbidden])
        ]
        body = json.dumps({"object": "page", "entry": entries}).encode()
        signature = hmac.digest(APP_SECRET.encode(), body, "sha256").hex()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}
        return Notice(body, headers)

    def grant(self) -> None:
        self._is_granted = True

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(190, status=401)
        *_, above, name = request.path.strip("/").split("/")
        if name in self._leads:
            return await self._answer_lead(request, name)
        return self._answer_node(request, above, name)

    def _answer_node(self, request: web.Request, above: str, name: str) -> web.Response:
        if name == "leads":
            return web.json_response(self._listed(above, json.loads(request.query["filtering"])[0]["value"]))
        if name == "leadgen_forms":
            is_forbidden = above == PAGES[True]
            if is_forbidden and not self._is_granted:
                return _error(200, status=403)
            return web.json_response({"data": [{"id": FORMS[is_forbidden]}]})
        is_known = name in (*FORMS.values(), *PAGES.values())
        return web.json_response({"id": name}) if is_known else _error(100, subcode=33)

    async def _answer_lead(self, request: web.Request, lead_id: str) -> web.StreamResponse:
        self.fetches[lead_id] += 1
        lead = self._leads[lead_id]
        if refused := self._refusal(lead, self.fetches[lead_id]):
            return refused
        if lead.trouble is Trouble.DRIPS and self.fetches[lead_id] == 1:
            return await _dripped(request, json.dumps(self._document(lead_id)).encode())
        if lead_id in self.spoilt:
            return web.json_response({"id": lead_id, "field_data": "see attachment"})
        self.given_at.setdefault(lead_id, time.monotonic())
        return web.json_response(self._document(lead_id))

    def _refusal(self, lead: Lead, times: int) -> web.Response | None:
        if lead.trouble is None or lead.trouble not in REFUSALS or times > PASSES_AFTER.get(lead.trouble, times):
            return None
        return None if lead.is_forbidden and self._is_granted else REFUSALS[lead.trouble]()

    def _document(self, lead_id: str) -> Mapping[str, object]:
        lead = self._leads[lead_id]
        return {
            "id": lead_id,
            "created_time": _written(lead.created_at),
            "ad_id": str(FIRST_AD),
            "ad_name": "Villa, video",
            "form_id": FORMS[lead.is_forbidden],
            "campaign_name": "Solceller höst",
            "is_organic": False,
            "platform": "fb",
            "field_data": [
                {"name": "full_name", "values": [f"Ada Ek {lead.number}"]},
                {"name": "email", "values": [f"lead{lead.number}@example.se"]},
                {"name": "phone_number", "values": [f"+4670174{600 + lead.number % 100:04d}"]},
                {"name": "post_code", "values": ["75320"]},
                {"name": "boendeform", "values": ["Villa"]},
                {"name": "när_vill_du_börja?", "values": ["Omgående"]},
            ],
        }

    def _change(self, lead_id: str) -> Mapping[str, object]:
        lead = self._leads[lead_id]
        value = {
            # Ids come both ways (inbound-sources 2.3).
            "leadgen_id": lead_id if lead.number % 2 else int(lead_id),
            "page_id": PAGES[lead.is_forbidden],
            "form_id": FORMS[lead.is_forbidden],
            "ad_id": FIRST_AD,
            "created_time": int(lead.created_at.timestamp()),
        }
        return {"field": "leadgen", "value": value}

    def _listed(self, form: str, after: int) -> Mapping[str, object]:
        found = [
            {"id": lead_id, "created_time": _written(lead.created_at), "form_id": form}
            for lead_id, lead in self._leads.items()
            if FORMS[lead.is_forbidden] == form
            and lead.trouble is not Trouble.GONE
            and lead.created_at.timestamp() > after
        ]
        return {"data": found, "paging": {"cursors": {"before": "b", "after": "a"}}}


@contextmanager
def fake_graph() -> Iterator[FakeGraph]:
    """Serve a fake Graph in a thread of its own while the block lasts."""
    graph = FakeGraph()
    with served(graph.answer) as url:
        graph.section = {
            "kind": "meta",
            "verify_token": "an invented verify token",
            "app_secrets": [APP_SECRET],
            "access_token": TOKEN,
            "api_url": f"{url}/v25.0",
            "throttled_for": "1s",
            "timeout": "2s",
            "pages": [PAGES[False]],
        }
        yield graph


def _error(code: int, *, subcode: int | None = None, status: int = 400) -> web.Response:
    error = {"message": "(invented)", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    if subcode is not None:
        error["error_subcode"] = subcode
    return web.json_response({"error": error}, status=status)


REFUSALS: Mapping[Trouble, Callable[[], web.Response]] = {
    Trouble.TOO_MANY: lambda: web.Response(status=429, headers={"retry-after": "1"}),
    Trouble.FAILS: lambda: web.Response(status=500, text="<html>Sorry, something went wrong.</html>"),
    Trouble.THROTTLED: lambda: _error(80005),
    Trouble.NOT_YET: lambda: _error(100, subcode=33),
    Trouble.GONE: lambda: _error(100, subcode=33),
    Trouble.FORBIDDEN: lambda: _error(200, status=403),
}
PASSES_AFTER = {Trouble.TOO_MANY: 1, Trouble.FAILS: 2, Trouble.THROTTLED: 1, Trouble.NOT_YET: 2}
"""How often a trouble that passes is met."""


async def _dripped(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "application/json"})
    await response.prepare(request)
    with suppress(ConnectionError):  # whoever asked has lost patience
        for byte in body[:20]:
            await response.write(bytes([byte]))
            await asyncio.sleep(DRIP_S)
    return response


def _written(moment: datetime) -> str:
    """Write a time as the Graph does: the offset without a colon."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")
