"""What the loop that fetches leads stands on: its claims, and each source's platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from services.ingest.retrieval.notices import Claim, Settlement
from services.ingest.retrieval.ports import LeadFetcher


class Claims(Protocol):
    """Notices in the hands of processes."""

    async def claim_due(self, rooms: Mapping[str, int]) -> Sequence[Claim]:
        """Claim up to so many due notices of each source, and one of each scope whose probe is due."""
        ...

    async def still_ours(self, claims: Sequence[Claim]) -> set[str]:
        """Return the ids of the leads that nobody else has claimed, settled or forgotten since."""
        ...

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Write results, and what they mean for others. A claim lost meanwhile changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Platform:
    """One source's platform, and how much patience it gets."""

    fetcher: LeadFetcher
    concurrency: int
    give_up_after: timedelta
