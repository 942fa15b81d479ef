"""A submission as it may be kept, and back: what replaying a dead letter and mapping anew begin with."""

import base64
from datetime import datetime

from services.ingest.submission import Submission
from shared.domain.events import RawSubmission

MAX_MEDIA_TYPE = 100
"""Characters of a sender's content type worth keeping."""
CONTENT_TYPE = b"content-type"


def raw_of(submission: Submission, kept: Submission) -> RawSubmission:
    """Write a submission down. `kept` is what its source says may be kept of it (`storable`)."""
    media_type = submission.headers.get(CONTENT_TYPE)
    return RawSubmission(
        method=kept.method,
        media_type=media_type.decode("latin-1")[:MAX_MEDIA_TYPE] if media_type else None,
        query=kept.query.decode("latin-1") or None,
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in kept.headers.items()},
        bytes=base64.b64encode(submission.body).decode(),
    )


def submission_of(raw: RawSubmission, source: str, received_at: datetime) -> Submission:
    """Make the submission again, as its source's `read` and `parse` saw it."""
    headers = {name.encode("latin-1"): value.encode("latin-1") for name, value in raw.headers.items()}
    if raw.media_type:
        headers[CONTENT_TYPE] = raw.media_type.encode("latin-1")
    return Submission(
        source=source,
        method=raw.method or "POST",
        path="",
        query=(raw.query or "").encode("latin-1"),
        headers=headers,
        body=base64.b64decode(raw.bytes),
        received_at=received_at,
    )
