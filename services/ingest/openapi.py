"""The description of the hot route, which FastAPI never sees, for `/openapi.json` and `/docs`."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.ingest.answers import MESSAGES, Outcome

PATH = "/v1/sources/{source}"
SECRET_PATH = "/v1/sources/{source}/{secret}"  # noqa: S105 - a route, no secret

GOOGLE_EXAMPLE = {
    "lead_id": "opaque-string",
    "user_column_data": [
        {"column_name": "Full Name", "string_value": "Ada Example", "column_id": "FULL_NAME"},
        {"column_name": "User Email", "string_value": "ada@example.com", "column_id": "EMAIL"},
        {"string_value": "Next month", "column_id": "when_do_you_want_to_start?"},
    ],
    "api_version": "1.0",
    "form_id": 40000000000,
    "campaign_id": 10000000000,
    "gcl_id": "opaque-string",
    "google_key": "shared-secret",
    "is_test": False,
    "lead_submit_time": "2026-05-01T12:30:00Z",
}

_SOURCE = {
    "name": "source",
    "in": "path",
    "required": True,
    "description": "A key of `sources` in the configuration.",
    "schema": {"type": "string"},
    "example": "google-search",
}
_SECRET = {
    "name": "secret",
    "in": "path",
    "required": True,
    "description": "The segment of the source's `secret_path`: the proof of a sender that cannot sign.",
    "schema": {"type": "string"},
}
_FORM = {"schema": {"type": "object", "additionalProperties": True}}
_NOTHING_MORE = {"type": "object", "additionalProperties": False}
_TEXT = {"type": "string"}
_REFUSAL = {"type": "object", "required": ["message"], "properties": {"message": _TEXT}}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "message": _TEXT},
}
_REFUSED = {
    "application/problem+json": {"schema": _PROBLEM},
    "application/json": {"schema": _REFUSAL},
    "text/html": {"schema": _TEXT},
}
"""To systems a problem, to Google its own shape, to a person who posted a form a page."""
_LOCATION = {"Location": {"description": "A page of the source's list.", "schema": {"type": "string"}}}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}


def describe(status_of: Mapping[Outcome, int]) -> dict[str, Any]:
    """Describe the routes of the sources, by path. Any: OpenAPI's own JSON.

    `status_of` tells the code of each outcome, as the routes themselves answer.
    """
    return {
        PATH: {"post": _submission(status_of, "submit_to_source", [_SOURCE]), "get": _HANDSHAKE},
        SECRET_PATH: {"post": _submission(status_of, "submit_to_secret_path", [_SOURCE, _SECRET])},
    }


_HANDSHAKE = {
    "operationId": "greet_source",
    "summary": "Answer the handshake of Meta or LinkedIn",
    "description": (
        "Answers `hub.challenge` or `challengeCode` where its proof is right. A webhook whose `methods` name GET, PUT "
        "or PATCH takes leads by them as by POST; by GET from the query."
    ),
    "tags": ["sources"],
    "parameters": [_SOURCE],
    "responses": {
        "200": {"description": "The challenge's answer"},
        "401": {"description": "It does not prove itself", "content": _REFUSED},
        "404": {"description": "There is no such source", "content": _REFUSED},
        "405": {"description": "This sender uses another method", "content": _REFUSED},
    },
}


def _submission(
    status_of: Mapping[Outcome, int], operation: str, parameters: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "operationId": operation,
        "summary": "Submit a lead as its platform, form or system sends it",
        "description": (
            "Answers 200 with `{}` when the lead is durable, at the first time and at every repeat. What is authentic "
            "and cannot be used is kept as a dead letter and answered 200 too. A trailing slash makes no difference, "
            "and no content type is asked for. A landing page's form is sent on to its page with 303, or answered as "
            "JSON when it asks for that; OPTIONS answers the preflight of an allowed page."
        ),
        "tags": ["sources"],
        "parameters": list(parameters),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": ["object", "array"]},
                    "examples": {"google_ads": {"summary": "Google Ads lead form", "value": GOOGLE_EXAMPLE}},
                },
                "application/x-www-form-urlencoded": _FORM,
                "multipart/form-data": _FORM,
                "text/plain": {"schema": {"type": "string"}},
            },
        },
        "responses": _responses(status_of),
    }


def _responses(status_of: Mapping[Outcome, int]) -> dict[str, Any]:
    told: dict[int, list[str]] = {}
    for outcome, status in status_of.items():
        told.setdefault(status, []).append(MESSAGES.get(outcome, outcome.value.replace("_", " ")))
    taken = status_of[Outcome.ACCEPTED]
    asked_to_return = {status_of[Outcome.NOT_DURABLE], status_of[Outcome.BUSY]}
    return {
        str(status): {
            "description": _capitalised("; or ".join(sentences)),
            "content": {"application/json": {"schema": _NOTHING_MORE}} if status == taken else _REFUSED,
            **({"headers": _RETRY_AFTER} if status in asked_to_return else {}),
        }
        for status, sentences in sorted(told.items())
    } | {"303": {"description": "A form's sender goes on to one of its own pages", "headers": _LOCATION}}


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
