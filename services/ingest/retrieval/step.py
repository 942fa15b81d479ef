"""What comes in by the log: notices become rows, and whoever is to be forgotten is never fetched."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from services.ingest.retrieval.notices import PendingLead
from services.ingest.retrieval.notified import pending_of
from shared.domain.events import ErasureRequested, Event, LeadNotified
from shared.ports import Arrival


class PendingLeads(Protocol):
    """The table of what is to be fetched."""

    async def add(self, pending: Sequence[PendingLead], *, now: float) -> None:
        """Keep what is to be fetched. One that is known stays as it is, but a dead one begins anew."""
        ...

    async def forget(self, leads: Mapping[str, tuple[str, str]], *, now: float) -> None:
        """Never fetch these, whether their notices came before or come later. By lead id: source and its kind."""
        ...


class NoticeStep:
    """One batch of `leads.notified` and `leads.erasure`. A repeat changes nothing.

    `sources` are those that leads are fetched for; of others nothing is kept. `wake` is told that something came.
    """

    def __init__(
        self, pending: PendingLeads, sources: Collection[str], *, wake: Callable[[], None], clock: Callable[[], float]
    ) -> None:
        self._pending = pending
        self._sources = sources
        self._wake = wake
        self._clock = clock

    async def handle(self, arrivals: Sequence[Arrival]) -> Sequence[Event]:
        """Keep what is new. Nothing is published: that is for what is fetched."""
        events = [arrival.event for arrival in arrivals]
        notified = [pending_of(event) for event in events if isinstance(event, LeadNotified)]
        erased = {
            event.data.lead_id: (event.data.source, event.data.source_kind)
            for event in events
            if isinstance(event, ErasureRequested) and event.data.lead_id and event.data.source in self._sources
        }
        if notified:
            await self._pending.add(notified, now=self._clock())
            self._wake()
        if erased:  # afterwards, so that a deletion wins over its notice in one batch
            await self._pending.forget(erased, now=self._clock())
        return []

    async def published(self, events: Sequence[Event]) -> None:
        """Nothing was."""
