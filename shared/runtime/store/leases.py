"""The lease of one process of a role: while it lives, what the process claimed is its own."""

import asyncio
import time
from collections.abc import Callable
from secrets import token_hex

import structlog
from sqlalchemy import Column, ColumnElement, Double, MetaData, String, Table, delete, insert, or_, select, update

from shared.domain.errors import DatabaseUnavailable
from shared.ports import Database
from shared.runtime.store.clock import database_now

log = structlog.get_logger()

LEASE_S = 8.0
"""Orphaned work resumes within 10 s: this, and one look of another process."""
RENEWALS_PER_LEASE = 4
"""Every 2 s: three may fail before the lease is lost."""
MARGIN = 0.125
"""The share of a lease at its end in which nothing new begins, for clocks that tick apart and a loop that is late."""


def process_table(name: str, metadata: MetaData) -> Table:
    """Declare the table of a role's live processes: a claim is good while its owner's lease is."""
    return Table(
        name,
        metadata,
        Column("process_id", String(100), primary_key=True),
        Column("lease_until", Double, nullable=False),
    )


class ProcessLease:
    """This process among those of its role, which stand in the table `processes`.

    A lost lease is never renewed but taken anew, under a new name: under its old one it would own claims that it no
    longer works on, and nobody else could. `is_gone` tells of a process's name whether it certainly runs no more: its
    lease need not be waited out.
    """

    def __init__(
        self,
        database: Database,
        processes: Table,
        *,
        instance: str = "process",
        lease_s: float = LEASE_S,
        is_gone: Callable[[str], bool] = lambda _name: False,
    ) -> None:
        self._is_gone = is_gone
        self._database = database
        self._processes = processes
        self._instance = instance
        self._lease_s = lease_s
        self._good_until = 0.0
        self.process_id = self._new_name()

    def holds(self, owner: str) -> bool:
        """Tell whether what `owner` claimed is certainly still this process's."""
        return owner == self.process_id and self.is_held()

    def is_held(self) -> bool:
        """Tell whether the lease is certainly good now."""
        return time.monotonic() < self._good_until

    async def register(self) -> None:
        """Take a new lease under a new name, and forget those that ended a while ago.

        Raises:
            TransientError: the database is away; register again.
        """
        name, asked_at = self._new_name(), time.monotonic()
        processes = self._processes
        async with self._database.write() as connection:
            names = await connection.scalars(select(processes.c.process_id))
            ended = processes.c.lease_until < database_now() - self._lease_s
            gone = processes.c.process_id.in_([other for other in names if self._is_gone(other)])
            await connection.execute(delete(processes).where(ended | gone))
            await connection.execute(
                insert(processes).values(process_id=name, lease_until=database_now() + self._lease_s)
            )
        self.process_id = name
        self._extend(asked_at)

    async def renew(self) -> bool:
        """Extend the lease; False when it had run out, and others may have taken over.

        Raises:
            TransientError: unknown whether it was extended; what was claimed is safe until the old end.
        """
        asked_at = time.monotonic()
        processes = self._processes
        async with self._database.write() as connection:
            renewed = await connection.execute(
                update(processes)
                .where(processes.c.process_id == self.process_id, processes.c.lease_until > database_now())
                .values(lease_until=database_now() + self._lease_s)
            )
        if not renewed.rowcount:
            return False
        self._extend(asked_at)
        return True

    async def keep(self) -> None:
        """Renew for ever, and register anew whenever the lease was lost. The first registration is the caller's."""
        while True:
            await asyncio.sleep(self._lease_s / RENEWALS_PER_LEASE)
            try:
                if not await self.renew():
                    log.warning("lease lost, work may have been taken over", process_id=self.process_id)
                    await self.register()
            except DatabaseUnavailable as error:
                log.warning("lease not renewed", process_id=self.process_id, error=type(error).__name__)

    async def release(self) -> None:
        """Let others take over at once what is still open."""
        self._good_until = 0.0
        ours = self._processes.c.process_id == self.process_id
        async with self._database.write() as connection:
            await connection.execute(delete(self._processes).where(ours))

    def _extend(self, asked_at: float) -> None:
        # Counted from before the question: the database's lease can only end later than this.
        self._good_until = asked_at + self._lease_s * (1 - MARGIN)

    def _new_name(self) -> str:
        return f"{self._instance}-{token_hex(6)}"


def is_orphaned(owner: ColumnElement[str | None], processes: Table) -> ColumnElement[bool]:
    """Ask of a row whether no living process owns it. `processes` is its role's table of them."""
    living = select(processes.c.process_id).where(processes.c.lease_until > database_now())
    return or_(owner.is_(None), owner.not_in(living))
