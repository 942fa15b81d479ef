"""The loop that fetches leads from their platforms: claim, fetch, publish, settle; each source on its own."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from services.ingest.events import Keys
from services.ingest.retrieval.burial import buried_large
from services.ingest.retrieval.lane import Lane
from services.ingest.retrieval.loop_ports import Claims, Platform
from services.ingest.retrieval.notices import Claim, Outcome, Settlement, State
from services.ingest.retrieval.ports import NotAllowed, NotYet, Result, Throttled
from services.ingest.retrieval.report import Reporter
from services.ingest.retrieval.settling import returned, settle
from shared.domain.errors import RecordTooLarge
from shared.ports import EventPublisher, Message
from shared.runtime import telemetry
from shared.runtime.claim_loop import GRACE_S, ClaimLoop, Lease

log = structlog.get_logger()

FETCH_LIMIT_S = 90.0
"""Whatever a fetcher's own time-outs are, and several requests of one fetch: none may hold a place for ever."""


class RetrievalLoop(ClaimLoop[Settlement]):
    """Fetch until cancelled. At least once: whoever dies between publishing and settling leaves the same to publish."""

    def __init__(
        self,
        claims: Claims,
        publisher: EventPublisher,
        *,
        lease: Lease,
        platforms: Mapping[str, Platform],
        keys: Keys,
        progress: Callable[[], None],
        grace_s: float = GRACE_S,
    ) -> None:
        super().__init__("fetching", lease, progress=progress, grace_s=grace_s)
        self._claims = claims
        self._publisher = publisher
        self._platforms = platforms
        self._lanes = {name: Lane(concurrency=platform.concurrency) for name, platform in platforms.items()}
        self._keys = keys
        self._reporter = Reporter()

    async def turn(self, tasks: asyncio.TaskGroup) -> None:
        """Settle, claim what there is room for, and begin it."""
        await self.settle_all()
        rooms = {name: lane.room for name, lane in self._lanes.items() if lane.room}
        if rooms and self._lease.is_held():
            for claim in await self._claims.claim_due(rooms):
                self._lanes[claim.pending.source].take([claim])
        for lane in self._lanes.values():
            while (following := lane.begin()) is not None:
                self.begin(tasks, self._fetch(lane, following))

    async def _fetch(self, lane: Lane, claim: Claim) -> None:
        """Fetch one, and the next ones as long as there are any at hand and nothing speaks against it."""
        following: Claim | None = claim
        while following is not None:
            try:
                result = await self._result(following)
            finally:
                lane.ended()
            if isinstance(result, Throttled | NotAllowed):
                self._give_back(lane)  # what is at hand may be of the same scope: the table knows which is not
            if lane.is_low:
                self.wake()
            following = lane.begin()

    async def _result(self, claim: Claim) -> Result | None:
        source = claim.pending.source
        if not self._lease.holds(claim.owner):
            self.ended.append(returned(claim))
            return None
        began_at = time.monotonic()
        result = await self._asked(claim)
        telemetry.bound(telemetry.FETCH_SECONDS, source).observe(time.monotonic() - began_at)
        self.ended.append(self._settlement(claim, result))
        return result

    def _settlement(self, claim: Claim, result: Result) -> Settlement:
        give_up_after = self._platforms[claim.pending.source].give_up_after
        now, chance = datetime.now(UTC), random.random()  # noqa: S311 - jitter, not a secret
        try:
            return settle(claim, result, keys=self._keys, now=now, chance=chance, give_up_after=give_up_after)
        except Exception as error:  # a fault of ours over one lead must not stop the others, nor us at every start
            log.exception("lead cannot be made an event", source=claim.pending.source, lead_id=claim.pending.lead_id)
            ours = NotYet(f"a fault of ours: {type(error).__name__}")
            return settle(claim, ours, keys=self._keys, now=now, chance=chance, give_up_after=give_up_after)

    async def _asked(self, claim: Claim) -> Result:
        pending = claim.pending
        try:
            async with asyncio.timeout(FETCH_LIMIT_S):
                return await self._platforms[pending.source].fetcher.fetch(
                    pending.notice, received_at=pending.received_at
                )
        except TimeoutError:
            return NotYet("the platform did not answer in time")
        except Exception as error:  # a fault of ours in one platform's code must not stop the others
            log.exception("fetcher failed in its own code", source=pending.source, lead_id=pending.lead_id)
            return NotYet(f"a fault of ours: {type(error).__name__}")

    async def write(self, ended: Sequence[Settlement]) -> None:
        """Publish what is still ours, and only then say so in its row."""
        ours = await self._claims.still_ours([settled.claim for settled in ended])
        kept = await self._published([settled for settled in ended if settled.claim.pending.lead_id in ours])
        await self._claims.settle(kept)
        for settled in kept:
            self._reporter.report(settled)

    async def _published(self, settlements: Sequence[Settlement]) -> Sequence[Settlement]:
        """Make every event durable; a lead that fits into no record becomes a dead letter."""
        try:
            await self._publish(settlements)
        except RecordTooLarge:
            return [await self._published_alone(settled) for settled in settlements]
        return settlements

    async def _published_alone(self, settled: Settlement) -> Settlement:
        try:
            await self._publish([settled])
        except RecordTooLarge:
            letter = buried_large(settled.claim, now=datetime.now(UTC))
            settled = replace(settled, outcome=Outcome.UNUSABLE, state=State.DEAD, events=[letter], reason=str(letter))
            await self._publish([settled])
        return settled

    async def _publish(self, settlements: Sequence[Settlement]) -> None:
        messages = [Message.of(event) for settled in settlements for event in settled.events]
        if messages:
            await self._publisher.publish(messages)

    def _give_back(self, lane: Lane) -> None:
        self.ended += [returned(claim) for claim in lane.withdraw()]

    def withdraw(self) -> None:
        """Give back what was claimed and never begun."""
        for lane in self._lanes.values():
            self._give_back(lane)

    async def close(self) -> None:
        """Let go of the platforms' connections."""
        for platform in self._platforms.values():
            await platform.fetcher.close()
