"""HTTP in: the route that takes submissions, as a shortcut in front of the FastAPI app that answers everything else.

The shortcut costs 55 microseconds where a FastAPI route costs 138 (stack 2.1). HTTP codes appear here and nowhere else
in this service.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from time import perf_counter
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from services.ingest import openapi
from services.ingest.answers import Answer, Outcome
from services.ingest.body import BodyTooLarge, SenderGone, discard_body, read_body
from services.ingest.forms.page_door import PageDoor
from services.ingest.forms.sentences import page_about
from services.ingest.forms.wishes import wants_json
from services.ingest.patience import Patience
from services.ingest.service import IngestService
from services.ingest.submission import Submission
from shared.runtime import telemetry

STATUS: Mapping[Outcome, int] = {
    Outcome.ACCEPTED: HTTPStatus.OK,
    Outcome.QUARANTINED: HTTPStatus.OK,
    Outcome.GREETED: HTTPStatus.OK,
    Outcome.NOT_JSON: HTTPStatus.BAD_REQUEST,
    Outcome.NOT_AUTHENTIC: HTTPStatus.UNAUTHORIZED,
    Outcome.UNKNOWN_SOURCE: HTTPStatus.NOT_FOUND,
    Outcome.WRONG_METHOD: HTTPStatus.METHOD_NOT_ALLOWED,
    Outcome.TOO_SLOW: HTTPStatus.REQUEST_TIMEOUT,
    Outcome.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Outcome.NOT_DURABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Outcome.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Exactly 200 is the only success that every sender takes (inbound-sources 4.2)."""

PREFIX = "/v1/sources/"
BODY_TIMEOUT_S = 10.0
"""A half-sent body was measured to stay open for as long as its sender liked (reliability 4.2)."""
MAX_IN_FLIGHT = 512
"""Requests of one process at once: 128 MiB of bodies at worst, and at 2,000 leads/s a wait of a quarter of a second."""
JSON = b"application/json"
MAX_DISCARDED_BYTES = 16 * 2**20
"""What a browser may send in vain and still be told so: a photograph or two, attached to a form."""
PROBLEM = "application/problem+json"
HTML = b"text/html; charset=utf-8"
FOR_PEOPLE = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"x-content-type-options", b"nosniff"),
)
_BODY_NOT_READ = frozenset({Outcome.TOO_LARGE, Outcome.TOO_SLOW, Outcome.BUSY})
"""What is answered before the body has come to its end: the rest of it must not be taken for the next request."""

Ready = Callable[[], Awaitable[bool]]
"""Tells whether a lead can be made durable now, in the event log or in the spill."""


def ingest_app(
    service: IngestService,
    app: ASGIApp,
    *,
    body_timeout_s: float = BODY_TIMEOUT_S,
    max_in_flight: int = MAX_IN_FLIGHT,
) -> ASGIApp:
    """Put the route that takes submissions in front of `app`."""
    return _SourcesRoute(service, app, body_timeout_s, max_in_flight)


def public_app(ready: Ready) -> FastAPI:
    """Make the public listener's app: probes, the description of every route, and problems as RFC 9457 writes them."""
    app = _PublicApp(title="Tratt", summary="Leads in, scored, explained and delivered once.")
    app.include_router(probes(ready))
    tell_as_problems(app)
    return app


def tell_as_problems(app: FastAPI) -> None:
    """Answer what has no route, or another method, as RFC 9457 writes problems."""
    app.add_exception_handler(HTTPException, _problem)


def probes(ready: Ready) -> APIRouter:
    """Make `/livez` and `/readyz`, for any listener."""
    router = APIRouter(tags=["probes"])

    @router.get("/livez", summary="Is the process alive?")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get(
        "/readyz",
        summary="Can a lead be made durable?",
        responses={HTTPStatus.SERVICE_UNAVAILABLE: {"description": "Neither event log nor spill can keep a lead"}},
    )
    async def readyz() -> JSONResponse:
        if await ready():
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "cannot make a lead durable"}, HTTPStatus.SERVICE_UNAVAILABLE)

    return router


class _PublicApp(FastAPI):
    def openapi(self) -> dict[str, Any]:  # Any: OpenAPI's own JSON, as FastAPI types it
        """Describe the hot route beside those that FastAPI knows."""
        description = super().openapi()
        description["paths"] |= openapi.describe(STATUS)
        return description


