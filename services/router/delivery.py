"""The loop that pushes decisions to their destinations: each destination on its own, with lease, fence and patience."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import structlog

from services.router.delivery_ports import DeliveryStore, DestinationControl
from services.router.delivery_report import names, report
from services.router.destinations import Destination
from services.router.lane import Lane
from services.router.outcome import Delivery, Kind, Outcome, Settlement
from services.router.settling import settle
from shared.domain.errors import DatabaseUnavailable
from shared.runtime import telemetry
from shared.runtime.claim_loop import GRACE_S, ClaimLoop, Lease

log = structlog.get_logger()

FRESH_S = 2.0
"""A suppression that came while a delivery waited longer than this in its queue is looked for once more."""
PUSH_LIMIT_S = 60.0
"""Whatever a destination's own time-outs are: a push that hangs must not hold a place for ever."""
GAUGE_S = 10.0


class DeliveryLoop(ClaimLoop[Settlement]):
    """Claim, push and settle until cancelled. `settled` is called when results wait to be announced.

    A push that does not end in time when we stop stays `sent_unknown` for the next process, which may push it again.
    """

    def __init__(
        self,
        store: DeliveryStore,
        control: DestinationControl,
        *,
        lease: Lease,
        destinations: Mapping[str, Destination],
        settled: Callable[[], None],
        progress: Callable[[], None],
        grace_s: float = GRACE_S,
    ) -> None:
        super().__init__("delivery", lease, progress=progress, grace_s=grace_s)
        self._store = store
        self._control = control
        self._destinations = destinations
        self._lanes = {name: Lane(name, pushes=to.pushes, batch=to.batch) for name, to in destinations.items()}
        self._settled = settled
        self._gauges_at = 0.0

    async def turn(self, tasks: asyncio.TaskGroup) -> None:
        """Settle, claim what there is room for, begin it, and show what waits."""
        await self.settle_all()
        await self._claim()
        for lane in self._lanes.values():
            self._begin(lane, tasks)
        await self._show_gauges()

    async def settle_all(self) -> None:
        """Pause who refuses everything, and write what has ended."""
        await self._pause_refusing()
        await super().settle_all()

    async def write(self, ended: Sequence[Settlement]) -> None:
        """Settle what is still ours, with the events that announce it."""
        ours = await self._store.settle(ended)
        for settled in ended:
            if settled.delivery.delivery_id in ours:
                report(settled)
            else:
                log.warning("delivery taken over, result discarded", **names(settled.delivery))
        if any(settled.event for settled in ended):
            self._settled()

    async def _pause_refusing(self) -> None:
        for lane in self._lanes.values():
            if lane.to_be_paused is None:
                continue
            reason = lane.to_be_paused
            self._give_back(lane)
            await self._control.pause(lane.name, reason=reason, by="tratt", now=time.time())
            log.error("destination paused", destination=lane.name, reason=reason)
            lane.to_be_paused = None

    async def _claim(self) -> None:
        now = time.monotonic()
        for lane in self._lanes.values():
            if lane.must_wait(now):
                self._give_back(lane)
        wanted = {name: room for name, lane in self._lanes.items() if (room := lane.room(now))}
        if not wanted or not self._lease.is_held():
            return
        claimed = await self._store.claim_due(wanted)
        if not claimed:
            return
        allowed = await self._allowed(claimed)
        for lane in self._lanes.values():
            lane.take([delivery for delivery in allowed if delivery.destination == lane.name], now)

    def _begin(self, lane: Lane, tasks: asyncio.TaskGroup) -> None:
        while True:
            batch, claimed_at = lane.next_batch(time.monotonic())
            if not batch:
                return
            self.begin(tasks, self._push_all(lane, batch, claimed_at))

    async def _push_all(self, lane: Lane, batch: Sequence[Delivery], claimed_at: float) -> None:
        """Push a batch, and the next one as long as there is any: a task for each push would cost a tenth of it."""
        while batch:
            await self._push(lane, batch, claimed_at)
            batch, claimed_at = lane.next_batch(time.monotonic())

    async def _push(self, lane: Lane, batch: Sequence[Delivery], claimed_at: float) -> None:
        outcomes: Sequence[Outcome] = []
        try:
            cleared = await self._cleared(batch, claimed_at)
            began_at = time.monotonic()
            outcomes = await self._outcomes(lane.name, cleared)
            self._note(cleared, outcomes, elapsed_s=time.monotonic() - began_at)
        finally:
            if lane.ended(batch, outcomes, time.monotonic()):
                log.warning("destination does not answer, waiting", destination=lane.name)
        if lane.is_low():  # not after every push: what ended while the queue ran down is settled as one batch
            self.wake()

    async def _cleared(self, batch: Sequence[Delivery], claimed_at: float) -> Sequence[Delivery]:
        """Leave out what is not ours any more, and who was suppressed meanwhile."""
        ours = [delivery for delivery in batch if self._lease.holds(delivery.owner)]
        if time.monotonic() - claimed_at < FRESH_S or not ours:
            return ours
        try:
            return await self._allowed(ours)
        except DatabaseUnavailable:
            self._note(ours, [Outcome(Kind.RETURNED)] * len(ours))
            return []

    async def _allowed(self, claimed: Sequence[Delivery]) -> Sequence[Delivery]:
        suppressed = await self._store.suppressed(claimed)
        if not suppressed:
            return claimed
        stopped = [delivery for delivery in claimed if delivery.delivery_id in suppressed]
        self._note(stopped, [Outcome(Kind.SUPPRESSED)] * len(stopped))
        return [delivery for delivery in claimed if delivery.delivery_id not in suppressed]

    async def _outcomes(self, name: str, batch: Sequence[Delivery]) -> Sequence[Outcome]:
        if not batch:
            return []
        try:
            async with asyncio.timeout(PUSH_LIMIT_S):
                return await self._destinations[name].push(batch)
        except TimeoutError:
            code = "timeout"
        except Exception as error:  # a fault in one destination must not stop the others
            log.exception("destination failed in its own code", destination=name, error=type(error).__name__)
            code = type(error).__name__
        return [Outcome(Kind.RETRYABLE, vendor_code=code, unknown=True)] * len(batch)

    def _note(self, batch: Sequence[Delivery], outcomes: Sequence[Outcome], *, elapsed_s: float = 0.0) -> None:
        now = datetime.now(UTC)
        self.ended += [
            settle(delivery, outcome, elapsed_ms=elapsed_s * 1000, now=now, chance=random.random())  # noqa: S311 - jitter, not a secret
            for delivery, outcome in zip(batch, outcomes, strict=True)
        ]

    def _give_back(self, lane: Lane) -> None:
        waiting = lane.withdraw()
        self._note(waiting, [Outcome(Kind.RETURNED)] * len(waiting))

    def withdraw(self) -> None:
        """Give back what was claimed and never begun."""
        for lane in self._lanes.values():
            self._give_back(lane)

    async def close(self) -> None:
        """Let go of the destinations' connections."""
        for destination in self._destinations.values():
            await destination.close()

    async def _show_gauges(self) -> None:
        if time.monotonic() < self._gauges_at:
            return
        self._gauges_at = time.monotonic() + GAUGE_S
        waiting = await self._control.waiting()
        for name in self._lanes:
            telemetry.bound(telemetry.WAITING, name).set(waiting[name].count if name in waiting else 0)
        telemetry.OLDEST_UNDELIVERED_SECONDS.set(max((of.oldest_s for of in waiting.values()), default=0.0))
