"""The tables: one way to open a transaction on SQLite and on PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.adapters.sqlite_driver import OneTripConnection
from shared.domain.errors import DatabaseUnavailable

BUSY_TIMEOUT_S = 30
"""How long SQLite waits for another process's transaction; within a process writers queue in order instead."""
POOL_SIZE = 8
POOL_WAIT_S = 5
CHECKPOINT_PAGES = 4_000
"""Fewer, larger checkpoints: measured for the event log, which lies on the same disk (stack 3)."""
IDLE_IN_TRANSACTION_MS = 5_000
"""A process that was frozen while it held locks loses its transaction before others have waited 10 s."""
RETRIED_STATES = ("08", "25P03", "40", "53", "57", "58")
"""SQLSTATE classes where the same transaction may succeed later: connection, idle, rollback, resources, operator."""


class SqlDatabase:
    """The port `Database` over SQLAlchemy, on `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self._reading = self.engine.execution_options(tratt_read=True)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write."""
        turn: AbstractAsyncContextManager[Any] = self._turn if self.is_sqlite else nullcontext()  # Any: no value used
        async with turn, _translated(), self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a snapshot that may only read."""
        async with _translated(), self._reading.connect() as connection:
            yield connection

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    try:
        yield
    except DBAPIError as error:
        if _may_pass(error):
            raise DatabaseUnavailable(f"the database did not answer: {type(error.orig).__name__}") from error
        raise
    except (OSError, TimeoutError) as error:
        raise DatabaseUnavailable(f"the database cannot be reached: {type(error).__name__}") from error


def _may_pass(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(RETRIED_STATES)
    return isinstance(error, OperationalError | InterfaceError)


def _postgresql_engine(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=POOL_SIZE,
        pool_timeout=POOL_WAIT_S,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "timeout": POOL_WAIT_S,
            "command_timeout": 30,
            "server_settings": {"idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS)},
        },
    )


def _sqlite_engine(url: str) -> AsyncEngine:
    path = make_url(url).database or ""

    def connect() -> OneTripConnection:
        return OneTripConnection(path, timeout_s=BUSY_TIMEOUT_S)

    engine = create_async_engine(url, pool_size=POOL_SIZE, hide_parameters=True, async_creator=connect)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not begin by itself: its BEGIN is deferred, and a read that turns into a write fails at once.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"wal_autocheckpoint={CHECKPOINT_PAGES}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("tratt_read", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


async def answers(database: SqlDatabase) -> bool:
    """Tell whether the database takes a statement now."""
    try:
        async with database.read() as connection:
            await connection.execute(text("SELECT 1"))
    except DatabaseUnavailable:
        return False
    return True
