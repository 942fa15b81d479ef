"""Every metric, in one list: each with what it tells, and labels whose values come from the configuration or the code.

A label never takes what a sender wrote: a source or destination is one of the configuration's keys, a reason an error's
class. Where a metric is touched once per lead, look its child up through `bound`.
"""

from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, make_asgi_app
from starlette.types import ASGIApp, Receive, Scope, Send

REGISTRY = CollectorRegistry()
"""Ours alone, so that a library's metrics never mix in by being imported."""
ProcessCollector(registry=REGISTRY)  # memory, CPU and open files

_FAST_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)
"""For what a sender waits for: the promise is p99 under 2 s while Kafka is away."""
_SLOW_S = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 86400)
"""For what depends on others: from the 150 ms of a good day to a destination that is down for a day."""

ACCEPTED = Counter("tratt_accepted", "Submissions answered 2xx and durable.", ["source"], registry=REGISTRY)

REFUSED = Counter("tratt_refused", "Submissions not accepted.", ["source", "reason"], registry=REGISTRY)
"""`source` is `unknown` for a name that the configuration does not have."""

LAST_REFUSED = Gauge(
    "tratt_last_refused_timestamp_seconds",
    "When a submission was last not accepted.",
    ["source", "reason"],
    registry=REGISTRY,
)

QUARANTINED = Counter(
    "tratt_quarantined", "Authentic submissions that became dead letters.", ["source"], registry=REGISTRY
)

NOT_LEADS = Counter(
    "tratt_not_leads",
    "Authentic submissions that rightly hold no lead: cancellations, pings, …",
    ["source"],
    registry=REGISTRY,
)
"""Rising with nothing accepted beside it: a mapping's `when` lets nothing through."""

ACCEPT_SECONDS = Histogram(
    "tratt_accept_seconds", "From the whole request to its answer.", buckets=_FAST_S, registry=REGISTRY
)

PUBLISH_SECONDS = Histogram(
    "tratt_publish_seconds", "Until the event log, or the spill, had it.", buckets=_FAST_S, registry=REGISTRY
)

SCORED = Counter("tratt_scored", "Scores published, by stage.", ["stage"], registry=REGISTRY)
"""`stage` is one of the configured stages."""

COMMITTED_RECORDS = Counter(
    "tratt_committed_records", "Records handled, with their results published.", ["role"], registry=REGISTRY
)

DECIDED = Counter("tratt_decided", "Decisions, by outcome: routed, held or rejected.", ["outcome"], registry=REGISTRY)

DELIVERED = Counter(
    "tratt_delivered", "Attempts to deliver, by what came of them.", ["destination", "outcome"], registry=REGISTRY
)

DELIVERY_SECONDS = Histogram(
    "tratt_delivery_seconds", "One request to a destination.", ["destination"], buckets=_SLOW_S, registry=REGISTRY
)

SUBMIT_TO_DELIVERED_SECONDS = Histogram(
    "tratt_submit_to_delivered_seconds",
    "From a lead's receipt to its first success at a destination.",
    ["destination"],
    buckets=_SLOW_S,
    registry=REGISTRY,
)

LAG = Gauge("tratt_lag", "Records a group has not committed yet.", ["group", "topic"], registry=REGISTRY)

LAG_SECONDS = Gauge(
    "tratt_lag_seconds", "Age of the oldest record not committed.", ["group", "topic"], registry=REGISTRY
)
"""Alarm at half of the retention: beyond it, records go before they were read."""

SPILL_DEPTH = Gauge("tratt_spill_depth", "Accepted events that wait on local disk.", registry=REGISTRY)
"""Above 0 the event log was away; the figure must fall once it is back."""

OLDEST_UNDELIVERED_SECONDS = Gauge(
    "tratt_oldest_undelivered_seconds", "Age of the oldest delivery that is due.", registry=REGISTRY
)

WAITING = Gauge(
    "tratt_waiting", "Deliveries that are due or wait to be tried again.", ["destination"], registry=REGISTRY
)

