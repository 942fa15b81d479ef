import httpx
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.routing import Route

from shared.runtime import telemetry


async def test_metrics_are_shown_with_their_labels() -> None:
    telemetry.bound(telemetry.ACCEPTED, "google-search").inc()
    telemetry.bound(telemetry.LAG, "scorer", "leads.received").set(7)
    admin = Starlette(routes=[Route("/metrics", telemetry.metrics_app())])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=admin)) as client:
        answer = await client.get("http://admin/metrics")
    shown = answer.text
    assert answer.status_code == 200
    assert 'tratt_accepted_total{source="google-search"} ' in shown
    assert 'tratt_lag{group="scorer",topic="leads.received"} 7.0' in shown


def test_a_child_is_looked_up_once_and_is_the_metrics_own() -> None:
    first = telemetry.bound(telemetry.DELIVERED, "journal", "delivered")
    assert telemetry.bound(telemetry.DELIVERED, "journal", "delivered") is first
    assert telemetry.DELIVERED.labels(destination="journal", outcome="delivered") is first
    assert telemetry.bound(telemetry.DELIVERED, "journal", "failed") is not first


def test_every_metric_is_ours_by_name_and_says_what_it_tells() -> None:
    ours = [line for line in generate_latest(telemetry.REGISTRY).decode().splitlines() if line.startswith("# HELP")]
    assert all(line.split()[2].startswith(("tratt_", "process_")) and len(line.split()) > 4 for line in ours)
