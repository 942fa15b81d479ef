"""The gap healer: asks the platforms what they hold, and fetches what no notice told of."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from services.ingest.retrieval.notices import PendingLead
from services.ingest.retrieval.notified import event_of
from services.ingest.retrieval.ports import LeadFetcher
from services.ingest.submission import SubmittedNotice
from shared.domain.errors import PermanentError, TransientError
from shared.domain.ids import lead_id
from shared.ports import EventPublisher, Message
from shared.runtime import telemetry, traces

log = structlog.get_logger()

BATCH = 200
LOOK_S = 5.0
"""How often it is looked whether a source's turn has come."""
ON_ITS_WAY = timedelta(minutes=10)
"""A notice may be this late without being lost: what is younger is left to it."""
RETRY_AFTER = timedelta(minutes=5)
"""When the platform did not answer."""


class KnownLeads(Protocol):
    """What is known of leads at platforms, and whose turn it is to look for others."""

    async def unknown(self, lead_ids: Sequence[str]) -> set[str]:
        """Return those that nothing is known of."""
        ...

    async def take_turn(self, source: str, *, every_s: float) -> bool:
        """Take the turn to heal a source, if it has come and nobody else took it; the next is `every_s` later."""
        ...

    async def put_turn(self, source: str, *, in_s: float) -> None:
        """Let the next turn come earlier or later."""
        ...


@dataclass(frozen=True, slots=True)
class Healing:
    """One source's list, and how often and how far back it is looked through."""

    fetcher: LeadFetcher
    source_kind: str
    every: timedelta
    back: timedelta


class GapHealer:
    """Publishes notices of what the platforms list and nothing is known of, until cancelled."""

    def __init__(
        self,
        known: KnownLeads,
        publisher: EventPublisher,
        sources: Mapping[str, Healing],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._known = known
        self._publisher = publisher
        self._sources = sources
        self._clock = clock

    async def run(self) -> None:
        """Heal each source in its turn, for ever."""
        while True:
            for source in self._sources:
                await self._heal_in_turn(source)
            await asyncio.sleep(LOOK_S)

    async def heal(self, source: str, since: datetime, *, form_id: str | None = None, until: datetime) -> int:
        """Publish a notice of every lead since then that nothing is known of, and tell how many those were.

        Doing it twice publishes nothing new once the first notices were read.

        Raises:
            TransientError: the platform, the log or the tables did not answer; do it again.
            PermanentError: the platform refuses; the text says what to grant. What it did list is healed.
        """
        found = 0
        async for pending in self.missing(source, since, form_id=form_id, until=until):
            await self._publish(source, pending)
            found += len(pending)
        return found

    async def missing(
        self, source: str, since: datetime, *, form_id: str | None = None, until: datetime
    ) -> AsyncIterator[Sequence[PendingLead]]:
        """Yield in batches what the platform lists and nothing is known of. Raises as `heal` does."""
        healing = self._sources[source]
        listed = healing.fetcher.list(since, form_id=form_id)
        async for batch in _in_batches(notice async for notice in listed if notice.occurred_at <= until):
            by_lead = {lead_id(source, notice.notice_id): notice for notice in batch}
            unknown, now = await self._known.unknown(list(by_lead)), self._clock()
            yield [
                PendingLead(lead, source, healing.source_kind, notice, now, healed=True, traceparent=traces.begin())
                for lead, notice in by_lead.items()
                if lead in unknown
            ]

    async def _heal_in_turn(self, source: str) -> None:
        healing, now = self._sources[source], self._clock()
        try:
            if not await self._known.take_turn(source, every_s=healing.every.total_seconds()):
                return
            found = await self.heal(source, now - healing.back, until=now - ON_ITS_WAY)
            log.info("platform's list compared", source=source, count=found)
        except TransientError as error:
            log.warning("platform's list not compared", source=source, reason=str(error))
            await self._come_again(source)
        except PermanentError as error:
            log.error("platform's list cannot be compared", source=source, reason=str(error))  # noqa: TRY400 - refused

    async def _come_again(self, source: str) -> None:
        try:
            await self._known.put_turn(source, in_s=RETRY_AFTER.total_seconds())
        except TransientError:
            return

    async def _publish(self, source: str, pending: Sequence[PendingLead]) -> None:
        if not pending:
            return
        await self._publisher.publish([Message.of(event_of(one)) for one in pending])
        telemetry.bound(telemetry.HEALED, source).inc(len(pending))
        for one in pending:
            log.info("lead found that no notice told of", source=source, lead_id=one.lead_id)


async def _in_batches(notices: AsyncIterator[SubmittedNotice]) -> AsyncIterator[list[SubmittedNotice]]:
    """Yield what is listed in batches; what came before a refusal is yielded before it is raised."""
    batch: list[SubmittedNotice] = []
    try:
        async for notice in notices:
            batch.append(notice)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except PermanentError:
        yield batch
        raise
    yield batch
