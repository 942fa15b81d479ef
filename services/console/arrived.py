"""All leads that a source is known to have sent: the model's, and those the console has not come to yet."""

from collections.abc import AsyncIterator
from datetime import datetime

from services.console.store.receipts import receipts
from shared.domain.errors import UnreadableRecord
from shared.domain.events import Group, LeadReceived, Topic, decode
from shared.domain.lead import Lead
from shared.ports import Database, EventReader, Record


async def arrived(
    database: Database, reader: EventReader, source: str, *, since: datetime | None = None
) -> AsyncIterator[Lead]:
    """Yield a source's leads, all or those received since; corrections beside what they correct, some twice.

    A lead on the disk of an intake whose event log is away is not among them.

    Raises:
        TransientError: the tables or the log do not answer; begin again.
    """
    # Asked first: what the console reads meanwhile then comes from both places, and nothing from neither.
    positions = await reader.positions([Topic.RECEIVED], Group.CONSOLE)
    async for page in receipts(database, source, since):
        for lead in page:
            yield lead
    async for batch in reader.read([Topic.RECEIVED], positions):
        for record in batch:
            received = _received(record)
            if received is not None and received.data.source == source:
                yield received.data.lead


def _received(record: Record) -> LeadReceived | None:
    try:
        event = decode(record.value)
    except UnreadableRecord:  # the scorer made a dead letter of it
        return None
    return event if isinstance(event, LeadReceived) else None
