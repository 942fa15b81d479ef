"""What the doors of the running service refused: figures of its ingest role's own metrics."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from prometheus_client.parser import text_string_to_metric_families

from services.commands.addresses import addresses
from shared.runtime.settings import Settings

ANSWER_S = 2.0
UNKNOWN = "unknown"
"""What the metrics call sources that the configuration does not have."""


@dataclass(frozen=True, slots=True)
class Refused:
    """How many submissions were refused for one reason since the process began, and when the last was."""

    count: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refusals:
    """What was refused, by source and reason, and how many submissions held no lead, by source."""

    refused: Mapping[str, Mapping[str, Refused]]
    not_leads: Mapping[str, int]


async def refusals(settings: Settings) -> Refusals | None:
    """Ask the running service; None where no process with the role ingest answers at the address we know."""
    try:
        async with httpx.AsyncClient(timeout=ANSWER_S, trust_env=False) as client:
            answer = await client.get(f"{addresses(settings).admin}/metrics")
    except httpx.TransportError:
        return None
    return read_refusals(answer.text) if answer.status_code == httpx.codes.OK else None


def read_refusals(metrics: str) -> Refusals | None:
    """Read them from what `/metrics` answers; None where that process has no doors."""
    by_name: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            labels = tuple(sample.labels[name] for name in ("role", "source", "reason") if name in sample.labels)
            by_name[sample.name][labels] = sample.value
    if ("ingest",) not in by_name["tratt_role"]:
        return None
    last_at = by_name["tratt_last_refused_timestamp_seconds"]
    refused: dict[str, dict[str, Refused]] = defaultdict(dict)
    for place, count in by_name["tratt_refused_total"].items():
        source, reason = place
        at = last_at.get(place)
        refused[source][reason] = Refused(int(count), datetime.fromtimestamp(at, UTC) if at else None)
    return Refusals(refused, {source: int(count) for (source,), count in by_name["tratt_not_leads_total"].items()})
