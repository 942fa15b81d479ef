"""What every platform's API needs of HTTP: one request within a total time and size, and its Retry-After."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
from httpx_aiohttp import AiohttpTransport

from shared.domain.errors import TransientError

MAX_ANSWER_BYTES = 4 * 2**20
"""A page of a hundred leads; one lead is a thousandth of it."""
LONGEST_PAUSE = timedelta(days=1)
"""A platform may ask for a day; more is a mistake of somebody's clock."""

Clock = Callable[[], datetime]
"""Tells the time, aware."""


def utc_now() -> datetime:
    """Tell the time by this machine's clock."""
    return datetime.now(UTC)


class NoAnswer(TransientError):
    """Say that the platform did not answer whole, in time and in bounds. Its text names the error's class only."""


@dataclass(frozen=True, slots=True)
class PlatformAnswer:
    """What a platform answered, whatever it was."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class PlatformHttp:
    """Requests to one API: no redirect is followed, nothing is kept between two, no proxy is taken unasked."""

    def __init__(self, *, timeout: timedelta, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._timeout_s = timeout.total_seconds()
        # aiohttp below: httpx's own transport takes 2.4 ms of CPU a request, this one a seventh (stack 2.8).
        self._client = httpx.AsyncClient(
            transport=transport or AiohttpTransport(trust_env=False), timeout=self._timeout_s, trust_env=False
        )

    async def get(
        self, url: str, *, headers: Mapping[str, str], parameters: Mapping[str, str] | None = None
    ) -> PlatformAnswer:
        """Ask once. Without `parameters` the URL's own query goes out as it is written.

        Raises:
            NoAnswer: nothing came that could be read whole.
        """
        # What is not packed cannot be larger than it looks.
        asked = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "tratt", **headers}
        try:
            async with (
                asyncio.timeout(self._timeout_s),  # httpx's own begins anew at each byte of a slow drip
                self._client.stream("GET", url, params=parameters or None, headers=asked) as response,
            ):
                body = await _read_within(response, MAX_ANSWER_BYTES)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:  # TimeoutError is an OSError
            raise NoAnswer(f"it did not answer: {type(error).__name__}") from error
        return PlatformAnswer(response.status_code, response.headers, body)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


async def _read_within(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > most:
            raise NoAnswer(f"it answered with more than {most} bytes")
    return bytes(body)


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date (RFC 9110 10.2.3); None where it says nothing readable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:12])  # more digits are over the cap anyway
    else:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_PAUSE.total_seconds())
