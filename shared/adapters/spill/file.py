"""One spill file: an embedded log that one process holds, appends to at the end and empties from the front."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from shared.adapters.spill.lock import FileLock
from shared.adapters.sqlite_log import store
from shared.adapters.sqlite_log.query import Queries
from shared.adapters.sqlite_log.writer import SqliteWriter
from shared.domain.errors import TransientError
from shared.ports import Message, Record

SUFFIX = ".db"
# Records that Kafka refuses for ever wait for a person in topics of this name, out of the relay's way.
REFUSED = ".refused"


class SpillFile:
    """A spill file and the lock beside it that says whose it is. `depth` is how many records wait in it."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.name = path.name
        self.depth = 0
        self._path = path
        self._lock = lock
        self._writer = SqliteWriter(path)
        self._queries = Queries(path)

    async def open(self) -> None:
        """Open the file, made if it is not there, and count what an earlier process left in it.

        Raises:
            EventLogUnavailable: it cannot be written.
        """
        lengths = await self._writer.run(store.lengths)
        self.depth = sum(length for topic, length in lengths.items() if not topic.endswith(REFUSED))

    async def append(self, messages: Sequence[Message]) -> None:
        """Return when the messages are on the disk.

        Raises:
            TransientError: the disk did not take them; none is in the file.
        """
        await self._writer.run(lambda connection: store.append(connection, messages, datetime.now(UTC)))
        self.depth += len(messages)

    async def head(self, limit: int) -> Sequence[Record]:
        """Return some of the oldest records, in order per topic; none if the file is empty."""
        return await self._queries.run(lambda connection: _head(connection, limit))

    async def remove(self, head: Sequence[Record]) -> None:
        """Forget what `head` returned. The file keeps its size and is filled again."""
        await self._writer.run(lambda connection: _remove(connection, head))
        self.depth -= len(head)

    async def set_aside(self, record: Record) -> None:
        """Keep a record that is first of its topic for a person to look at, out of the way of those behind it."""
        kept = Message(record.topic + REFUSED, record.key, record.value)
        await self._writer.run(lambda connection: store.append(connection, [kept], record.appended_at))
        await self.remove([record])

    async def close(self) -> None:
        """Close the file and let others have it; one that holds nothing is deleted."""
        try:
            is_empty = not self.depth and not any((await self._queries.run(store.lengths)).values())
        except TransientError:  # what cannot be read is not ours to delete
            is_empty = False
        self._queries.stop()
        await self._writer.stop()
        if is_empty:
            for leftover in (self._path, *(self._path.with_name(self.name + end) for end in ("-wal", "-shm"))):
                leftover.unlink(missing_ok=True)
        self._lock.release(delete=is_empty)


def own_file(folder: Path, instance: str) -> SpillFile:
    """Return this process's file: the one an earlier process of the same name left, or a new one.

    While a sibling still empties that one, `<instance>-2` is taken, and so on.
    """
    number = 1
    while True:
        path = folder / f"{instance}{'' if number == 1 else f'-{number}'}{SUFFIX}"
        if (lock := FileLock.take(path.with_suffix(".lock"))) is not None:
            return SpillFile(path, lock)
        number += 1


def orphaned_file(folder: Path) -> SpillFile | None:
    """Return a file whose process is gone, if there is one; it is ours from now on."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        lock = FileLock.take(path.with_suffix(".lock"))
        if lock is None:
            continue
        if path.exists():
            return SpillFile(path, lock)
        lock.release(delete=True)  # its process closed it and deleted it while we looked
    return None


def _head(connection: sqlite3.Connection, limit: int) -> list[Record]:
    begins = {topic: 0 for topic in store.ends(connection) if not topic.endswith(REFUSED)}
    return store.read_many(connection, begins, limit)


def _remove(connection: sqlite3.Connection, head: Sequence[Record]) -> None:
    for topic, last in {record.topic: record.offset for record in head}.items():
        store.remove(connection, topic, last + 1)
