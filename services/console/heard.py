"""What a batch tells of the doors: when each was heard from, and with what. Pure."""

from collections.abc import Sequence
from typing import Any

from shared.domain.events import DeadLetter, LeadNotified, LeadReceived, SubmissionSetAside

Row = dict[str, Any]
"""Column names to values of a row. Any: a column's type is the table's business."""

HEALED = "healed"
"""The signal of a lead that never came through its door: a back-fill, or the gap healer, made it good."""
HEARD = ("last_lead_at", "last_notice_at", "last_test_at", "last_refused_at", "last_set_aside_at", "last_healed_at")
"""What of a source was heard when: columns of which the latest stays."""


def heard(event: LeadReceived) -> Row:
    """Say that a lead came, a test, or one that had to be made good."""
    data = event.data
    told = "last_healed_at" if HEALED in data.lead.signals else "last_lead_at"
    column = "last_test_at" if data.is_test else told
    return _source(data.source, data.source_kind, column, event.time.timestamp())


def told_of(event: LeadNotified) -> Row:
    """Say that a platform told of a lead, or that one was found there of which it had not."""
    data = event.data
    told = "last_healed_at" if data.healed else "last_notice_at"
    return _source(data.source, data.source_kind, "last_test_at" if data.is_test else told, event.time.timestamp())


def refused(event: DeadLetter) -> Row:
    """Say that something had to be quarantined."""
    return _source(event.data.source or "", event.data.source_kind or "", "last_refused_at", event.time.timestamp())


def set_aside(event: SubmissionSetAside) -> Row:
    """Say that something came which rightly holds no lead."""
    return _source(event.data.source, event.data.source_kind, "last_set_aside_at", event.time.timestamp())


def latest(rows: Sequence[Row]) -> list[Row]:
    """Keep one row of each source, with the latest of every column."""
    by_source: dict[str, Row] = {}
    for row in rows:
        known = by_source.setdefault(row["source"], row)
        for column in HEARD:
            times = [at for at in (known[column], row[column]) if at is not None]
            known[column] = max(times, default=None)
        known["source_kind"] = max(known["source_kind"], row["source_kind"])
    return list(by_source.values())


def _source(source: str, kind: str, column: str, at: float) -> Row:
    return {"source": source, "source_kind": kind} | dict.fromkeys(HEARD) | {column: at}
