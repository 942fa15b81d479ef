"""Adding what proves a sender to a request that it did not write: signature, tokens, a URL's secret end, an origin."""

from dataclasses import replace
from datetime import UTC, datetime

from services.commands.examples.payload import Payload
from services.ingest.configuration import (
    FormConfiguration,
    LinkedInConfiguration,
    MetaConfiguration,
    WebhookConfiguration,
)
from services.ingest.submission import Submission
from services.ingest.verification.signing import sign

PROVABLE = (LinkedInConfiguration, MetaConfiguration, WebhookConfiguration)
"""Sections with a verification of their own. Google's key is a member of the body."""


def proved(payload: Payload, section: object, *, source: str, public_url: str | None) -> Payload:
    """Sign a request now, whenever its person pressed the button: a stale signature is refused.

    Raises:
        UsedWrongly: it cannot be signed with what is configured; the text says what is missing.
    """
    if isinstance(section, FormConfiguration):
        return replace(payload, headers={"origin": section.origins[0], **payload.headers})
    if not isinstance(section, PROVABLE):
        return payload
    url = f"/v1/sources/{source}"
    unsigned = Submission(
        source=source,
        method=payload.method,
        path=f"{url}{payload.path}",
        query=payload.query.encode(),
        headers={name.lower().encode("latin-1"): value.encode("latin-1") for name, value in payload.headers.items()},
        body=payload.body,
        received_at=datetime.now(UTC),
    )
    signed = sign(unsigned, section.verification, now=unsigned.received_at, public_url=public_url)
    return replace(
        payload,
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in signed.headers.items()},
        path=signed.path.removeprefix(url),
        query=signed.query.decode(),
    )
