"""What the console lists, one line each: leads, sources, dead letters."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.console.ledger import Place
from shared.domain.lead import Lead


@dataclass(frozen=True, slots=True)
class LeadLine:
    """One lead among others. `lead` is None until its receipt was read; `place` says `in_flight` where undecided."""

    lead_id: str
    source: str
    is_test: bool
    received_at: datetime | None
    place: Place
    reason: str | None
    stage: str | None
    fit: float | None
    owner: str | None
    lead: Lead | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last line of a page: the next page begins after it."""

    received_at: float
    lead_id: str

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Read what `str` wrote. Raises ValueError for anything else."""
        received_at, _, lead_id = text.partition("_")
        return cls(float(received_at), str(UUID(lead_id)))

    def __str__(self) -> str:
        return f"{self.received_at!r}_{self.lead_id}"


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Some leads, newest first, and where the older ones begin (None where there are none)."""

    lines: tuple[LeadLine, ...]
    older: Cursor | None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """When a source was last heard from: with a lead, a notice, a test, something quarantined, something with no lead.

    `last_healed_at` is when a lead was last made good that had not come by itself; it is not in `last_lead_at`.
    `quiet_since` is when the silence after its last lead became an alarm, None while it is none.
    """

    source: str
    source_kind: str
    last_lead_at: datetime | None
    last_test_at: datetime | None
    last_refused_at: datetime | None
    last_set_aside_at: datetime | None = None
    last_healed_at: datetime | None = None
    last_notice_at: datetime | None = None
    quiet_since: datetime | None = None

    @property
    def last_sign_at(self) -> datetime | None:
        """Tell when its sender last gave a lead, or told of one; None where it never did."""
        return max((at for at in (self.last_lead_at, self.last_notice_at) if at), default=None)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """What of one source waits for a person: how many submissions, and the newest of them."""

    count: int
    error: str
    reason: str
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class DeadLetterLine:
    """One dead letter. `replayed_at` is when it was last sent in again."""

    id: str
    stage: str
    lead_id: str | None
    source: str | None
    position: str | None
    error: str
    reason: str
    died_at: datetime
    replayed_at: datetime | None
