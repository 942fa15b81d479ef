"""The only file that names concrete adapters: settings in, one stack's parts out. Two URLs choose."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table

from services.configuration import Configuration, configured
from shared.adapters.database import SqlDatabase
from shared.adapters.mail import FolderMailer, SmtpMailer
from shared.adapters.sqlite_log import SqliteLog
from shared.domain.errors import TransientError, UsedWrongly
from shared.domain.events import Topic
from shared.migrations import is_current
from shared.ports import EventLog, EventPublisher, Mailer
from shared.runtime.configuration import Loaded
from shared.runtime.keys import OURS_ALONE, Keys, read_keys
from shared.runtime.processes import is_gone, process_name
from shared.runtime.settings import Settings
from shared.runtime.store.leases import ProcessLease

WORKER_WAIT_S = 10.0
"""A worker can only try again, so it gives Kafka as long as the client itself would."""
LEAST_FREE_BYTES = 16 * 2**20
"""Below it the disk counts as full: SQLite needs room for its own write-ahead log."""
KAFKA_ANSWERS_S = 2.0
INTAKE_WAIT_S = 1.0
"""A sender waits, and the spill stands behind: half of the 2 s within which every sender gets its answer."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Everything a role is built from, opened for one process."""

    settings: Settings
    keys: Keys
    loaded: Loaded[Configuration]
    log: EventLog
    database: SqlDatabase
    mailer: Mailer
    started_at: float
    """Epoch seconds."""

    @property
    def configuration(self) -> Configuration:
        """Return the configuration, valid as a whole."""
        return self.loaded.model

    @property
    def spill_depth(self) -> int | None:
        """Tell what waits in the spill, as far as any process can: where the log is this disk, nothing ever does."""
        return 0 if self.settings.is_embedded_log else None

    @property
    def instance(self) -> str:
        """Name this process among its kind."""
        return process_name(self.settings.instance)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Stack]:
    """Open a stack, and close it when the block ends.

    Raises:
        ConfigurationError: with every fault of the configuration.
        UsedWrongly: a setting is wrong or missing.
    """
    loaded = configured(settings)
    _make_folder(settings.data_dir)
    keys = read_keys(settings)
    log = event_log(settings, wait_s=WORKER_WAIT_S)
    database = SqlDatabase(settings.database_url.get_secret_value())
    await log.start()
    try:
        yield Stack(settings, keys, loaded, log, database, mailer(settings), time.time())
    finally:
        await log.stop()
        await database.close()


def _make_folder(data_dir: Path) -> None:
    try:
        data_dir.mkdir(mode=OURS_ALONE, parents=True, exist_ok=True)
    except OSError as error:
        raise UsedWrongly(
            f"TRATT_DATA_DIR: {data_dir} cannot be made ({error.strerror}): name another folder"
        ) from error
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise UsedWrongly(f"TRATT_DATA_DIR: {data_dir} cannot be written to: give its user the right, or name another")


def event_log(settings: Settings, *, wait_s: float) -> EventLog:
    """Choose the event log by its URL."""
    scheme, _, rest = settings.event_log_url.partition("://")
    if scheme == "sqlite":
        return SqliteLog(Path(rest.removeprefix("/")), retention=settings.topic_retention)
    from shared.adapters.kafka_log import KafkaLog

    return KafkaLog(
        rest,
        wait_s=wait_s,
        instance=settings.instance,
        partitions=settings.topic_partitions,
        replication=settings.topic_replication,
        retention=settings.topic_retention,
    )


@asynccontextmanager
async def intake(stack: Stack) -> AsyncIterator[EventPublisher]:
    """Open what ingest publishes through: with the spill behind it where the log is on servers."""
    if stack.settings.is_embedded_log:
        yield stack.log.publisher()
        return
    from shared.adapters.spill import SpillingPublisher
    from shared.runtime import telemetry

    log = event_log(stack.settings, wait_s=INTAKE_WAIT_S)
    await log.start()
    spilling = SpillingPublisher(log.publisher(), stack.settings.data_dir / "spill", instance=stack.instance)
    await spilling.start()
    telemetry.SPILL_DEPTH.set_function(lambda: spilling.depth)
    try:
        yield spilling
    finally:
        await spilling.stop()
        await log.stop()


def process_lease(stack: Stack, processes: Table) -> ProcessLease:
    """Make the lease by which this process claims rows among those of its role, in the role's table of them."""
    # One SQLite file has one machine's processes in it: whoever is gone from here is gone.
    may_tell = stack.settings.is_embedded_database
    return ProcessLease(
        stack.database, processes, instance=stack.instance, is_gone=lambda name: may_tell and is_gone(name)
    )


def mailer(settings: Settings) -> Mailer:
    """Choose how mail leaves: by SMTP, or into files."""
    if settings.smtp_url is not None:
        return SmtpMailer(settings.smtp_url.get_secret_value())
    return FolderMailer(settings.data_dir / "mail")


async def migrate(stack: Stack) -> list[str]:
    """Bring tables and topics up to date; return warnings for people."""
    if not await _is_migrated(stack):
        from shared.migrations.steps import upgrade

        await upgrade(stack.database.engine)
    return list(await stack.log.migrate(list(Topic)))


async def expect_migrated(stack: Stack) -> None:
    """Migrate where everything is on this machine; elsewhere that is a step of its own.

    Raises:
        UsedWrongly: the tables are older or newer than this version.
    """
    if stack.settings.is_embedded:
        await migrate(stack)
    elif not await _is_migrated(stack):
        raise UsedWrongly("the tables are not those of this version: run 'tratt migrate' first")


async def _is_migrated(stack: Stack) -> bool:
    async with stack.database.read() as connection:
        return await is_current(connection)


async def can_keep(stack: Stack) -> bool:
    """Tell whether a lead could be made durable now: on this disk, or in the event log."""
    if shutil.disk_usage(stack.settings.data_dir).free >= LEAST_FREE_BYTES:
        return True
    if stack.settings.is_embedded_log:
        return False
    try:
        async with asyncio.timeout(KAFKA_ANSWERS_S):
            await stack.log.reader().positions([Topic.RECEIVED])
    except (TransientError, TimeoutError):
        return False
    return True