ANNOUNCED = Counter(
    "tratt_announced", "Events published from a table after its transaction.", ["table"], registry=REGISTRY
)

WORKER_WAITS = Counter(
    "tratt_worker_waits", "Waits for something that every record needs.", ["stage", "error"], registry=REGISTRY
)
"""Rising: the log, the tables or a service behind them is away; nothing is lost, lag grows."""

DEAD_LETTERS = Counter("tratt_dead_letters", "Records that can never be handled.", ["stage"], registry=REGISTRY)
"""Someone must look: `tratt dead list`."""

DOOR_LAST_LEAD = Gauge(
    "tratt_door_last_lead_timestamp_seconds", "When the last lead came, tests left out.", ["source"], registry=REGISTRY
)

DOOR_LAST_TEST = Gauge(
    "tratt_door_last_test_timestamp_seconds",
    "When the sender last pressed its test button.",
    ["source"],
    registry=REGISTRY,
)

DOOR_CAME = Gauge("tratt_door_leads_in_a_day", "Leads of the last 24 whole hours.", ["source"], registry=REGISTRY)

DOOR_USUAL = Gauge(
    "tratt_door_usual_leads_in_a_day",
    "Leads to expect in those hours, by the door's own rhythm of weekdays and hours.",
    ["source"],
    registry=REGISTRY,
)
"""Missing while the rhythm is learned, as are the next two."""

DOOR_EXPECTED = Gauge(
    "tratt_door_expected_since_last_lead",
    "Leads to expect since the last one: n of them fail to come with probability exp(-n).",
    ["source"],
    registry=REGISTRY,
)

DOOR_QUIET = Gauge("tratt_door_quiet", "1 where the silence is no chance any more.", ["source"], registry=REGISTRY)
"""Leads may be lost at their sender: `tratt sources`."""

ROLE = Gauge("tratt_role", "1 for each role of this process.", ["role"], registry=REGISTRY)

FETCHED = Counter(
    "tratt_fetched", "Leads asked for at their platforms, by what came of it.", ["source", "outcome"], registry=REGISTRY
)

FETCH_SECONDS = Histogram(
    "tratt_fetch_seconds", "One lead asked for at its platform.", ["source"], buckets=_SLOW_S, registry=REGISTRY
)

NOTICES_WAITING = Gauge(
    "tratt_notices_waiting", "Notices whose lead is not fetched yet.", ["source"], registry=REGISTRY
)

NOTICES_HELD = Gauge("tratt_notices_held", "Of these, those that wait for a permission.", ["source"], registry=REGISTRY)
"""Above 0 somebody must grant something: `tratt sources`."""

OLDEST_NOTICE_SECONDS = Gauge(
    "tratt_oldest_notice_seconds", "Age of the oldest notice that waits.", ["source"], registry=REGISTRY
)

HEALED = Counter(
    "tratt_healed", "Leads found in a platform's list that no notice told of.", ["source"], registry=REGISTRY
)
"""Rising: the platform's notices do not all arrive."""

WATCHDOG_SILENT_SECONDS = Gauge(
    "tratt_watchdog_silent_seconds", "How long a worker has shown no progress.", ["worker"], registry=REGISTRY
)

_Metric = TypeVar("_Metric", Counter, Gauge, Histogram)
_children: dict[tuple[object, ...], object] = {}


def bound(metric: _Metric, *values: str) -> _Metric:
    """Return the metric for these label values, in the order of its labels; looked up once, then kept."""
    child = _children.get((metric, *values))
    if isinstance(child, type(metric)):
        return child
    made = metric.labels(*values)
    _children[metric, *values] = made
    return made


class _Metrics:
    """An object and no function, so that a Starlette `Route` takes it for an application."""

    def __init__(self) -> None:
        self._app: ASGIApp = make_asgi_app(REGISTRY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def metrics_app() -> ASGIApp:
    """Make the application that answers `/metrics`, for the admin listener only.

    Give it a `Route`: a mount would answer `/metrics` with a redirect to `/metrics/`.
    """
    return _Metrics()
