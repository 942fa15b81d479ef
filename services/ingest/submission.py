"""What a sender submitted, and what a source makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from pydantic_core import to_json

from shared.domain.errors import PermanentError
from shared.domain.lead import Lead, Person


@dataclass(frozen=True, slots=True)
class Submission:
    """One request as it came. `headers` are by lower-case name, bytes as sent; `body` is within the guard's size.

    `peer` is the address at the other end of the connection, which behind a proxy is the proxy's.
    """

    source: str
    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    received_at: datetime
    peer: str | None = None


def is_beyond_source(path: str) -> bool:
    """Tell whether a URL goes on after its source's id: `/v1/sources/<source>/<secret>`."""
    return path.rstrip("/").count("/") > _SLASHES


_SLASHES = "/v1/sources/<source>".count("/")


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
class SubmittedNotice:
    """A lead that lies at its platform, under the platform's own id. `form_id` and `page_id` where it told them."""

    platform: str
    notice_id: str
    occurred_at: datetime
    form_id: str | None = None
    page_id: str | None = None
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class SubmittedDeletion:
    """A lead that its platform, or the person, wants forgotten: by the sender's id of it, by person, or both."""

    submission_id: str | None
    person: Person
    reason: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class SubmittedActivity:
    """Something a person did. `submission_id` is the sender's id of what was done."""

    kind: str
    submission_id: str | None
    person: Person
    occurred_at: datetime
    properties: Mapping[str, str | list[str]]
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that one submission says. None of a kind is an empty tuple.

    `faults` say what of it is not shaped as its sender documents: the rest is taken in, and the whole of it is kept for
    people beside. `not_a_lead` says why there is none in it, where that is as it should be.
    """

    leads: tuple[SubmittedLead, ...] = ()
    notices: tuple[SubmittedNotice, ...] = ()
    deletions: tuple[SubmittedDeletion, ...] = ()
    activities: tuple[SubmittedActivity, ...] = ()
    faults: tuple[str, ...] = ()
    not_a_lead: str | None = None


@dataclass(frozen=True, slots=True)
class Greeting:
    """The answer to a handshake: what the sender wants to read before it sends anything."""

    body: bytes
    media_type: str


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
    """Write what a lead says, so that a repeat has the same bytes in whatever order it comes.

    Our times are left out, how long the form was open, and which version of a mapping read it: it says the same.
    """
    apart = _APART if is_dated else _APART_UNDATED
    said = lead.__pydantic_serializer__.to_json(lead, exclude=apart, exclude_none=True)
    signals = sorted(signal for signal in lead.signals.items() if signal[0] != STAMP)
    return said + to_json([sorted(lead.answers.items()), signals])


STAMP = "stamp"
_APART = {"received_at", "answers", "signals", "mapping_version"}
_APART_UNDATED = _APART | {"submitted_at"}
