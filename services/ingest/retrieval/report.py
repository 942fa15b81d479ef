"""What operators see of each fetch: one log line and one count."""

import structlog

from services.ingest.retrieval.notices import Outcome, Settlement
from shared.runtime import telemetry

log = structlog.get_logger()

_LINES = {
    Outcome.FETCHED: ("info", "lead fetched"),
    Outcome.GONE: ("warning", "lead is gone at its platform"),
    Outcome.NOT_YET: ("warning", "lead cannot be had yet"),
    Outcome.THROTTLED: ("warning", "platform wants fewer requests"),
    Outcome.UNUSABLE: ("error", "lead cannot be read"),
    Outcome.GIVEN_UP: ("error", "lead given up"),
}
"""Of what is returned there is nothing to tell; of a missing permission once a scope, not once a lead."""


class Reporter:
    """Tells of results once their rows and their events are safe."""

    def __init__(self) -> None:
        self._missing: set[tuple[str, str]] = set()

    def report(self, settled: Settlement) -> None:
        """Count one result, and log what an operator should know of it."""
        pending = settled.claim.pending
        telemetry.bound(telemetry.FETCHED, pending.source, settled.outcome).inc()
        self._report_permission(settled)
        if settled.outcome not in _LINES:
            return
        level, line = _LINES[settled.outcome]
        tell = {"info": log.info, "warning": log.warning, "error": log.error}[level]
        tell(
            line,
            source=pending.source,
            lead_id=pending.lead_id,
            notice_id=pending.notice.notice_id,
            reason=settled.reason,
            attempts=settled.attempts,
            retry_in_s=round(settled.pause_s or settled.delay_s, 1) or None,
        )

    def _report_permission(self, settled: Settlement) -> None:
        source = settled.claim.pending.source
        if settled.lifts is not None:
            self._missing.discard((source, settled.lifts))
            log.info("permission is there, its leads are fetched", source=source)
        if settled.scope is None or settled.what_to_grant is None or (source, settled.scope) in self._missing:
            return
        self._missing.add((source, settled.scope))
        log.error("leads wait for a permission", source=source, reason=settled.what_to_grant)
