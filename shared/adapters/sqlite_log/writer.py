"""The one thread of a process that writes to an SQLite file, a transaction for all that waits."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from shared.adapters.group_commit import GroupCommit
from shared.adapters.sqlite_log import store
from shared.domain.errors import EventLogUnavailable

Result = TypeVar("Result")
STOP_S = 10.0  # a commit that takes longer than this will not come back


class SqliteWriter:
    """Run operations on the file, each in a transaction that it shares with whatever else waits.

    An operation is a function of the connection. It may run beside others in one transaction, so it must not raise
    after it has written: what it found is its result.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log-writer")
        # Any: operations of different results share a batch; `run` gives each caller its own type back.
        self._group: GroupCommit[Callable[[sqlite3.Connection], Any], Any] = GroupCommit(self._flush)

    async def run(self, operation: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what the operation returned, once its transaction is on the disk.

        Raises:
            EventLogUnavailable: the disk is full or broken, or another process holds the file; nothing was written.
            NotDurable: too many wait already, or the writer is stopped.
        """
        result: Result = await self._group.put(operation)
        return result

    async def stop(self) -> None:
        """Finish what waits and close the file. Bounded in time; call it once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await self._group.close()
                await asyncio.wrap_future(self._thread.submit(self._close))
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _flush(self, operations: Sequence[Callable[[sqlite3.Connection], Any]]) -> Sequence[Any]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, operations)

    def _transact(self, operations: Sequence[Callable[[sqlite3.Connection], Any]]) -> Sequence[Any]:
        is_safe = False
        try:
            if self._connection is None:
                self._connection = store.open_to_write(self._path)
            # A transaction that reads first and then writes fails at once when another process writes meanwhile.
            self._connection.execute("BEGIN IMMEDIATE")
            results = [operation(self._connection) for operation in operations]
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise EventLogUnavailable(f"{self._path.name} cannot be written: {error}") from error
        else:
            is_safe = True
            return results
        finally:
            if not is_safe:
                # Closing rolls back, and after a failed fsync nothing the connection remembers can be trusted.
                self._close()

    def _close(self) -> None:
        if self._connection is None:
            return
        with suppress(sqlite3.Error):
            self._connection.close()
        self._connection = None
