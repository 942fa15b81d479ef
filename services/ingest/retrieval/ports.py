"""What a platform must be able to do for retrieval, and what can become of a fetch."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.ingest.submission import SubmittedLead, SubmittedNotice


@dataclass(frozen=True, slots=True)
class Fetched:
    """The lead, as the platform holds it."""

    lead: SubmittedLead


@dataclass(frozen=True, slots=True)
class Gone:
    """The platform has no such lead any more, for good."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """This lead cannot be had now: it is not there yet, or the platform failed. Ask again, others meanwhile."""

    reason: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Throttled:
    """The platform wants fewer requests: nothing of this source is asked for until `retry_after_s` is over."""

    reason: str
    retry_after_s: float


EVERYTHING = "*"
"""The scope of a permission that every fetch of the source needs, such as its access token."""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """A permission is missing. `grant` tells the operator what to grant and where, without a secret in it.

    `scope` is what it is missing for: the notice's `page_id` or `form_id`, or EVERYTHING. All notices of that scope
    wait as rows, one of them is tried from time to time, and all others go on.
    """

    scope: str
    grant: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """The platform answered with something that is no lead as it documents them: kept for people."""

    code: str
    reason: str
    body: bytes


Result = Fetched | Gone | NotYet | Throttled | NotAllowed | Unusable


class LeadFetcher(Protocol):
    """One platform's API, for one source."""

    async def fetch(self, notice: SubmittedNotice, *, received_at: datetime) -> Result:
        """Fetch one lead. `received_at` is when its notice came. Never raises for anything the platform does."""
        ...

    def list(self, since: datetime, *, form_id: str | None = None) -> AsyncIterator[SubmittedNotice]:
        """List what the platform holds since then, of one form or of all.

        Raises:
            TransientError: the platform did not answer; ask again later.
            PermanentError: it will not answer as things are; the text says what to grant.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
