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
    """When a source was last heard from: with a lead, with a test, with something quarantined."""

    source: str
    source_kind: str
    last_lead_at: datetime | None
    last_test_at: datetime | None
    last_refused_at: datetime | None


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