class _SourcesRoute:
    """Answer `/v1/sources/{source}` and `/v1/sources/{source}/{secret}`; pass everything else on."""

    def __init__(self, service: IngestService, app: ASGIApp, body_timeout_s: float, max_in_flight: int) -> None:
        self._service = service
        self._app = app
        self._patience = Patience(body_timeout_s)
        self._max_in_flight = max_in_flight
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        source = _source_in(scope["path"]) if scope["type"] == "http" else None
        if source is None:
            await self._app(scope, receive, send)
        else:
            await self._answer(source, scope, receive, send)

    async def _answer(self, source: str, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        self._in_flight += 1
        try:
            answer = await (await self._begin(source, scope, receive))
            door = self._service.page_doors.get(source)
            if door is not None and answer.outcome is Outcome.TOO_LARGE:
                await discard_body(receive, MAX_DISCARDED_BYTES, self._patience)
        except SenderGone:
            return
        finally:
            self._in_flight -= 1
        if door is None:
            await _send_answer(send, answer)
        else:
            await _send_to_page(send, answer, door, dict(scope["headers"]))
        telemetry.ACCEPT_SECONDS.observe(perf_counter() - started)

    async def _begin(self, source: str, scope: Scope, receive: Receive) -> Awaitable[Answer]:
        """Read the request to its end and return what will answer it: nothing of the request is held meanwhile."""
        if self._in_flight > self._max_in_flight:
            return self._refused(source, Outcome.BUSY)
        headers, client = dict(scope["headers"]), scope.get("client")
        limit = self._service.body_limit(source)
        if _declared_length(headers) > limit:
            return self._refused(source, Outcome.TOO_LARGE)
        try:
            body = await read_body(receive, limit, self._patience)
        except BodyTooLarge:
            return self._refused(source, Outcome.TOO_LARGE)
        except TimeoutError:
            return self._refused(source, Outcome.TOO_SLOW)
        return self._service.accept(
            Submission(
                source=source,
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"],
                headers=headers,
                body=body,
                received_at=datetime.now(UTC),
                peer=client[0] if client else None,
            )
        )

    async def _refused(self, source: str, outcome: Outcome) -> Answer:
        return self._service.refuse(source, outcome)


def _source_in(path: str) -> str | None:
    if not path.startswith(PREFIX):
        return None
    source, _, secret = path[len(PREFIX) :].removesuffix("/").partition("/")
    return source if source and "/" not in secret else None


def _declared_length(headers: Mapping[bytes, bytes]) -> int:
    declared = headers.get(b"content-length", b"0")
    return int(declared[:20]) if declared.isdigit() else 0


async def _send_answer(send: Send, answer: Answer) -> None:
    status = STATUS[answer.outcome]
    if answer.greeting is not None:
        await _send(send, status, answer.greeting.media_type.encode(), answer.greeting.body)
        return
    media_type, body = _body(answer, status)
    await _send(send, status, media_type, body, *_extra(answer))


async def _send_to_page(send: Send, answer: Answer, door: PageDoor, asked: Mapping[bytes, bytes]) -> None:
    """Answer a browser, with headers that let the page's script read the answer, whatever it is."""
    status = STATUS[answer.outcome]
    extra = [*_extra(answer), *door.headers(asked)]
    if answer.greeting is not None:
        await _send(send, status, answer.greeting.media_type.encode(), answer.greeting.body, *extra)
    elif answer.location is not None:
        location = (b"location", answer.location.encode("ascii"))
        await _send(send, HTTPStatus.SEE_OTHER, HTML, b"", location, *extra)
    elif wants_json(asked):
        media_type, body = _body(answer, status)
        await _send(send, status, media_type, body, *extra)
    else:
        await _send(send, status, HTML, page_about(answer), *FOR_PEOPLE, *extra)


def _extra(answer: Answer) -> list[tuple[bytes, bytes]]:
    extra = [] if answer.retry_after_s is None else [(b"retry-after", b"%d" % answer.retry_after_s)]
    if answer.methods:
        extra.append((b"allow", ", ".join(answer.methods).encode()))
    if answer.outcome in _BODY_NOT_READ:
        extra.append((b"connection", b"close"))
    return extra


def _body(answer: Answer, status: int) -> tuple[bytes, bytes]:
    if answer.message is None:
        return JSON, b"{}"
    if answer.is_problem:
        problem = _problem_of(status, answer.message)
        if answer.outcome is Outcome.UNKNOWN_SOURCE:  # it may be Google whose URL is wrong, which shows this member
            problem["message"] = answer.message
        return PROBLEM.encode(), json.dumps(problem).encode()
    return JSON, json.dumps({"message": answer.message}).encode()


async def _send(send: Send, status: int, media_type: bytes, body: bytes, *extra: tuple[bytes, bytes]) -> None:
    headers = [(b"content-type", media_type), (b"content-length", b"%d" % len(body)), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _problem_of(status: int, detail: str) -> dict[str, str | int]:
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def _problem(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    problem = _problem_of(error.status_code, str(error.detail))
    return JSONResponse(problem, error.status_code, error.headers, PROBLEM)
