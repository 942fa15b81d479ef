"""What a fetch means: events for the log, and where the notice stands afterwards. Pure."""

from datetime import datetime, timedelta

from services.ingest.events import Keys, consents_given, erasure_requested, lead_received
from services.ingest.retrieval.burial import buried_answer, buried_notice
from services.ingest.retrieval.notices import Claim, Outcome, Settlement, State
from services.ingest.retrieval.patience import is_exhausted, pause_s
from services.ingest.retrieval.ports import Fetched, Gone, NotAllowed, NotYet, Result, Throttled, Unusable
from services.ingest.submission import Submission, SubmittedDeletion, SubmittedLead
from shared.domain.events import Event
from shared.domain.lead import Person

GONE_AT_PLATFORM = "gone_at_platform"
HEALED = "healed"
"""The signal of a lead that no notice told of."""


def settle(
    claim: Claim, result: Result, *, keys: Keys, now: datetime, chance: float, give_up_after: timedelta
) -> Settlement:
    """Judge what a fetch brought. The same result of the same notice gives the same events at every repeat.

    `chance`, uniform in [0, 1), is the jitter of the next fetch. Throttling and a missing permission count no attempt:
    the lead waits.
    """
    match result:
        case Fetched(lead):
            events = _received(claim, lead, keys)
            return _ended(claim, Outcome.FETCHED, State.FETCHED, *events)
        case Gone(reason):
            return _ended(claim, Outcome.GONE, State.DELETED, _erasure(claim, keys, now), reason=reason)
        case Unusable():
            letter = buried_answer(claim, result, now=now)
            return _ended(claim, Outcome.UNUSABLE, State.DEAD, letter, reason=result.reason)
        case Throttled(reason, retry_after_s):
            return _waiting(claim, Outcome.THROTTLED, reason, scope=claim.scope, pause_s=retry_after_s)
        case NotAllowed(scope, grant):
            return _waiting(claim, Outcome.NOT_ALLOWED, grant, scope=scope, what_to_grant=grant)
        case NotYet():
            return _not_yet(claim, result, now=now, chance=chance, give_up_after=give_up_after)


def returned(claim: Claim) -> Settlement:
    """Give back a claim whose lead was never asked for."""
    return _waiting(claim, Outcome.RETURNED, None, scope=claim.scope)


def _not_yet(claim: Claim, result: NotYet, *, now: datetime, chance: float, give_up_after: timedelta) -> Settlement:
    attempts, age = claim.attempts + 1, now - claim.pending.received_at
    if is_exhausted(attempts, age=age, give_up_after=give_up_after):
        letter = buried_notice(claim, result.reason, attempts=attempts, now=now)
        return _ended(claim, Outcome.GIVEN_UP, State.DEAD, letter, reason=result.reason)
    delay_s = pause_s(attempts, asked_s=result.retry_after_s, chance=chance)
    return _waiting(claim, Outcome.NOT_YET, result.reason, scope=claim.scope, attempts=attempts, delay_s=delay_s)


def _ended(claim: Claim, outcome: Outcome, state: State, *events: Event, reason: str | None = None) -> Settlement:
    return Settlement(claim, outcome, state, claim.attempts + 1, reason=reason, events=events)


def _waiting(
    claim: Claim,
    outcome: Outcome,
    reason: str | None,
    *,
    scope: str | None,
    attempts: int | None = None,
    delay_s: float = 0.0,
    what_to_grant: str | None = None,
    pause_s: float | None = None,
) -> Settlement:
    return Settlement(
        claim,
        outcome,
        State.WAITING,
        claim.attempts if attempts is None else attempts,
        delay_s=delay_s,
        reason=reason,
        scope=scope,
        what_to_grant=what_to_grant,
        pause_s=pause_s,
    )


def _received(claim: Claim, submitted: SubmittedLead, keys: Keys) -> list[Event]:
    pending = claim.pending
    if pending.healed:
        lead = submitted.lead.model_copy(update={"signals": {**submitted.lead.signals, HEALED: True}})
        submitted = SubmittedLead(lead, is_test=submitted.is_test, is_dated=submitted.is_dated)
    received = lead_received(
        submitted,
        _submission(claim),
        source_kind=pending.source_kind,
        keys=keys,
        traceparent=pending.traceparent or "",
    )
    return [received, *consents_given(received)]


def _erasure(claim: Claim, keys: Keys, now: datetime) -> Event:
    pending = claim.pending
    return erasure_requested(
        SubmittedDeletion(pending.notice.notice_id, Person(), GONE_AT_PLATFORM, now),
        _submission(claim),
        source_kind=pending.source_kind,
        keys=keys,
        traceparent=pending.traceparent or "",
    )


def _submission(claim: Claim) -> Submission:
    """Say which submission the lead came by: its notice's, whenever it was fetched."""
    pending = claim.pending
    return Submission(pending.source, "GET", "", b"", {}, b"", pending.received_at)
