"""A platform that says what a test tells it to, and a retrieval process over embedded tables."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from services.ingest.events import Keys
from services.ingest.retrieval.loop import RetrievalLoop
from services.ingest.retrieval.loop_ports import Platform
from services.ingest.retrieval.notices import PendingLead
from services.ingest.retrieval.ports import Fetched, Result
from services.ingest.retrieval.store.claims import SqlClaims
from services.ingest.retrieval.store.holds import SqlHolds
from services.ingest.retrieval.store.pending import SqlPendingLeads
from services.ingest.retrieval.tables import processes
from services.ingest.submission import SubmittedLead, SubmittedNotice
from shared.ports import Database, EventPublisher
from shared.runtime.store.leases import ProcessLease
from tests.builders import a_lead, a_person
from tests.notices import SOURCE

WAIT_S = 8.0


def given(notice_id: str, *, source: str = SOURCE) -> Fetched:
    """Build a fetch that brought the lead of an invented person."""
    person = a_person(email=f"lead{notice_id}@example.se")
    return Fetched(SubmittedLead(a_lead(notice_id, source=source, person=person), is_test=False, is_dated=True))


class ScriptedFetcher:
    """Answers each lead's fetches in the order they are told, and gives the lead once they are used up.

    What is called, is: it may wait, or raise. `most_at_once` is how many were under way at once at the most.
    """

    def __init__(self, *, source: str = SOURCE, listed: Sequence[SubmittedNotice] = ()) -> None:
        self.source = source
        self.answers: dict[str, list[Result | Exception]] = defaultdict(list)
        self.fetches: Counter[str] = Counter()
        self.listed = listed
        self.takes_s = 0.0
        self.most_at_once = 0
        self.is_closed = False
        self._under_way = 0

    async def fetch(self, notice: SubmittedNotice, *, received_at: datetime) -> Result:
        self.fetches[notice.notice_id] += 1
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        await asyncio.sleep(self.takes_s)
        self._under_way -= 1
        if answers := self.answers[notice.notice_id]:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return given(notice.notice_id, source=self.source)

    async def list(self, since: datetime, *, form_id: str | None = None) -> AsyncIterator[SubmittedNotice]:
        for notice in self.listed:
            if notice.occurred_at >= since and form_id in (None, notice.form_id):
                yield notice

    async def close(self) -> None:
        self.is_closed = True


class Retrieval:
    """One process's loop with its tables."""

    def __init__(
        self,
        database: Database,
        publisher: EventPublisher,
        *fetchers: ScriptedFetcher,
        concurrency: int = 4,
        lease_s: float = 8.0,
    ) -> None:
        self.lease = ProcessLease(database, processes, lease_s=lease_s)
        self.pending, self.holds = SqlPendingLeads(database), SqlHolds(database)
        every_s = {fetcher.source: 0.3 for fetcher in fetchers}
        platforms = {one.source: Platform(one, concurrency, timedelta(days=7)) for one in fetchers}
        self.loop = RetrievalLoop(
            SqlClaims(database, self.lease, probe_every_s=every_s),
            publisher,
            lease=self.lease,
            platforms=platforms,
            keys=Keys(b"invented", "SE"),
            progress=lambda: None,
            grace_s=1.0,
        )

    async def add(self, *pending: PendingLead) -> None:
        await self.pending.add(pending, now=time.time())
        self.loop.wake()

    async def waiting(self) -> int:
        return sum(of.waiting for of in (await self.holds.backlog()).values())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.loop.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def until(holds: Callable[[], object]) -> None:
    """Return once something holds; fail when it never does."""
    async with asyncio.timeout(WAIT_S):
        while not holds():
            await asyncio.sleep(0.02)


async def until_settled(retrieval: Retrieval) -> None:
    """Return once nothing waits any more."""
    async with asyncio.timeout(WAIT_S):
        while await retrieval.waiting():
            await asyncio.sleep(0.02)
