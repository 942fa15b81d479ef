"""What a check may look at, and what every check is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.ingest.guard import Content
from services.ingest.submission import Submission
from services.ingest.verification.judgement import Reason


@dataclass(frozen=True, slots=True)
class Evidence:
    """One submission, its decoded body, the time it came and the address it came from, as the socket tells it."""

    submission: Submission
    content: Content
    now: datetime
    peer: str | None


class Check(Protocol):
    """One way to prove a sender, compiled from the configuration."""

    def fault(self, evidence: Evidence) -> Reason | None:
        """Return why the evidence does not prove the sender, or None. Never raises, whatever was sent."""
        ...
