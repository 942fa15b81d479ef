"""Dead letters of retrieval: an answer that is no lead, and a notice that was given up. Both can be replayed. Pure."""

import base64
from datetime import datetime
from hashlib import sha256
from typing import Any

from services.ingest.retrieval.notices import Claim, PendingLead
from services.ingest.retrieval.notified import event_of
from services.ingest.retrieval.ports import Unusable
from shared.domain.events import DeadLetter, DeadLetterData, encode
from shared.domain.ids import derived
from shared.runtime.dead_letters import MOST_BURIED_BYTES

STAGE = "retrieval"
RETRIEVAL = "/tratt/retrieval"
JSON = "application/json"


def buried_answer(claim: Claim, answer: Unusable, *, now: datetime) -> DeadLetter:
    """Keep what the platform answered; the same answer has the same dead letter."""
    body = answer.body if len(answer.body) <= MOST_BURIED_BYTES else b""
    return _letter(
        claim,
        sha256(answer.body).hexdigest(),
        DeadLetterData(
            **_of(claim.pending),
            error=answer.code,
            reason=answer.reason,
            attempts=claim.attempts + 1,
            media_type=JSON,
            bytes=base64.b64encode(body).decode(),
        ),
        now=now,
    )


def buried_notice(claim: Claim, reason: str, *, attempts: int, now: datetime) -> DeadLetter:
    """Keep a notice whose lead could not be had for too long."""
    event = event_of(claim.pending)
    return _letter(
        claim,
        "given_up",
        DeadLetterData(
            **_of(claim.pending),
            topic=event.topic,
            key=event.partitionkey,
            error="given_up",
            reason=f"the platform did not give it: {reason}",
            attempts=attempts,
            media_type=JSON,
            bytes=base64.b64encode(encode(event)).decode(),
        ),
        now=now,
    )


def buried_large(claim: Claim, *, now: datetime) -> DeadLetter:
    """Tell of a lead that fits into no record of the log. Its platform still holds it."""
    too_large = Unusable("record_too_large", "the lead is over the size that the event log takes", b"")
    return buried_answer(claim, too_large, now=now)


def _of(pending: PendingLead) -> dict[str, Any]:  # Any: members of DeadLetterData
    return {
        "lead_id": pending.lead_id,
        "source": pending.source,
        "source_kind": pending.source_kind,
        "is_test": pending.notice.is_test,
        "stage": STAGE,
    }


def _letter(claim: Claim, what: str, data: DeadLetterData, *, now: datetime) -> DeadLetter:
    pending = claim.pending
    return DeadLetter(
        id=derived("dead", STAGE, pending.lead_id, what),
        source=RETRIEVAL,
        subject=pending.lead_id,
        time=now,
        partitionkey=pending.lead_id,
        traceparent=pending.traceparent,
        data=data,
    )
