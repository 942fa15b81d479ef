"""A notice on its way to a lead: as it waits, as it is claimed for a fetch, and what the fetch made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.ingest.retrieval.ports import EVERYTHING
from services.ingest.submission import SubmittedNotice
from shared.domain.events import Event


class State(StrEnum):
    """Where a notice stands. All but `waiting` are ends; a dead one begins anew when its notice is sent in again."""

    WAITING = "waiting"
    FETCHED = "fetched"
    DELETED = "deleted"
    DEAD = "dead"


class Outcome(StrEnum):
    """What became of one fetch, for logs and metrics."""

    FETCHED = "fetched"
    GONE = "gone"
    NOT_YET = "not_yet"
    THROTTLED = "throttled"
    NOT_ALLOWED = "not_allowed"
    UNUSABLE = "unusable"
    GIVEN_UP = "given_up"
    RETURNED = "returned"
    """Claimed and never asked for."""


@dataclass(frozen=True, slots=True)
class PendingLead:
    """A lead that lies at its platform. `received_at` is when its notice came; `healed`, that none did."""

    lead_id: str
    source: str
    source_kind: str
    notice: SubmittedNotice
    received_at: datetime
    healed: bool = False
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A pending lead in one process's hands. `scope` is the missing permission that it is to probe."""

    pending: PendingLead
    token: int
    owner: str
    attempts: int
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one fetch means: for its row, for the log, and for the other notices of its source.

    `events` are to be durable before the row says so. `scope` is what is missing, with `what_to_grant`; `pause_s`, how
    long nothing of the source may be asked for.
    """

    claim: Claim
    outcome: Outcome
    state: State
    attempts: int
    delay_s: float = 0.0
    reason: str | None = None
    scope: str | None = None
    what_to_grant: str | None = None
    pause_s: float | None = None
    events: Sequence[Event] = ()

    @property
    def lifts(self) -> str | None:
        """Name the permission that is there after all: its probe was answered as only who has it is."""
        was_told = self.outcome in {Outcome.FETCHED, Outcome.GONE, Outcome.UNUSABLE}
        lacks_another = self.claim.scope == EVERYTHING and self.scope not in {None, EVERYTHING}
        return self.claim.scope if was_told or (lacks_another and self.outcome is Outcome.NOT_ALLOWED) else None


@dataclass(frozen=True, slots=True)
class MissingPermission:
    """What an operator must grant so that the `waiting` notices of a scope can be fetched."""

    source: str
    scope: str
    what_to_grant: str
    since: datetime
    waiting: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits of one source: all of it, what of that waits for a permission, and how old the oldest is."""

    waiting: int
    held: int
    oldest_s: float
