"""Read the embedded log as the one live member of a group."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import structlog

from shared.adapters.sqlite_log import membership, store
from shared.adapters.sqlite_log.news import News
from shared.adapters.sqlite_log.presence import Presence
from shared.adapters.sqlite_log.query import Queries
from shared.adapters.sqlite_log.writer import SqliteWriter
from shared.domain.errors import NotMine, TransientError
from shared.ports import Record

log = structlog.get_logger()

# How soon a waiting member notices that the living one died, which changes no file.
TAKE_OVER_EVERY_S = 0.5


class SqliteConsumer:
    """Keep the promise of `EventConsumer`: fetch returns nothing while another member of the group lives."""

    def __init__(
        self,
        group: str,
        topics: Sequence[str],
        *,
        writer: SqliteWriter,
        queries: Queries,
        news: News,
        presence: Presence,
    ) -> None:
        self._group = group
        self._topics = tuple(dict.fromkeys(topics))
        self._writer = writer
        self._queries = queries
        self._news = news
        self._presence = presence
        self._token: int | None = None
        self._is_fenced = False
        self._next: dict[str, int] | None = None  # None: begin again after the last commit
        self._uncommitted: dict[str, int] = {}
        self._renewal: asyncio.Task[None] | None = None

    async def fetch(self, max_records: int, timeout_s: float) -> Sequence[Record]:
        """Return up to `max_records`; see `EventConsumer.fetch`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while True:
            news = self._news.listen(self._topics)
            records = await self._take(max_records)
            left_s = deadline - loop.time()
            if records or left_s <= 0:
                return records
            patience_s = left_s if self._token is not None else min(left_s, TAKE_OVER_EVERY_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    await news.wait()

    async def commit(self) -> None:
        """Make what was fetched the group's past; see `EventConsumer.commit`."""
        if not self._uncommitted:
            return
        token, offsets = self._token, dict(self._uncommitted)
        if token is None or self._is_fenced or not await self._writer.run(_commit(self._group, token, offsets)):
            await self._forget_membership()
            raise NotMine(f"Another member reads for {self._group} now")
        self._uncommitted.clear()

    async def rewind(self) -> None:
        """Begin again after the last commit; see `EventConsumer.rewind`."""
        self._next = None
        self._uncommitted.clear()

    async def stop(self) -> None:
        """Give the group up, so that another member takes over at once. What was not committed comes again to it."""
        token = self._token
        await self._forget_membership()
        if token is None:
            return
        with suppress(TransientError):  # then the lease runs out, or the process ends
            await self._writer.run(lambda connection: membership.release(connection, self._group, token))

    async def _take(self, max_records: int) -> Sequence[Record]:
        if self._is_fenced:
            await self._forget_membership()
        if self._token is None and not await self._join():
            return ()
        if self._next is None:
            self._next = await self._queries.run(self._positions)
        positions = self._next
        records = await self._queries.run(lambda connection: store.read_many(connection, positions, max_records))
        if self._next is not positions:  # rewound meanwhile
            return ()
        for record in records:
            positions[record.topic] = self._uncommitted[record.topic] = record.offset + 1
        return records

    async def _join(self) -> bool:
        owner, is_alive = self._presence.owner, self._presence.is_alive
        # A read first: a member that waits should not write twice a second.
        if not await self._queries.run(lambda connection: membership.is_free(connection, self._group, is_alive)):
            return False
        self._token = await self._writer.run(lambda c: membership.take(c, self._group, owner, is_alive))
        if self._token is None:
            return False
        self._renewal = asyncio.create_task(self._renew(self._token))
        log.info("group joined", group=self._group, generation=self._token)
        return True

    async def _renew(self, token: int) -> None:
        while not self._is_fenced:
            await asyncio.sleep(membership.RENEW_EVERY_S)
            try:
                self._is_fenced = not await self._writer.run(lambda c: membership.renew(c, self._group, token))
            except TransientError as error:
                log.warning("lease not renewed", group=self._group, error=type(error).__name__)
        log.warning("group lost to another member", group=self._group, generation=token)

    async def _forget_membership(self) -> None:
        self._token = None
        self._is_fenced = False
        await self.rewind()
        if self._renewal is not None:
            self._renewal.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewal
            self._renewal = None

    def _positions(self, connection: sqlite3.Connection) -> dict[str, int]:
        committed = store.committed(connection, self._group)
        return {topic: committed.get(topic, 0) for topic in self._topics}


def _commit(group: str, token: int, offsets: Mapping[str, int]) -> Callable[[sqlite3.Connection], bool]:
    return lambda connection: store.commit(connection, group, token, offsets)
