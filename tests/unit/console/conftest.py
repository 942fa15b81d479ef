"""A console over real embedded adapters: an event log and tables, one file each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.console.service import CONSOLE_TOPICS, ConsoleService
from services.console.store.console_store import ConsoleStore
from services.console.tables import metadata
from shared.adapters.database import SqlDatabase
from shared.adapters.sqlite_log import SqliteLog
from shared.domain.events import Event, Group, Topic
from shared.ports import Message
from shared.runtime.worker import Worker


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqlDatabase]:
    database = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/tratt.db")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    log = SqliteLog(tmp_path / "events.db")
    await log.start()
    await log.migrate(tuple(Topic))
    yield log
    await log.stop()


@pytest.fixture
def store(database: SqlDatabase) -> ConsoleStore:
    return ConsoleStore(database)


class Chain:
    """The log as the stages leave it: what was published, and how far each group has committed."""

    def __init__(self, log: SqliteLog, store: ConsoleStore) -> None:
        self.log = log
        self._groups = {
            "scorer": log.consumer("scorer", [Topic.RECEIVED]),
            "router": log.consumer("router", [Topic.SCORED]),
            "retrieval": log.consumer("retrieval", [Topic.NOTIFIED]),
        }
        self._console = Worker(
            ConsoleService(store),
            log.consumer(Group.CONSOLE, CONSOLE_TOPICS),
            log.publisher(),
            stage=None,
            progress=lambda: None,
        )

    async def publish(self, *events: Event) -> None:
        await self.log.publisher().publish([Message.of(event) for event in events])

    async def commit(self, group: str, count: int) -> None:
        """Let a stage read `count` records and commit them."""
        consumer = self._groups[group]
        assert len(await consumer.fetch(count, 1.0)) == count
        await consumer.commit()

    async def read(self) -> None:
        """Let the console read all there is."""
        while await self._console.run_once(timeout_s=0.05):
            pass


@pytest.fixture
def chain(log: SqliteLog, store: ConsoleStore) -> Chain:
    return Chain(log, store)
