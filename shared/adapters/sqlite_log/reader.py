"""Look at the embedded log without belonging to a group."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

from shared.adapters.sqlite_log import store
from shared.adapters.sqlite_log.query import Queries
from shared.ports import Positions, Record, TopicPartition

BATCH = 500


class SqliteReader:
    """Keep the promise of `EventReader`. Each reading has its own connection and holds no transaction open."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self, topics: Sequence[str], since: Positions | None = None) -> AsyncIterator[Sequence[Record]]:
        """Yield batches topic by topic; see `EventReader.read`."""
        queries = Queries(self._path)
        try:
            ends = await queries.run(store.ends)
            for topic in dict.fromkeys(topics):
                offset, end = (since or {}).get(TopicPartition(topic, 0), 0), ends.get(topic, 0)
                while offset < end:
                    batch = await queries.run(
                        partial(store.read, topic=topic, since=offset, limit=min(BATCH, end - offset))
                    )
                    kept = [record for record in batch if record.offset < end]
                    if not kept:
                        break
                    offset = kept[-1].offset + 1
                    yield kept
        finally:
            queries.stop()

    async def positions(self, topics: Sequence[str], group: str | None = None) -> Positions:
        """Tell each topic's next offset; see `EventReader.positions`. A topic that is not there yet is at 0."""
        queries = Queries(self._path)
        try:
            return await queries.run(lambda connection: _positions(connection, topics, group))
        finally:
            queries.stop()


def _positions(connection: sqlite3.Connection, topics: Sequence[str], group: str | None) -> Positions:
    if group is None:
        known = store.ends(connection)
        return {TopicPartition(topic, 0): known.get(topic, 0) for topic in topics}
    known = store.committed(connection, group)
    return {
        TopicPartition(topic, 0): known[topic] if topic in known else store.oldest(connection, topic)
        for topic in topics
    }
