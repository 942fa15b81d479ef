"""LinkedIn's API as it answers: one request under limits, and what its status means for the lead that was asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus

import httpx

from services.ingest.configuration.linkedin import LinkedInConfiguration
from services.ingest.guard import Json
from services.ingest.retrieval.platform_http import Clock, NoAnswer, PlatformAnswer, PlatformHttp, retry_after_s
from services.ingest.retrieval.platform_json import read_object
from services.ingest.retrieval.ports import EVERYTHING, Gone, NotAllowed, NotYet, Throttled, Unusable

PERMISSION = "r_marketing_leadgen_automation"
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
_MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
REDIRECTS, CLIENT_FAULTS = 3, 4

NO_TOKEN = NotAllowed(
    EVERYTHING,
    f"there is no access token: make one with the permission {PERMISSION} (linkedin.com/developers, OAuth token tools; "
    "the app needs the product Lead Sync API) and set it as access_token of the source",
)
BAD_TOKEN = NotAllowed(
    EVERYTHING,
    "LinkedIn takes the access token for expired or revoked (they last 60 days): make a new one with the permission "
    f"{PERMISSION} and set it as access_token of the source",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked for: as LinkedIn sent it, and read."""

    body: bytes
    document: Mapping[str, Json]


Refusal = Gone | NotYet | Throttled | NotAllowed | Unusable


class LinkedInApi:
    """Requests under one source's token. The token goes into a header and nowhere else."""

    def __init__(
        self, configuration: LinkedInConfiguration, *, transport: httpx.AsyncBaseTransport | None, clock: Clock
    ) -> None:
        self._configuration = configuration
        self._clock = clock
        self._http = PlatformHttp(timeout=configuration.timeout, transport=transport)
        self._headers = {
            "Authorization": f"Bearer {configuration.token}",
            "LinkedIn-Version": configuration.version,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    async def get(self, path: str, *, scope: str, since: datetime) -> Found | Refusal:
        """Ask for what lies at a path with its query. Never raises.

        `scope` is what a missing permission is missing for; `since` is when we first heard of what is asked for.
        """
        try:
            answer = await self._http.get(f"{self._configuration.api_url}/{path}", headers=self._headers)
        except NoAnswer as error:
            return NotYet(f"LinkedIn: {error}")
        if answer.status != HTTPStatus.OK:
            return self._refusal(answer, scope=scope, age=self._clock() - since)
        document = read_object(answer.body)
        if document is None:
            return NotYet("LinkedIn answers with something that is no JSON object")
        return Found(answer.body, document)

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()

    def _refusal(self, answer: PlatformAnswer, *, scope: str, age: timedelta) -> Refusal:
        status, asked_s = answer.status, retry_after_s(answer.headers.get("retry-after"), self._clock())
        if status in _TO_GRANT:
            return _TO_GRANT[status](scope)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return Throttled("LinkedIn answers 429: too many requests", self._pause_s() if asked_s is None else asked_s)
        if status in _MISSING:
            is_young = status == HTTPStatus.NOT_FOUND and age < self._configuration.gone_after
            return NotYet("LinkedIn does not have it yet") if is_young else Gone("LinkedIn does not have it any more")
        if status // 100 == REDIRECTS:
            return NotAllowed(
                EVERYTHING, f"{self._configuration.api_url} answers {status}: correct api_url of the source"
            )
        if status // 100 == CLIENT_FAULTS and status not in _PASSING:
            return Unusable(f"http_{status}", f"LinkedIn answers {status}", answer.body)
        return NotYet(f"LinkedIn answers {status}", asked_s)

    def _pause_s(self) -> float:
        given = self._configuration.throttled_for
        return until_midnight_s(self._clock()) if given is None else given.total_seconds()


def until_midnight_s(now: datetime) -> float:
    """Tell how long it is until LinkedIn's daily limits begin anew.

    Source: learn.microsoft.com/linkedin/shared/api-guide/concepts/rate-limits: they reset at midnight UTC.
    """
    today = now.astimezone(UTC).date()
    return (datetime.combine(today, time(), UTC) + timedelta(days=1) - now).total_seconds()


def _forbidden(scope: str) -> NotAllowed:
    return NotAllowed(
        scope,
        f"LinkedIn refuses the leads of {scope}: the app needs the product Lead Sync API and its token the permission "
        f"{PERMISSION}; the member who made the token needs the role Account Manager or higher on that ad account, and "
        "Lead Gen Forms Manager or Super Admin on its Page",
    )


_TO_GRANT: dict[int, Callable[[str], NotAllowed]] = {
    HTTPStatus.UNAUTHORIZED: lambda _: BAD_TOKEN,
    HTTPStatus.FORBIDDEN: _forbidden,
    HTTPStatus.UPGRADE_REQUIRED: lambda _: NotAllowed(
        EVERYTHING,
        "LinkedIn serves this API version no more: set `version` of the source to one of this year, as yyyymm",
    ),
}
"""What somebody must grant or set before LinkedIn answers, by status."""
