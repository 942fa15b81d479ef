"""What a run of fetching showed: its figures, and every promise that was not kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.proof.fake_platform import FakePlatform, Trouble
from tests.proof.sink import Sink

PASSING_FETCHES = 3
"""Within as many every trouble that passes has passed (`Trouble`)."""
PROBES = 30
"""As often a lead without permission may be tried meanwhile."""


@dataclass(slots=True)
class Fetching:
    """What was notified of and when, and what came of it."""

    leads: dict[str, Trouble | None] = field(default_factory=dict)
    told_at: dict[str, float] = field(default_factory=dict)
    kills: int = 0
    early: list[str] = field(default_factory=list)
    received: dict[str, set[str]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)

    def of(self, *troubles: Trouble | None) -> set[str]:
        """Name the leads that give one of these troubles."""
        return {lead for lead, trouble in self.leads.items() if trouble in troubles}


def breaches(fetching: Fetching, platform: FakePlatform, sink: Sink) -> dict[str, object]:
    """Every promise that was not kept, with what shows it; none is a pass."""
    gone = fetching.of(Trouble.GONE)
    wanted = set(fetching.leads) - gone
    fetched_often = {
        lead: times
        for lead, times in platform.fetches.items()
        if fetching.leads[lead] is not Trouble.FORBIDDEN and times > PASSING_FETCHES + fetching.kills
    }
    held_often = {lead: platform.fetches[lead] for lead in fetching.of(Trouble.FORBIDDEN)}
    found = {
        "never fetched": sorted(wanted - fetching.received.keys()),
        "invented": sorted(fetching.received.keys() - wanted),
        "received under two ids": sorted(lead for lead, ids in fetching.received.items() if len(ids) > 1),
        "twice at the destination": sink.twice(),
        "gone, and not told": sorted(gone - fetching.erased),
        "dead": fetching.dead,
        "fetched without permission": fetching.early,
        "asked for too often": fetched_often,
        "ledger does not add up": fetching.ledger if fetching.ledger["exit_code"] else None,
        "forbidden asked for too often": {lead: n for lead, n in held_often.items() if n > PASSING_FETCHES + PROBES},
    }
    return {promise: evidence for promise, evidence in found.items() if evidence}


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which this share lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def told(fetching: Fetching, platform: FakePlatform) -> str:
    """Tell the figures of a run."""
    waits = sorted(
        platform.given_at[lead] - told_at
        for lead, told_at in fetching.told_at.items()
        if lead in platform.given_at and fetching.leads[lead] is None
    )
    repeats = Counter(platform.fetches[lead] for lead in fetching.of(None))
    at = {share: percentile(waits, share) for share in (0.5, 0.95, 0.99)}
    return (
        f"{platform.kind}: {len(fetching.leads)} notices, {fetching.kills} kills; leads without trouble were given "
        f"p50 {at[0.5]:.2f} s, p95 {at[0.95]:.2f} s, p99 {at[0.99]:.2f} s after their notice, while "
        f"{len(fetching.of(Trouble.FORBIDDEN))} waited for a permission; "
        f"fetches of each: {dict(sorted(repeats.items()))}"
    )
