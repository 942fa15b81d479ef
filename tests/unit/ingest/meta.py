"""A Meta source for tests, its secrets, and requests as Meta makes them."""

import hmac
import json
from datetime import UTC, datetime
from typing import Any

from services.ingest.configuration import MetaConfiguration
from services.ingest.guard import Document
from services.ingest.sources.context import SourceContext
from services.ingest.sources.meta import Meta
from services.ingest.submission import Parsed, Submission

AT = datetime(2024, 5, 22, 13, 10, 20, tzinfo=UTC)
CREATED = 1716383419
SECRET, OLD_SECRET, VERIFY_TOKEN, TOKEN = "an app's secret", "the one before", "what we typed at Meta", "EAAB-invented"
CONTEXT = SourceContext("facebook", b"invented")


def section(**members: Any) -> MetaConfiguration:  # Any: whatever the configuration takes
    """Build a source's section as the loader gives it."""
    defaults: dict[str, Any] = {
        "kind": "meta",
        "verify_token": VERIFY_TOKEN,
        "app_secrets": [SECRET, OLD_SECRET],
        "access_token": TOKEN,
        "api_url": "https://graph.example/v25.0/",
        "channel": "paid_social",
    }
    return MetaConfiguration.model_validate(defaults | members)


def door(**members: Any) -> Meta:  # Any: as above
    return Meta(section(**members), CONTEXT)


def change(leadgen_id: object = "444", **members: Any) -> dict[str, Any]:  # Any: JSON
    """Build one change as the documentation's sample has it, ids as text."""
    value = {
        "leadgen_id": leadgen_id,
        "page_id": "111",
        "form_id": "222",
        "ad_id": "333",
        "adgroup_id": "335",
        "created_time": CREATED,
    }
    return {"field": "leadgen", "value": value | members}


def body(*changes: dict[str, Any]) -> bytes:  # Any: JSON
    """Write changes of one Page as one request's body."""
    entry = {"id": "111", "time": CREATED + 1, "changes": list(changes or [change()])}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def posted(content: bytes, *, secret: str = SECRET, method: str = "POST", query: bytes = b"") -> Submission:
    """Build a request, signed as Meta signs."""
    signature = hmac.digest(secret.encode(), content, "sha256").hex()
    headers = {b"x-hub-signature-256": f"sha256={signature}".encode()}
    return Submission("facebook", method, "/v1/sources/facebook", query, headers, content, AT)


def parsed(content: bytes, **members: Any) -> Parsed:  # Any: as of `section`
    """Read a body that can be used."""
    source, submission = door(**members), posted(content)
    document = source.read(submission)
    assert isinstance(document, Document), document
    return source.parse(submission, document)
