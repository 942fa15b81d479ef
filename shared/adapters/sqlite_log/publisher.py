"""Publish into the embedded log, many callers in one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain

from shared.adapters.group_commit import GroupCommit
from shared.adapters.sqlite_log import store
from shared.adapters.sqlite_log.news import News
from shared.adapters.sqlite_log.writer import SqliteWriter
from shared.ports import Message, refuse_too_large


class SqlitePublisher:
    """Keep the promise of `EventPublisher` with one fsync for all who publish at the same moment."""

    def __init__(self, writer: SqliteWriter, news: News) -> None:
        self._writer = writer
        self._news = news
        self._group: GroupCommit[Sequence[Message], None] = GroupCommit(self._append)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Return when every message is on the disk; see `EventPublisher.publish`."""
        refuse_too_large(messages)
        if messages:
            await self._group.put(messages)

    async def stop(self) -> None:
        """Refuse new messages and finish those that wait."""
        await self._group.close()

    async def _append(self, calls: Sequence[Sequence[Message]]) -> Sequence[None]:
        messages = list(chain.from_iterable(calls))
        await self._writer.run(lambda connection: store.append(connection, messages, datetime.now(UTC)))
        self._news.tell({message.topic for message in messages})
        return [None] * len(calls)
