"""Read an SQLite file from a thread of its own, so that a slow disk never stops the event loop."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from shared.adapters.sqlite_log import store
from shared.domain.errors import EventLogUnavailable

Result = TypeVar("Result")


class Queries:
    """Run queries one at a time. In WAL mode they block no writer, and no writer blocks them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log-reader")

    async def run(self, query: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what the query returned.

        Raises:
            EventLogUnavailable: the file cannot be read now.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, query)

    def stop(self) -> None:
        """Close the file once the running query is done."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _run(self, query: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            if self._connection is None:
                self._connection = store.open_to_read(self._path)
            return query(self._connection)
        except sqlite3.Error as error:
            self._close()
            raise EventLogUnavailable(f"{self._path.name} cannot be read: {error}") from error

    def _close(self) -> None:
        if self._connection is None:
            return
        with suppress(sqlite3.Error):
            self._connection.close()
        self._connection = None
