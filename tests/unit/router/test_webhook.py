"""What a webhook sends, and what it makes of answers."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from services.router.configuration.webhook import WebhookSection
from services.router.destinations.transport import checked_transport
from services.router.destinations.webhook import Webhook
from services.router.outcome import Kind, Outcome
from shared.domain.events import LeadRouted, decode
from tests.builders import NOON, a_lead, a_person, held, routed
from tests.deliveries import a_delivery
from tests.loopback import MAX_CHUNKS, Endless, Speak, loopback, saying, silent

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def a_section(**keys: Any) -> WebhookSection:  # Any: whatever the section takes
    return WebhookSection(**({"kind": "webhook", "url": "https://leads.exempel.se/in", "secret": SECRET} | keys))


class Sink:
    """A receiver in memory, behind httpx's own transport for tests."""

    def __init__(self, *responses: httpx.Response) -> None:
        self.responses = list(responses)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.responses.pop(0) if self.responses else httpx.Response(200)


def a_webhook(sink: Sink, *, clock: Any = lambda: datetime.now(UTC), **keys: Any) -> Webhook:
    return Webhook(a_section(**keys), transport=httpx.MockTransport(sink), clock=clock)


async def answer(speak: Speak, **keys: Any) -> tuple[Outcome, float]:
    """Push one delivery to a real server, and tell the outcome with the seconds it took."""
    async with loopback(speak) as server:
        section = a_section(url=server.url(), allow_private=True, **keys)
        webhook = Webhook(section, transport=checked_transport(connections=1, allow_private=True))
        began_at = time.monotonic()
        (outcome,) = await webhook.push([a_delivery()])
        elapsed_s = time.monotonic() - began_at
        await webhook.close()
        assert len(server.requests) == 1
    return outcome, elapsed_s


async def test_the_standards_own_test_vector_is_signed_alike() -> None:
    at = datetime.fromtimestamp(1674087231, UTC)
    body = '{"email":"test@example.com","username":"test_user"}'
    (signer,) = Webhook(a_section(), transport=httpx.MockTransport(Sink()))._signers
    signature = signer.sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", at, body)
    assert signature == "v1,vjr+ieSGCT4RNRyHiDVvNIXJacUXmJF5JLi5KbrtKMs="


async def test_the_bytes_sent_are_the_bytes_signed() -> None:
    sink = Sink()
    delivery = a_delivery(event=routed(a_lead(person=a_person(full_name="Åsa Öst 🦆"))))
    await a_webhook(sink).push([delivery])
    (request,) = sink.requests
    payload = Verifier(SECRET).verify(request.content, dict(request.headers))
    assert payload["type"] == "lead.routed"
    assert payload["data"]["lead"]["person"]["full_name"] == "Åsa Öst 🦆"
    assert payload["data"]["decision"]["number"] == 1
    assert datetime.fromisoformat(payload["timestamp"]) == delivery.event.time


async def test_the_trace_of_the_request_goes_on_to_the_receiver() -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    sink = Sink()
    event = routed(a_lead())
    for each in (event.model_copy(update={"traceparent": trace}), event.model_copy(update={"traceparent": None})):
        await a_webhook(sink).push([a_delivery(event=each)])
    assert [request.headers.get("traceparent") for request in sink.requests] == [trace, None]


async def test_a_changed_byte_does_not_verify() -> None:
    sink = Sink()
    await a_webhook(sink).push([a_delivery()])
    (request,) = sink.requests
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(request.content.replace(b"Lina", b"Line"), dict(request.headers))


async def test_every_secret_signs_so_that_a_receiver_may_change() -> None:
    sink = Sink()
    await a_webhook(sink, secrets=[OTHER]).push([a_delivery()])
    (request,) = sink.requests
    for secret in (SECRET, OTHER):
        Verifier(secret).verify(request.content, dict(request.headers))


async def test_all_attempts_have_one_id_and_each_its_own_time() -> None:
    sink, delivery = Sink(), a_delivery()
    times = iter([NOON, NOON, NOON.replace(minute=7), NOON.replace(minute=7)])
    webhook = a_webhook(sink, clock=lambda: next(times))
    await webhook.push([delivery])
    await webhook.push([delivery])
    first, second = (request.headers for request in sink.requests)
    assert first["webhook-id"] == second["webhook-id"] == delivery.delivery_id
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 420


async def test_a_held_lead_says_so() -> None:
    sink = Sink()
    await a_webhook(sink).push([a_delivery(event=held(a_lead()))])
    assert json.loads(sink.requests[0].content)["type"] == "lead.held"


async def test_structured_cloudevents_are_the_event_as_in_the_log() -> None:
    sink, delivery = Sink(), a_delivery()
    await a_webhook(sink, format="cloudevents_structured").push([delivery])
    (request,) = sink.requests
    assert request.headers["content-type"] == "application/cloudevents+json"
    assert isinstance(decode(request.content), LeadRouted)
    Verifier(SECRET).verify(request.content, dict(request.headers))


async def test_binary_cloudevents_have_their_attributes_in_headers() -> None:
    sink, delivery = Sink(), a_delivery()
    await a_webhook(sink, format="cloudevents_binary").push([delivery])
    (request,) = sink.requests
    assert request.headers["ce-id"] == delivery.event.id
    assert request.headers["ce-type"] == "tratt.lead.routed.v1"
    assert request.headers["ce-subject"] == delivery.lead_id
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content)["lead_id"] == delivery.lead_id
    Verifier(SECRET).verify(request.content, dict(request.headers))


