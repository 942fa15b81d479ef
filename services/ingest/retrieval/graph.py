"""Meta's Graph API under one source's token: one request, and what it was answered."""

import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from services.ingest.configuration.meta import MetaConfiguration
from services.ingest.guard import Json, Unreadable, read_json
from services.ingest.guard import Unusable as NotUsable
from services.ingest.retrieval.meta_errors import WRONG_REQUEST, GraphError, read_error, refusal
from services.ingest.retrieval.platform_http import Clock, NoAnswer, PlatformAnswer, PlatformHttp, retry_after_s
from services.ingest.retrieval.platform_json import items_of, member_of, text_of
from services.ingest.retrieval.ports import NotAllowed, NotYet, Throttled, Unusable
from shared.domain.errors import PermanentError, TransientError

PAGE = 100
MAX_PAGES = 10_000
"""A million items: whoever pages further turns in a circle."""
MAX_VALUES = 10_000
"""A page of a list; a lead has a hundred."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked for: as Meta sent it, and read."""

    body: bytes
    headers: Mapping[str, str]
    document: Mapping[str, Json]


Refusal = Throttled | NotAllowed | NotYet | Unusable
Answer = Found | GraphError | Refusal
"""A GraphError is of code 100 only: about what was asked for, not about us."""


class Graph:
    """Requests with the token in a header and nowhere else: an address stands in logs."""

    def __init__(
        self, configuration: MetaConfiguration, *, transport: httpx.AsyncBaseTransport | None, clock: Clock
    ) -> None:
        self._configuration = configuration
        self._clock = clock
        self._http = PlatformHttp(timeout=configuration.timeout, transport=transport)
        token = configuration.token or ""
        self._headers = {"authorization": f"Bearer {token}"}
        self._proof = {"appsecret_proof": _proof(configuration, token)} if configuration.appsecret_proof else {}

    async def get(self, path: str, parameters: Mapping[str, str], *, scope: str | None) -> Answer:
        """Ask for a node or an edge. Never raises. `scope` is what a missing permission would be missing for."""
        url = f"{self._configuration.api_url}/{path}"
        try:
            answer = await self._http.get(url, parameters={**parameters, **self._proof}, headers=self._headers)
        except NoAnswer as error:
            return NotYet(f"Meta: {error}")
        if answer.status == HTTPStatus.OK:
            return _found(answer)
        fault = read_error(answer.status, answer.body)
        if fault.code == WRONG_REQUEST:
            return fault
        asked_s = retry_after_s(answer.headers.get("retry-after"), self._clock())
        return refusal(fault, answer.headers, scope=scope, asked_s=asked_s, rest=self._configuration.throttled_for)

    async def items(
        self, path: str, parameters: Mapping[str, str], *, scope: str | None
    ) -> AsyncIterator[Mapping[str, Json]]:
        """Yield every item of an edge, by cursor: the address `next` that Meta offers holds the token.

        Raises:
            TransientError: Meta did not answer; ask again later.
            PermanentError: it will not answer as things are; the text says what to grant.
        """
        after: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            found = await self.get(path, {**parameters, "limit": str(PAGE), **after}, scope=scope)
            if isinstance(found, NotYet | Throttled):
                raise TransientError(found.reason, retry_after_s=found.retry_after_s)
            if not isinstance(found, Found):
                raise PermanentError(f"{path}: {_words(found)}")
            for item in items_of(found.document.get("data")):
                yield item
            paging = member_of(found.document, "paging")
            cursor = text_of(member_of(paging, "cursors").get("after"))
            if cursor is None or "next" not in paging or after.get("after") == cursor:
                return
            after = {"after": cursor}

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()


def _words(refused: GraphError | NotAllowed | Unusable) -> str:
    if isinstance(refused, GraphError):
        return refused.words
    return refused.grant if isinstance(refused, NotAllowed) else refused.reason


def _found(answer: PlatformAnswer) -> Found | NotYet | Unusable:
    content = read_json(answer.body, max_values=MAX_VALUES)
    if isinstance(content, Unreadable):
        return NotYet("Meta answers with something that is no JSON")
    if isinstance(content, NotUsable):
        return Unusable(content.code, content.reason, answer.body)
    if not isinstance(content.value, dict):
        return Unusable("wrong_shape", "Meta answers with something that is not an object", answer.body)
    return Found(answer.body, answer.headers, content.value)


def _proof(configuration: MetaConfiguration, token: str) -> str:
    """Prove that the token's user has the app's secret (developers.facebook.com, Securing Graph API requests)."""
    return hmac.digest(configuration.app_secrets[0].get_secret_value().encode(), token.encode(), "sha256").hex()
