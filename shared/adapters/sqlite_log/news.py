"""Wake those who wait for records, at once in this process and within a moment after other processes."""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path

from shared.adapters.sqlite_log import store

# Another process's records are seen after half of this on average; looking costs a few microseconds.
LOOK_EVERY_S = 0.05


class News:
    """Tell that something in the log may have changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._event = asyncio.Event()
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
        self.tell()

    def tell(self) -> None:
        """Wake everyone who listened before this call."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    def listen(self) -> asyncio.Event:
        """Return what the next change will set. Listen first, then look, or a change may fall between."""
        return self._event

    async def _look_for_others(self) -> None:
        seen: int | None = None
        connection: sqlite3.Connection | None = None
        try:
            while True:
                try:
                    connection = connection or store.open_to_read(self._path)
                    version = connection.execute("PRAGMA data_version").fetchone()[0]
                except sqlite3.Error:  # a disk fault shows itself to those who read and write
                    version = None
                if version != seen:
                    seen = version
                    self.tell()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            if connection is not None:
                connection.close()
