"""SQLite's driver as SQLAlchemy drives it, with one trip to the driver's thread per statement instead of four.

aiosqlite makes a trip each to open a cursor, to execute, to fetch and to close. A trip takes 20 microseconds while
nothing else runs and up to 5 ms in a busy process, for then the thread waits for Python's lock; and every writer waits
for the transaction that waits.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self

import aiosqlite

Rows = list[Any]
"""Any: the columns' own types."""


class OneTripConnection(aiosqlite.Connection):
    """Open a file when awaited. `timeout_s` is how long a statement waits for another process's transaction."""

    def __init__(self, path: str, *, timeout_s: float) -> None:
        # Made in one thread and set up in another, but only one thread uses it at a time.
        connect = sqlite3.connect
        super().__init__(lambda: connect(path, timeout=timeout_s, check_same_thread=False), iter_chunk_size=1)
        self._thread.daemon = True  # as SQLAlchemy has it: a connection that was never closed keeps no process alive

    def cursor(self) -> "OneTripCursor":  # type: ignore[override]  # what SQLAlchemy needs of one, and no more
        """Return a cursor; that takes no trip."""
        return OneTripCursor(self)

    async def take(self, work: Callable[[sqlite3.Connection], Any]) -> Any:  # Any: whatever `work` returns
        """Run `work` in the connection's thread."""
        return await self._execute(work, self._conn)  # type: ignore[no-untyped-call]  # aiosqlite's own way in


class OneTripCursor:
    """One statement and its whole result: executing fetches, so that fetching and closing have nothing left to do."""

    arraysize = 1

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._rows: Rows = []
        self.description: Any = None  # Any: DB-API's
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        """Enter; SQLAlchemy never leaves."""
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:  # Any: values of columns
        """Execute a statement and fetch what it found."""
        await self._take(lambda connection: connection.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:  # Any: as above
        """Execute a statement for every row."""
        await self._take(lambda connection: connection.executemany(statement, parameters))

    async def fetchall(self) -> Rows:
        """Hand over what was fetched."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: it was closed when it had executed."""

    async def _take(self, run: Callable[[sqlite3.Connection], sqlite3.Cursor]) -> None:
        def whole(connection: sqlite3.Connection) -> tuple[Rows, Any, int, int | None]:  # Any: DB-API's
            cursor = run(connection)
            try:
                return cursor.fetchall(), cursor.description, cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        self._rows, self.description, self.rowcount, self.lastrowid = await self._connection.take(whole)
