"""One source's fetches: what is claimed, what is under way, whether more may begin. Pure."""

from collections import deque
from collections.abc import Sequence

from services.ingest.retrieval.notices import Claim


class Lane:
    """Keep one source apart from the others: a platform that is slow or refuses delays nobody else's leads."""

    def __init__(self, *, concurrency: int) -> None:
        self._concurrency = concurrency
        self._queue: deque[Claim] = deque()
        self._under_way = 0

    @property
    def room(self) -> int:
        """Tell how many to claim now: twice what may be under way, so that the next one is always at hand."""
        return max(0, 2 * self._concurrency - len(self._queue) - self._under_way)

    @property
    def is_low(self) -> bool:
        """Tell whether less is queued than may be under way: time to settle and to claim."""
        return len(self._queue) < self._concurrency

    def take(self, claims: Sequence[Claim]) -> None:
        """Queue what was claimed."""
        self._queue.extend(claims)

    def begin(self) -> Claim | None:
        """Begin the next fetch; None where none may begin."""
        if not self._queue or self._under_way >= self._concurrency:
            return None
        self._under_way += 1
        return self._queue.popleft()

    def ended(self) -> None:
        """Note the end of a fetch."""
        self._under_way -= 1

    def withdraw(self) -> list[Claim]:
        """Give back what was claimed and never begun."""
        waiting = list(self._queue)
        self._queue.clear()
        return waiting
