"""What came of deliveries, as their rows hold it until the log knows."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, or_, select, true, update

from services.router.tables import deliveries, processes
from shared.domain.events import Topic
from shared.ports import Database, Message
from shared.runtime.store.leases import ProcessLease, is_orphaned
from shared.runtime.tables import write_rows

_UNTOLD = (
    select(deliveries.c.delivery_id, deliveries.c.result_id, deliveries.c.lead_id, deliveries.c.result)
    .where(
        deliveries.c.result.is_not(None) & ~deliveries.c.announced,
        or_(deliveries.c.owner == bindparam("teller"), is_orphaned(deliveries.c.owner, processes)),
    )
    .order_by(deliveries.c.due_at)
    .limit(bindparam("most"))
)
_MARK = (
    update(deliveries)
    .where(deliveries.c.delivery_id == bindparam("told"), deliveries.c.result_id == bindparam("told_result"))
    .values(announced=true())
)


class DeliveryResults:
    """The port `Announcements` over delivery results."""

    def __init__(self, database: Database, lease: ProcessLease) -> None:
        self._database = database
        self._lease = lease

    async def unannounced(self, limit: int) -> Sequence[tuple[str, Message]]:
        """Return results that are this process's to tell, and those whose process is gone."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_UNTOLD, {"teller": self._lease.process_id, "most": limit})).all()
        return [
            (
                f"{row.delivery_id}/{row.result_id}",
                Message(Topic.DELIVERED, row.lead_id.encode(), row.result.encode()),
            )
            for row in rows
        ]

    async def mark(self, ids: Iterable[str]) -> None:
        """Note that these are in the log. One that a later attempt has replaced stays as that attempt left it."""
        told = [dict(zip(("told", "told_result"), told.split("/"), strict=True)) for told in ids]
        if not told:
            return
        async with self._database.write() as connection:
            await write_rows(connection, _MARK, told)
