"""The webhook: decisions posted to any address and signed (Standard Webhooks 1.0.0), also as CloudEvents."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote

import aiohttp
import httpx
from standardwebhooks import Webhook as Signer

from services.router.configuration.webhook import WebhookSection
from services.router.destinations.http_outcome import outcome_of
from services.router.destinations.public_address import AddressRefused, is_public
from services.router.outcome import Delivery, Kind, Outcome
from shared.domain.events import DecisionEvent, encode

MAX_ANSWER_BYTES = 65_536
"""An answer is read only so that its connection can be used again; one larger costs its connection."""
DRAIN_S = 1.0
CONNECT_S = 3.0
POOL_S = 5.0
_KEPT_IN_HEADERS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
"""CloudEvents HTTP binding 3.1.3.2: printable ASCII but space, quote and percent stays as it is."""


class Webhook:
    """Post each delivery once per attempt, under a `webhook-id` that is the same at all attempts."""

    batch = 1

    def __init__(
        self,
        section: WebhookSection,
        *,
        transport: httpx.AsyncBaseTransport,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.pushes = section.in_flight
        self._section = section
        self._transport = transport
        self._clock = clock
        self._url = httpx.URL(section.url)
        self._signers = [Signer(secret) for secret in section.signing_secrets]
        self._headers = {
            "host": self._url.netloc.decode("ascii"),
            "user-agent": "tratt",
            "accept": "*/*",
            "accept-encoding": "identity",
            **{name: value.get_secret_value() for name, value in section.headers.items()},
        }
        timeout_s = section.timeout.total_seconds()
        self._timeouts = {"connect": min(CONNECT_S, timeout_s), "read": timeout_s, "write": timeout_s, "pool": POOL_S}

    async def preflight(self) -> list[str]:
        """Resolve the address, and say what would keep a lead from going there. Sends nothing."""
        host, port = self._url.host, self._url.port or 443
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            return [f"{host} cannot be resolved: {type(error).__name__}"]
        if self._section.allow_private or all(is_public(str(address[0])) for *_, address in found):
            return []
        return [f"{host} is not a public address: set allow_private if it is meant"]

    async def push(self, deliveries: Sequence[Delivery]) -> Sequence[Outcome]:
        """Post one after the other."""
        return [await self._post(delivery) for delivery in deliveries]

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def _post(self, delivery: Delivery) -> Outcome:
        try:
            async with asyncio.timeout(self._section.timeout.total_seconds()):
                response = await self._transport.handle_async_request(self._request(delivery))
        except (AddressRefused, httpx.UnsupportedProtocol) as error:
            return Outcome(Kind.CONFIGURATION, vendor_code=type(error).__name__, reason=str(error))
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            return Outcome(Kind.RETRYABLE, vendor_code=type(error).__name__, unknown=True)
        with suppress(httpx.HTTPError, aiohttp.ClientError, OSError):  # the status is the answer, whatever follows it
            await _drain(response)
        return outcome_of(response.status_code, response.headers.get("retry-after"), now=self._clock())

    def _request(self, delivery: Delivery) -> httpx.Request:
        now = self._clock()
        content, headers = _FORMATS[self._section.format](delivery.event)
        signatures = [signer.sign(delivery.delivery_id, now, content) for signer in self._signers]
        body = content.encode()
        request = httpx.Request(
            "POST",
            self._url,
            headers={
                **self._headers,
                **headers,
                **({"traceparent": delivery.event.traceparent} if delivery.event.traceparent else {}),
                "content-length": str(len(body)),
                "webhook-id": delivery.delivery_id,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": " ".join(signatures),
            },
            stream=httpx.ByteStream(body),  # `content` would work out headers that stand here: 10 us a request
            extensions={"timeout": self._timeouts},
        )
        request.read()
        return request


async def _drain(response: httpx.Response) -> None:
    left = MAX_ANSWER_BYTES
    try:
        async with asyncio.timeout(DRAIN_S):
            assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - what an asynchronous transport gives
            async for chunk in response.stream:  # as sent: an answer is never unpacked
                left -= len(chunk)
                if left < 0:
                    return
    finally:
        await response.aclose()


Content = tuple[str, dict[str, str]]


def _standard_webhooks(event: DecisionEvent) -> Content:
    kind = event.type.removeprefix("tratt.").removesuffix(".v1")
    body = f'{{"type":"{kind}","timestamp":"{event.time.isoformat()}","data":{event.written_data.decode()}}}'
    return body, {"content-type": "application/json"}


def _cloudevents_structured(event: DecisionEvent) -> Content:
    return encode(event).decode(), {"content-type": "application/cloudevents+json"}


def _cloudevents_binary(event: DecisionEvent) -> Content:
    """Put the attributes into headers. The signature covers the body only, so they are not to be trusted by it."""
    attributes = event.model_dump(mode="json", exclude_none=True, exclude={"data", "datacontenttype"})
    headers = {f"ce-{name}": quote(value, safe=_KEPT_IN_HEADERS) for name, value in attributes.items()}
    return event.written_data.decode(), {**headers, "content-type": "application/json"}


_FORMATS: dict[str, Callable[[DecisionEvent], Content]] = {
    "standard_webhooks": _standard_webhooks,
    "cloudevents_structured": _cloudevents_structured,
    "cloudevents_binary": _cloudevents_binary,
}
