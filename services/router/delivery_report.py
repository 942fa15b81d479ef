"""What people and dashboards see of deliveries: one log line per outcome, and the metrics."""

import structlog

from services.router.outcome import Delivery, Settlement, State
from shared.runtime import telemetry

log = structlog.get_logger()


def names(delivery: Delivery) -> dict[str, str | int]:
    """Name a delivery in a log line."""
    return {
        "lead_id": delivery.lead_id,
        "delivery_id": delivery.delivery_id,
        "destination": delivery.destination,
        "attempt": delivery.attempts + 1,
    }


def report(settled: Settlement) -> None:
    """Count and log one settled attempt. What tells the log nothing (a wait, a return) is only counted."""
    delivery, outcome, event = settled.delivery, settled.outcome, settled.event
    telemetry.bound(telemetry.DELIVERED, delivery.destination, outcome.kind).inc()
    if event is None:
        return
    elapsed_ms = event.data.elapsed_ms
    telemetry.bound(telemetry.DELIVERY_SECONDS, delivery.destination).observe(elapsed_ms / 1000)
    told = {**names(delivery), "elapsed_ms": elapsed_ms, "outcome": str(outcome.kind)}
    if settled.state is State.DELIVERED:
        since = event.time - delivery.event.data.lead.received_at
        telemetry.bound(telemetry.SUBMIT_TO_DELIVERED_SECONDS, delivery.destination).observe(since.total_seconds())
        log.info("lead delivered", **told)
    elif settled.state is State.FAILED:
        log.error("delivery failed", **told, vendor_code=outcome.vendor_code)
    else:
        log.warning("delivery failed", **told, vendor_code=outcome.vendor_code, retry_in_s=round(settled.delay_s, 1))
