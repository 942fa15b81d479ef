"""LinkedIn's Lead Sync API on loopback, with leads that give trouble, written after its pages (inbound-sources 3.1)."""

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.proof.fake_platform import Notice, Trouble, served

SECRET, TOKEN, VERSION = "fake-linkedin-client-secret", "fake-linkedin-access-token", "202606"
OWNER, FORBIDDEN_OWNER = "urn:li:sponsoredAccount:5", "urn:li:sponsoredAccount:13"
FORM, FORM_URN = "9", "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:9,1)"
TIMES = {Trouble.TOO_MANY: 1, Trouble.FAILS: 2, Trouble.THROTTLED: 1, Trouble.DRIPS: 1, Trouble.NOT_YET: 2}
"""How often each trouble that passes is met."""
DRIPS, DRIP_S = 100, 0.1
QUESTIONS = {1: "FIRST_NAME", 2: "LAST_NAME", 3: "EMAIL", 4: None}
WORDING = {1: "Förnamn", 2: "Efternamn", 3: "E-post", 4: "När vill du börja?"}
CHOICES = {0: "Omgående", 1: "Inom 3 månader"}
_RANGE = re.compile(r"submittedAtTimeRange=\(start:(\d+),end:(\d+)\)")


@dataclass(frozen=True, slots=True)
class _Lead:
    number: int
    owner: str
    trouble: Trouble | None
    submitted_at_ms: int


class FakeLinkedIn:
    """What `FakePlatform` promises, for LinkedIn. `form_fetches` counts requests per form."""

    kind = "linkedin"
    most_at_once = 1

    def __init__(self) -> None:
        self.section: Mapping[str, object] = {}
        self.fetches: Counter[str] = Counter()
        self.form_fetches: Counter[str] = Counter()
        self.given_at: dict[str, float] = {}
        self._leads: dict[str, _Lead] = {}
        self._is_granted = False

    def put(self, number: int, trouble: Trouble | None = None) -> str:
        """Put an invented person's lead there."""
        lead = f"{hashlib.sha256(b'%d' % number).hexdigest()[:32]}-{number}"
        owner = FORBIDDEN_OWNER if trouble is Trouble.FORBIDDEN else OWNER
        self._leads[lead] = _Lead(number, owner, trouble, int(time.time() * 1000))
        return lead

    def notice(self, ids: Sequence[str]) -> Notice:
        """Write and sign the notice of one lead: LinkedIn sends one at a time."""
        (lead,) = ids
        there = self._leads[lead]
        body = json.dumps(
            {
                "type": "LEAD_ACTION",
                "leadGenFormResponse": f"urn:li:leadGenFormResponse:{lead}",
                "leadGenForm": f"urn:li:leadGenForm:{FORM}",
                "owner": {"sponsoredAccount": there.owner},
                "leadType": "SPONSORED",
                "leadAction": "CREATED",
                "occurredAt": there.submitted_at_ms,
            }
        ).encode()
        signature = hmac.new(SECRET.encode(), b"hmacsha256=" + body, hashlib.sha256).hexdigest()
        return Notice(body, {"content-type": "application/json", "x-li-signature": signature})

    def grant(self) -> None:
        """Grant what was missing."""
        self._is_granted = True

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as LinkedIn does."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(401, "Invalid access token")
        if request.headers.get("linkedin-version") != VERSION:
            return _error(426, "Requested version is not active")
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            return _error(400, "X-RestLi-Protocol-Version must be 2.0.0")
        kind, _, name = request.path.removeprefix("/rest/").partition("/")
        if kind == "leadForms" and name == FORM:
            self.form_fetches[name] += 1
            return web.json_response(_form())
        if kind == "leadFormResponses":
            return await self._fetched(request, name) if name else self._listed(request)
        return _error(404, "Not Found")

    async def _fetched(self, request: web.Request, name: str) -> web.StreamResponse:
        self.fetches[name] += 1
        lead = self._leads.get(name)
        if lead is None:
            return _error(404, "Not Found")
        meets_trouble = self.fetches[name] <= TIMES.get(lead.trouble, 0) if lead.trouble else False
        if meets_trouble and lead.trouble is Trouble.DRIPS:
            return await _dripped(request)
        refused = _refusal(lead, meets_trouble=meets_trouble, is_granted=self._is_granted)
        if refused is not None:
            return refused
        self.given_at.setdefault(name, time.monotonic())
        return web.json_response(_response(name, lead))

    def _listed(self, request: web.Request) -> web.Response:
        owner = next((owner for owner in (OWNER, FORBIDDEN_OWNER) if f"{owner})" in request.query.get("owner", "")), "")
        if owner == FORBIDDEN_OWNER and not self._is_granted:
            return _error(403, "Not enough permissions to access leadFormResponses")
        asked = _RANGE.search(request.query_string)
        first, last = map(int, asked.groups()) if asked else (0, 2**63)
        there = [
            _response(name, lead)
            for name, lead in list(self._leads.items())
            if lead.owner == owner and lead.trouble is not Trouble.GONE and first <= lead.submitted_at_ms <= last
        ]
        start, count = int(request.query.get("start", 0)), int(request.query.get("count", 10))
        paging = {"start": start, "count": count, "links": [], "total": len(there)}
        return web.json_response({"paging": paging, "elements": there[start : start + count]})