async def test_the_receivers_own_headers_go_along() -> None:
    sink = Sink()
    await a_webhook(sink, headers={"Authorization": "Bearer invented"}).push([a_delivery()])
    assert sink.requests[0].headers["authorization"] == "Bearer invented"


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (200, {}, Kind.DELIVERED),
        (204, {}, Kind.DELIVERED),
        (302, {"location": "https://leads.exempel.se/elsewhere"}, Kind.CONFIGURATION),
        (400, {}, Kind.PERMANENT),
        (401, {}, Kind.CONFIGURATION),
        (403, {}, Kind.CONFIGURATION),
        (404, {}, Kind.CONFIGURATION),
        (405, {}, Kind.CONFIGURATION),
        (408, {}, Kind.RETRYABLE),
        (409, {}, Kind.RETRYABLE),
        (410, {}, Kind.CONFIGURATION),
        (413, {}, Kind.PERMANENT),
        (415, {}, Kind.CONFIGURATION),
        (422, {}, Kind.PERMANENT),
        (425, {}, Kind.RETRYABLE),
        (429, {}, Kind.THROTTLED),
        (500, {}, Kind.RETRYABLE),
        (503, {}, Kind.RETRYABLE),
        (503, {"retry-after": "30"}, Kind.THROTTLED),
        (521, {}, Kind.RETRYABLE),
    ],
)
async def test_answers_are_told_apart(status: int, headers: dict[str, str], kind: Kind) -> None:
    sink = Sink(httpx.Response(status, headers=headers))
    (outcome,) = await a_webhook(sink).push([a_delivery()])
    assert (outcome.kind, outcome.vendor_code) == (kind, str(status))
    assert len(sink.requests) == 1


@pytest.mark.parametrize("value", ["120", "Tue, 01 Sep 2026 12:02:00 GMT"])
async def test_retry_after_is_passed_on(value: str) -> None:
    sink = Sink(httpx.Response(429, headers={"retry-after": value}))
    (outcome,) = await a_webhook(sink, clock=lambda: NOON).push([a_delivery()])
    assert outcome.retry_after_s == 120


async def test_a_redirect_is_not_followed() -> None:
    outcome, _ = await answer(saying(b"HTTP/1.1 307 x\r\nlocation: /in\r\ncontent-length: 0\r\n\r\n"))
    assert outcome.kind is Kind.CONFIGURATION


async def test_an_endless_answer_is_a_delivery_soon_over() -> None:
    endless = Endless()
    outcome, elapsed_s = await answer(endless)
    assert outcome.kind is Kind.DELIVERED
    assert endless.chunks < MAX_CHUNKS / 2
    assert elapsed_s < 5


async def test_a_compressed_answer_is_never_unpacked() -> None:
    bomb = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\nnot gzip!"
    outcome, _ = await answer(saying(bomb))
    assert outcome.kind is Kind.DELIVERED


async def test_silence_is_unknown_and_bounded() -> None:
    outcome, elapsed_s = await answer(silent, timeout="200ms")
    assert (outcome.kind, outcome.unknown) == (Kind.RETRYABLE, True)
    assert elapsed_s < 5


@pytest.mark.parametrize(
    "answered",
    [
        b"SSH-2.0-invented\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 999999 x\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_tried_again(answered: bytes) -> None:
    outcome, _ = await answer(saying(answered), timeout="2s")
    assert outcome.kind is Kind.RETRYABLE


async def test_nobody_listening_is_tried_again() -> None:
    async with loopback(silent) as server:
        url = server.url()
    webhook = Webhook(
        a_section(url=url, allow_private=True), transport=checked_transport(connections=1, allow_private=True)
    )
    (outcome,) = await webhook.push([a_delivery()])
    await webhook.close()
    assert outcome.kind is Kind.RETRYABLE


async def test_a_name_that_leads_inside_is_a_fault_of_the_configuration() -> None:
    section = a_section(url="https://localhost/in")
    webhook = Webhook(section, transport=checked_transport(connections=1, allow_private=False))
    (outcome,) = await webhook.push([a_delivery()])
    assert outcome.kind is Kind.CONFIGURATION
    assert await webhook.preflight() == ["localhost is not a public address: set allow_private if it is meant"]
    await webhook.close()


@pytest.mark.parametrize(
    "keys",
    [
        {"url": "http://leads.exempel.se/in"},
        {"url": "ftp://leads.exempel.se/in", "allow_private": True},
        {"url": "https://leads.exempel.se:6379/in"},
        {"url": "https://user:password@leads.exempel.se/in"},
        {"url": "https:///in"},
        {"secret": None},
        {"secret": "whsec_c2hvcnQ="},
        {"secret": "åäö"},
        {"headers": {"webhook-id": "mine"}},
        {"headers": {"Host": "internal"}},
        {"headers": {"X-Note": "a\r\nX-Other: b"}},
        {"url": "https://[::1"},
    ],
)
def test_a_section_that_would_not_do_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_section(**keys)


def test_a_port_that_is_named_is_allowed() -> None:
    assert a_section(url="https://leads.exempel.se:9443/in", ports=[9443])


def test_secrets_are_never_printed() -> None:
    assert SECRET not in repr(a_section(headers={"Authorization": "Bearer " + SECRET}))
