"""Wake those who wait for records, at once in this process and within a moment after other processes."""

import asyncio
import sqlite3
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from shared.adapters.sqlite_log import store

# Another process's records are seen after half of this on average; looking costs a few microseconds.
LOOK_EVERY_S = 0.05


class News:
    """Tell that something may have come into a topic."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: dict[frozenset[str], asyncio.Event] = {}
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch the file for what other processes commit."""
        self._watch = asyncio.create_task(self._look_for_others())

    async def stop(self) -> None:
        """Stop watching and wake everyone."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        for event in self._waiting.values():
            event.set()

    def tell(self, topics: Collection[str]) -> None:
        """Wake everyone who listened for one of these topics before this call."""
        for listened in [listened for listened in self._waiting if not listened.isdisjoint(topics)]:
            self._waiting.pop(listened).set()

    def listen(self, topics: Sequence[str]) -> asyncio.Event:
        """Return what the next news of these topics will set. Listen first, then look, or news may fall between."""
        return self._waiting.setdefault(frozenset(topics), asyncio.Event())

    async def _look_for_others(self) -> None:
        seen: dict[str, int] = {}
        connection: sqlite3.Connection | None = None
        try:
            while True:
                with suppress(sqlite3.Error):  # a disk fault shows itself to those who read and write
                    connection = connection or store.open_to_read(self._path)
                    ends = store.ends(connection)
                    self.tell([topic for topic, end in ends.items() if end != seen.get(topic)])
                    seen = ends
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            if connection is not None:
                connection.close()
