"""The announcer: what begins in a table is published from it, and marked only then.

The row and what it stands for were written in one transaction, so a death at any point repeats an announcement under
the same event id and never loses one.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from shared.domain.errors import PermanentError, TransientError
from shared.ports import Announcements, EventPublisher, Message
from shared.runtime import telemetry

log = structlog.get_logger()

BATCH = 500
"""As the worker's: fewer reach half, more gain little (stack 2.6)."""
REST_S = 0.1
"""Results come one by one and nobody waits for them: announced together they leave the tables to what is urgent."""
LOOK_S = 1.0
"""Rows of a process that died are found by looking; our own ones are woken for."""
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Waits while the log or the tables are away; the last one repeats."""
LONGEST_PAUSE_S = 30.0
"""However long we are asked to wait: well inside the watchdog's minute."""


class Announcer:
    """Publish the rows of several tables until cancelled. `progress` is called at every sign of life."""

    def __init__(
        self, announcements: Sequence[Announcements], publisher: EventPublisher, progress: Callable[[], None]
    ) -> None:
        self._announcements = announcements
        self._publisher = publisher
        self._progress = progress
        self._woken = asyncio.Event()
        self._refused: set[str] = set()

    def wake(self) -> None:
        """Say that there is something to announce: it need not wait for the next look."""
        self._woken.set()

    async def run(self) -> None:
        """Loop for ever. Cancelling is safe at any point: what was not marked is announced again."""
        waits = 0
        while True:
            self._progress()
            self._woken.clear()  # before looking, so that a row that comes meanwhile wakes us again
            try:
                found = await self.run_once()
                waits = 0
            except TransientError as error:
                await self._wait(error, waits)
                waits += 1
                continue
            if found < BATCH:
                await asyncio.sleep(REST_S)
                await self._until_woken()

    async def run_once(self) -> int:
        """Announce a batch of each table, and tell how many events that were.

        Raises:
            TransientError: call again; some of them may be in the log by now.
        """
        return sum([await self._announce(table) for table in self._announcements])

    async def _announce(self, table: Announcements) -> int:
        rows = [row for row in await table.unannounced(BATCH) if row[0] not in self._refused]
        if not rows:
            return 0
        done = await self._published(rows)
        if done:
            await table.mark(done)
            telemetry.bound(telemetry.ANNOUNCED, type(table).__name__).inc(len(done))
        return len(done)

    async def _published(self, rows: Sequence[tuple[str, Message]]) -> list[str]:
        try:
            await self._publisher.publish([message for _, message in rows])
        except PermanentError:
            return [row for row, message in rows if await self._published_alone(row, message)]
        return [row for row, _ in rows]

    async def _published_alone(self, row: str, message: Message) -> bool:
        """Keep one event that no log takes from holding up the others. It stays in its table, not announced."""
        try:
            await self._publisher.publish([message])
        except PermanentError as error:
            self._refused.add(row)
            log.exception("event cannot be announced", event_id=row, topic=message.topic, reason=str(error))
            return False
        self._progress()
        return True

    async def _until_woken(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _wait(self, error: TransientError, waits: int) -> None:
        pause_s = min(error.retry_after_s or PAUSES_S[min(waits, len(PAUSES_S) - 1)], LONGEST_PAUSE_S)
        log.warning("waiting to announce", error=type(error).__name__, reason=str(error), pause_s=pause_s)
        self._progress()
        await asyncio.sleep(pause_s)
