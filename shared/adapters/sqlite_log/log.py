"""The embedded event log as a whole: what a process opens, and what it hands out."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from shared.adapters.sqlite_log import store
from shared.adapters.sqlite_log.consumer import SqliteConsumer
from shared.adapters.sqlite_log.news import News
from shared.adapters.sqlite_log.presence import Presence
from shared.adapters.sqlite_log.publisher import SqlitePublisher
from shared.adapters.sqlite_log.query import Queries
from shared.adapters.sqlite_log.reader import SqliteReader
from shared.adapters.sqlite_log.writer import SqliteWriter
from shared.domain.errors import TransientError

log = structlog.get_logger()

RETENTION = timedelta(days=7)
PRUNE_EVERY_S = 600.0
# Small enough that a publisher who waits behind it does not notice.
PRUNE_AT_ONCE = 1_000


class SqliteLog:
    """One file that any number of processes of one machine may publish to and read.

    Start it inside the event loop that uses it. Whatever it hands out lives until the log stops; a consumer may
    be stopped earlier, to give its group up.
    """

    def __init__(self, path: Path, *, retention: timedelta = RETENTION) -> None:
        self._path = path
        self._retention = retention
        self._presence = Presence(path)
        self._writer = SqliteWriter(path)
        self._queries = Queries(path)
        self._news = News(path)
        self._publisher = SqlitePublisher(self._writer, self._news)
        self._consumers: list[SqliteConsumer] = []
        self._pruning: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the file, and make it if it is not there.

        Raises:
            EventLogUnavailable: it cannot be opened for writing.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        await self.migrate(())
        self._presence.enter()
        self._news.start()
        self._pruning = asyncio.create_task(self._prune_now_and_then())

    async def stop(self) -> None:
        """Finish what was begun, give the groups up and close the file. Bounded in time."""
        if self._pruning is not None:
            self._pruning.cancel()
            with suppress(asyncio.CancelledError):
                await self._pruning
        await self._publisher.stop()
        for consumer in self._consumers:
            await consumer.stop()
        await self._news.stop()
        self._queries.stop()
        await self._writer.stop()
        self._presence.leave()

    async def migrate(self, topics: Sequence[str]) -> Sequence[str]:
        """Make the file and the topics that are not there; return warnings, of which this log has none."""
        await self._writer.run(lambda connection: store.make_topics(connection, topics))
        return ()

    def publisher(self) -> SqlitePublisher:
        """Return the publisher; all callers share one."""
        return self._publisher

    def consumer(self, group: str, topics: Sequence[str]) -> SqliteConsumer:
        """Return a member of a group. It joins when it first fetches."""
        consumer = SqliteConsumer(
            group, topics, writer=self._writer, queries=self._queries, news=self._news, presence=self._presence
        )
        self._consumers.append(consumer)
        return consumer

    def reader(self) -> SqliteReader:
        """Return a reader."""
        return SqliteReader(self._path)

    async def prune(self, retention: timedelta) -> int:
        """Delete what is older and what every group that ever committed has passed; return how many records."""
        pruned, last = 0, PRUNE_AT_ONCE
        before = datetime.now(UTC) - retention
        while last >= PRUNE_AT_ONCE:
            last = await self._writer.run(lambda connection: store.prune(connection, before, PRUNE_AT_ONCE))
            pruned += last
        return pruned

    async def _prune_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(PRUNE_EVERY_S)
            try:
                pruned = await self.prune(self._retention)
            except TransientError as error:
                log.warning("event log not pruned", error=type(error).__name__)
            else:
                log.info("event log pruned", records=pruned)
