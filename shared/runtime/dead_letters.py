"""What becomes of a record that can never be handled: an event with its bytes, its place and why."""

import base64
from datetime import datetime
from typing import Literal

from shared.domain.errors import PermanentError
from shared.domain.events import DeadLetter, DeadLetterData, Event, Topic
from shared.domain.ids import derived
from shared.ports import Record
from shared.runtime.logs import places

Stage = Literal["retrieval", "scorer", "router"]

MOST_BURIED_BYTES = 600 * 1024
"""A dead letter carries its record's bytes as base64, a third more, and must itself fit into a record."""
LONGEST_KEY = 256
"""Ours have 32 or 36 characters; a longer one was made by somebody else."""


def dead_letter(
    record: Record, event: Event | None, error: Exception, *, stage: Stage, attempts: int, now: datetime
) -> DeadLetter:
    """Make the dead letter of a record: its bytes as they were (none where they are too many), its place, and why."""
    data = getattr(event, "data", None)
    lead = getattr(data, "lead_id", None)
    source = getattr(data, "source", None)
    return DeadLetter(
        id=derived("dead", stage, record.position),
        source=f"/tratt/{stage}",
        subject=lead or record.position,
        time=now,
        partitionkey=lead or source or record.position,
        traceparent=getattr(event, "traceparent", None),
        data=DeadLetterData(
            lead_id=lead,
            source=source,
            source_kind=getattr(data, "source_kind", None),
            is_test=bool(getattr(data, "is_test", False)),
            stage=stage,
            topic=Topic(record.topic),
            position=record.position,
            key=record.key[:LONGEST_KEY].decode(errors="replace"),
            error=type(error).__name__,
            reason=str(error) if isinstance(error, PermanentError) else places(error),
            attempts=attempts,
            bytes=base64.b64encode(record.value).decode() if len(record.value) <= MOST_BURIED_BYTES else "",
        ),
    )
