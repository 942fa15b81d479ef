"""A door to LinkedIn for tests, its secrets, and requests that come through it."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.ingest.configuration import LinkedInConfiguration
from services.ingest.guard import Document
from services.ingest.sources.context import SourceContext
from services.ingest.sources.linkedin import LinkedIn
from services.ingest.submission import Parsed, Submission

SOURCE = "linkedin"
NEWEST, OLDER = "the-newest-secret", "linkedin-client-secret"
TOKEN = "an-invented-token"
PERSON_KEY = b"invented"
AT = datetime(2024, 5, 22, 13, 10, 20, tzinfo=UTC)
CONTEXT = SourceContext(SOURCE, PERSON_KEY)


def section(**members: Any) -> LinkedInConfiguration:  # Any: whatever the configuration may hold
    """Build a source's section, with members replaced or added."""
    given = {
        "kind": "linkedin",
        "client_secrets": [NEWEST, OLDER],
        "access_token": TOKEN,
        "signature": "required",
        "segment": "b2b",
        "consents": {
            "31": {"purpose": "sales_contact", "channels": ["phone"]},
            "9/32": {"purpose": "newsletter"},
            "32": {"purpose": "other"},
        },
        "forms": {"9": {"product": "solar", "campaign_name": "Höst"}},
    }
    return LinkedInConfiguration.model_validate(given | members)


def door(**members: Any) -> LinkedIn:  # Any: as above
    return LinkedIn(section(**members), CONTEXT)


def request(
    body: bytes = b"",
    *,
    method: str = "POST",
    query: bytes = b"",
    path: str = "",
    headers: Mapping[str, str] | None = None,
) -> Submission:
    """Build a request."""
    named = {name.lower().encode(): value.encode() for name, value in (headers or {}).items()}
    return Submission(SOURCE, method, f"/v1/sources/{SOURCE}{path}", query, named, body, AT)


def challenge(code: str, *, path: str = "") -> Submission:
    return request(method="GET", query=code.encode(), path=path)


def signature(text: bytes, secret: str = NEWEST) -> str:
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def parse(body: bytes) -> Parsed:
    """Read a body that can be used."""
    linkedin, came = door(), request(body)
    document = linkedin.read(came)
    assert isinstance(document, Document)
    return linkedin.parse(came, document)
