"""What a sender submitted, and what a source makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from pydantic_core import to_json

from shared.domain.errors import PermanentError
from shared.domain.lead import Lead


@dataclass(frozen=True, slots=True)
class Submission:
    """One request as it came. `headers` are by lower-case name, bytes as sent; `body` is within the guard's size."""

    source: str
    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    received_at: datetime


class Verdict(Enum):
    """Whether a submission is its sender's own."""

    AUTHENTIC = "authentic"
    NOT_AUTHENTIC = "not_authentic"
    CANNOT_TELL = "cannot_tell"
    """The proof lies in a body that does not parse."""


@dataclass(frozen=True, slots=True)
class SubmittedLead:
    """One lead of a submission. `is_dated`: its `submitted_at` is the sender's, not the time of receipt."""

    lead: Lead
    is_test: bool
    is_dated: bool


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that one submission says. None of a kind is an empty tuple."""

    leads: tuple[SubmittedLead, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a submission that cannot be used."""

    submission_id: str | None = None
    is_test: bool = False


class Misshapen(PermanentError):
    """Say that an authentic document is not what its sender documents. `code` is for machines, the text for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def canonical_content(lead: Lead, *, is_dated: bool) -> bytes:
    """Write what a lead says, so that a repeat has the same bytes in whatever order it comes; without our times."""
    apart = _APART if is_dated else _APART_UNDATED
    said = lead.__pydantic_serializer__.to_json(lead, exclude=apart, exclude_none=True)
    return said + to_json([sorted(lead.answers.items()), sorted(lead.signals.items())])


_APART = {"received_at", "answers", "signals"}
_APART_UNDATED = _APART | {"submitted_at"}
