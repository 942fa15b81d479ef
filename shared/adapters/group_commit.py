"""Group commit: whatever waited while the last batch was made durable goes with the next one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from shared.domain.errors import NotDurable, PermanentError

Item = TypeVar("Item")
Result = TypeVar("Result")
_Batch = list[tuple[Item, asyncio.Future[Result]]]

# Larger batches gain nothing measurable and make the whole batch wait for its last item.
MAX_BATCH = 512
# Past this the answer would come too late to be of use: better to ask the sender to come again.
MAX_WAITING = 8_192
RETRY_AFTER_FULL_S = 1.0
# For a flush that waits for others rather than for its own thread: the processor makes one batch ready while another is
# under way. With one at a time it stood idle for a quarter of the time (measured); more than this gain nothing.
MAX_IN_FLIGHT = 4


class GroupCommit(Generic[Item, Result]):
    """Hand items to `flush` in batches, in the order they came, at most `in_flight` batches at a time.

    There is no timer: a lone item is flushed at once, and load makes the batches. `flush` returns one result per
    item, in order, when all are durable. When it raises a PermanentError the items are tried again one by one, so
    that only the bad one fails; any other error fails the batch (it would hit every item alike).
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        max_batch: int = MAX_BATCH,
        max_waiting: int = MAX_WAITING,
        in_flight: int = 1,
    ) -> None:
        self._flush = flush
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._in_flight = in_flight
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._drains: set[asyncio.Task[None]] = set()
        self._closed = False

    def put(self, item: Item) -> asyncio.Future[Result]:
        """Take an item; its result comes once it is durable. One whose caller has gone before its turn is left out.

        Raises:
            NotDurable: too many wait already, or this is closed; nothing was done with the item.
        """
        if self._closed:
            raise NotDurable(
                "This process is shutting down: send it again to another", retry_after_s=RETRY_AFTER_FULL_S
            )
        if len(self._waiting) >= self._max_waiting:
            raise NotDurable(f"{len(self._waiting)} items wait already", retry_after_s=RETRY_AFTER_FULL_S)
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._drains) < self._in_flight:
            self._drains.add(asyncio.create_task(self._drain_waiting()))
        return future

    async def close(self) -> None:
        """Refuse new items and return when those that wait are settled. Calling it again does nothing."""
        self._closed = True
        if self._drains:
            await asyncio.wait(self._drains)

    async def _drain_waiting(self) -> None:
        try:
            while self._waiting:
                await self._commit(self._next_batch())
        finally:
            # Nothing awaits between the last look at the list and this line, so no item can fall between.
            self._drains = {drain for drain in self._drains if drain is not asyncio.current_task()}
            if not self._drains:
                _cancel(self._waiting)  # none are left, unless this task was cancelled
                self._waiting.clear()

    def _next_batch(self) -> _Batch[Item, Result]:
        cut = [self._waiting.popleft() for _ in range(min(self._max_batch, len(self._waiting)))]
        return [(item, future) for item, future in cut if not future.done()]

    async def _commit(self, batch: _Batch[Item, Result]) -> None:
        if not batch:
            return
        try:
            results = await self._flush([item for item, _ in batch])
        except PermanentError as error:
            await self._find_the_bad_one(batch, error)
        except asyncio.CancelledError:
            _cancel(batch)
            raise
        except Exception as error:  # noqa: BLE001 - raised to all who wait; swallowed here they would wait for ever
            _fail(batch, error)
        else:
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():  # its caller may have gone meanwhile
                    future.set_result(result)

    async def _find_the_bad_one(self, batch: _Batch[Item, Result], error: PermanentError) -> None:
        if len(batch) == 1:
            _fail(batch, error)
            return
        for pair in batch:
            await self._commit([pair])


def _fail(batch: _Batch[Item, Result], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)


def _cancel(batch: Iterable[tuple[Item, asyncio.Future[Result]]]) -> None:
    for _, future in batch:
        future.cancel()