@contextmanager
def fake_linkedin() -> Iterator[FakeLinkedIn]:
    """Run LinkedIn's API on loopback while the block lasts."""
    fake = FakeLinkedIn()
    with served(fake.answer) as url:
        fake.section = {
            "kind": FakeLinkedIn.kind,
            "client_secrets": [SECRET],
            "access_token": TOKEN,
            "api_url": f"{url}/rest",
            "version": VERSION,
            "signature": "required",
            "owners": [OWNER, FORBIDDEN_OWNER],
            "throttled_for": "1s",
            "timeout": "2s",
        }
        yield fake


def _refusal(lead: _Lead, *, meets_trouble: bool, is_granted: bool) -> web.Response | None:
    if lead.trouble is Trouble.GONE:
        return _error(410, "Gone")
    if lead.trouble is Trouble.FORBIDDEN and not is_granted:
        return _error(403, "Not enough permissions to access leadFormResponses")
    if not meets_trouble:
        return None
    if lead.trouble is Trouble.TOO_MANY:
        return _error(429, "Too many requests", retry_after="1")
    if lead.trouble is Trouble.THROTTLED:
        return _error(429, "Resource level throttle APPLICATION DAY limit for calls to this resource is reached.")
    return _error(404, "Not Found") if lead.trouble is Trouble.NOT_YET else _error(500, "Internal Server Error")


async def _dripped(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "application/json"})
    await response.prepare(request)
    for _ in range(DRIPS):
        await response.write(b" ")
        await asyncio.sleep(DRIP_S)
    return response


def _error(status: int, message: str, *, retry_after: str | None = None) -> web.Response:
    headers = {"retry-after": retry_after} if retry_after else {}
    return web.json_response({"status": status, "message": message}, status=status, headers=headers)


def _response(name: str, lead: _Lead) -> dict[str, Any]:  # Any: JSON
    said = {1: "Lead", 2: f"Nummer {lead.number}", 3: f"lead{lead.number}@example.se"}
    answers = [
        {"questionId": one, "answerDetails": {"textQuestionAnswer": {"answer": text}}} for one, text in said.items()
    ]
    answers.append({"questionId": 4, "answerDetails": {"multipleChoiceAnswer": {"options": [lead.number % 2]}}})
    return {
        "id": name,
        "owner": {"sponsoredAccount": lead.owner},
        "leadType": "SPONSORED",
        "submittedAt": lead.submitted_at_ms,
        "testLead": False,
        "versionedLeadGenFormUrn": FORM_URN,
        "leadMetadata": {"sponsoredLeadMetadata": {"campaign": "urn:li:sponsoredCampaign:367378525"}},
        "formResponse": {"answers": answers, "consentResponses": [{"consentId": 1, "accepted": True}]},
    }


def _form() -> dict[str, Any]:  # Any: JSON
    questions: list[dict[str, Any]] = [
        {"questionId": one, "question": _in_swedish(WORDING[one]), **({"predefinedField": name} if name else {})}
        for one, name in QUESTIONS.items()
    ]
    options = [{"id": one, "text": _in_swedish(text)} for one, text in CHOICES.items()]
    questions[-1]["questionDetails"] = {"multipleChoiceQuestionDetails": {"options": options}}
    consent = {"id": 1, "checkRequired": True, "consent": _in_swedish("Ja, kontakta mig")}
    return {
        "id": int(FORM),
        "versionId": 1,
        "name": "Offert",
        "creationLocale": {"language": "sv", "country": "SE"},
        "hiddenFields": [{"name": "utm_source", "value": "linkedin"}],
        "content": {"questions": questions, "legalInfo": {"consents": [consent]}},
    }


def _in_swedish(text: str) -> dict[str, Any]:  # Any: JSON
    return {"localized": {"sv_SE": text}}
