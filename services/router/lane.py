"""One destination's pool: what is claimed for it, what is under way, whether more may begin. Pure."""

from collections import deque
from collections.abc import Sequence

from services.router.backoff import backoff_s
from services.router.breaker import Breaker
from services.router.outcome import Delivery, Kind, Outcome

MOST_CLAIMED = 256
"""A claim holds no more: beyond it a batch gains nothing, and a crash leaves more to look up."""
_ANSWERS = frozenset({Kind.DELIVERED, Kind.DUPLICATE, Kind.PERMANENT})


class Lane:
    """Keep one destination apart from the others. `now` is seconds of one steady clock throughout.

    `pushes` may be under way at once, each of up to `batch` deliveries.
    """

    def __init__(self, name: str, *, pushes: int, batch: int) -> None:
        self.name = name
        self._pushes = pushes
        self._batch = batch
        self._queue: deque[tuple[Delivery, float]] = deque()
        self._under_way = 0
        self._running = 0
        self._ended_lately = 0
        self._breaker = Breaker()
        self._throttles = 0
        self._held_until = 0.0
        self.to_be_paused: str | None = None
        """Why a person must look, until that is written down and the table keeps the deliveries back."""

    def room(self, now: float) -> int:
        """Tell how many to claim now: what may begin, and as many again as ended since the last question.

        So a quick destination always has the next at hand, and a slow one holds nothing that others could push.
        """
        ahead, self._ended_lately = self._ended_lately, 0
        if self.must_wait(now):
            return 0
        capacity = self._pushes * self._batch if self._breaker.room(now) is None else 1
        claimed = len(self._queue) + self._under_way
        return max(0, min(capacity + ahead, MOST_CLAIMED) - claimed)

    def take(self, claimed: Sequence[Delivery], now: float) -> None:
        """Queue what was claimed at `now`."""
        self._queue.extend((delivery, now) for delivery in claimed)

    def next_batch(self, now: float) -> tuple[list[Delivery], float]:
        """Begin a push: its deliveries, and when the oldest of them was claimed; empty when none may begin."""
        if not self._queue or self.must_wait(now) or self._running >= self._pushes:
            return [], now
        size = self._batch if self._breaker.room(now) is None else 1
        entries = [self._queue.popleft() for _ in range(min(size, len(self._queue)))]
        self._breaker.began()
        self._under_way += len(entries)
        self._running += 1
        return [delivery for delivery, _ in entries], entries[0][1]

    def ended(self, batch: Sequence[Delivery], outcomes: Sequence[Outcome], now: float) -> bool:
        """Note the end of a push, and tell whether it opened the breaker. No outcomes: nothing was asked."""
        self._under_way -= len(batch)
        self._running -= 1
        self._ended_lately += len(outcomes)
        kinds = {outcome.kind for outcome in outcomes}
        if Kind.THROTTLED in kinds:
            self._hold(outcomes, now)
        if Kind.CONFIGURATION in kinds:
            self.to_be_paused = next(o.reason for o in outcomes if o.kind is Kind.CONFIGURATION) or "refused"
        if kinds & _ANSWERS:
            self._throttles = 0
        if kinds == {Kind.RETRYABLE}:
            return self._breaker.failed(now)
        if kinds & _ANSWERS:
            self._breaker.succeeded()
        else:
            self._breaker.abandoned()
        return False

    def must_wait(self, now: float) -> bool:
        """Tell whether nothing may begin: throttled, about to be paused, or its breaker open."""
        return self.to_be_paused is not None or now < self._held_until or self._breaker.room(now) == 0

    def is_low(self) -> bool:
        """Tell whether less is queued than may be under way at once: time to settle and to claim."""
        return len(self._queue) < self._pushes * self._batch

    def withdraw(self) -> list[Delivery]:
        """Give back what was claimed and never begun."""
        waiting = [delivery for delivery, _ in self._queue]
        self._queue.clear()
        return waiting

    def _hold(self, outcomes: Sequence[Outcome], now: float) -> None:
        self._throttles += 1
        asked = [outcome.retry_after_s for outcome in outcomes if outcome.kind is Kind.THROTTLED]
        # Without a Retry-After patience grows by itself, to the full: the jitter is the other deliveries' own.
        unasked_s = backoff_s(self._throttles, chance=1.0)
        self._held_until = max(self._held_until, now + max(unasked_s if s is None else s for s in asked))
