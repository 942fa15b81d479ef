"""A notice as a row, and back."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, literal_column

from services.ingest.retrieval.notices import PendingLead, State
from services.ingest.retrieval.tables import notices
from services.ingest.submission import SubmittedNotice

# As a literal: neither database matches a bound parameter with the condition of a partial index.
IS_WAITING = notices.c.state == literal_column(f"'{State.WAITING}'")
FORGOTTEN = "its erasure was requested"
_BLANK: dict[str, Any] = dict.fromkeys(column.name for column in notices.c)
_BLANK |= {"is_test": False, "healed": False, "token": 0, "attempts": 0}


def row_of(pending: PendingLead, *, scope: str | None, now: float) -> dict[str, Any]:  # Any: column values
    """Write a pending lead, due now."""
    notice = pending.notice
    return _BLANK | {
        "lead_id": pending.lead_id,
        "source": pending.source,
        "source_kind": pending.source_kind,
        "platform": notice.platform,
        "notice_id": notice.notice_id,
        "form_id": notice.form_id,
        "page_id": notice.page_id,
        "occurred_at": notice.occurred_at.timestamp(),
        "received_at": pending.received_at.timestamp(),
        "is_test": notice.is_test,
        "healed": pending.healed,
        "traceparent": pending.traceparent,
        "state": State.WAITING,
        "scope": scope,
        "next_at": now,
    }


def forgotten_row(lead_id: str, source: str, source_kind: str, *, now: float) -> dict[str, Any]:  # Any: column values
    """Write that a lead is to be forgotten of which no notice has come."""
    return _BLANK | {
        "lead_id": lead_id,
        "source": source,
        "source_kind": source_kind,
        "received_at": now,
        "state": State.DELETED,
        "reason": FORGOTTEN,
        "next_at": now,
    }


def pending_of(row: Row[Any]) -> PendingLead:  # Any: SQLAlchemy's rows
    """Read a pending lead. The row must be of a notice, not of a deletion alone."""
    return PendingLead(
        lead_id=row.lead_id,
        source=row.source,
        source_kind=row.source_kind,
        notice=SubmittedNotice(
            platform=row.platform,
            notice_id=row.notice_id,
            occurred_at=moment_of(row.occurred_at),
            form_id=row.form_id,
            page_id=row.page_id,
            is_test=row.is_test,
        ),
        received_at=moment_of(row.received_at),
        healed=row.healed,
        traceparent=row.traceparent,
    )


def moment_of(epoch_s: float) -> datetime:
    """Read a moment of a table."""
    return datetime.fromtimestamp(epoch_s, UTC)
