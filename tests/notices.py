"""Builders of notices for tests, and what is wanted of their tables."""

from datetime import datetime
from typing import Any

from services.ingest.retrieval.notices import Claim, Outcome, PendingLead, Settlement, State
from services.ingest.submission import SubmittedNotice
from shared.domain.ids import lead_id
from tests.builders import NOON

SOURCE, KIND = "facebook", "meta"
PAGE, OTHER_PAGE, FORM = "111", "112", "222"


def a_notice(notice_id: str = "444", **members: Any) -> SubmittedNotice:  # Any: whatever a SubmittedNotice takes
    """Build a notice of a lead of one form of one Page."""
    defaults: dict[str, Any] = {"platform": KIND, "occurred_at": NOON, "form_id": FORM, "page_id": PAGE}
    return SubmittedNotice(notice_id=notice_id, **(defaults | members))


def a_pending(
    notice_id: str = "444", *, source: str = SOURCE, at: datetime = NOON, healed: bool = False, **members: Any
) -> PendingLead:  # Any: as above
    """Build a lead that is to be fetched; `members` are its notice's."""
    notice = a_notice(notice_id, **members)
    lead = lead_id(source, notice_id)
    return PendingLead(lead, source, KIND, notice, received_at=at, healed=healed, traceparent=None)


def a_claim(pending: PendingLead | None = None, *, attempts: int = 0, scope: str | None = None) -> Claim:
    """Build a claim as a store would give it."""
    return Claim(pending or a_pending(), token=1, owner="somebody", attempts=attempts, scope=scope)


def a_settlement(claim: Claim, **members: Any) -> Settlement:  # Any: whatever a Settlement takes
    """Build the result of a fetch that brought the lead."""
    defaults: dict[str, Any] = {"outcome": Outcome.FETCHED, "state": State.FETCHED, "attempts": claim.attempts + 1}
    return Settlement(claim, **(defaults | members))


def refused(claim: Claim, scope: str, grant: str = "grant leads_retrieval") -> Settlement:
    """Build the result of a fetch for which a permission was missing."""
    return a_settlement(
        claim,
        outcome=Outcome.NOT_ALLOWED,
        state=State.WAITING,
        attempts=claim.attempts,
        scope=scope,
        what_to_grant=grant,
        reason=grant,
    )
