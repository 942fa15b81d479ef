"""What the console's model holds of the leads that one source sent."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_

from services.console.tables import events, leads
from shared.domain.events import LeadReceived, Topic, decode
from shared.domain.lead import Lead
from shared.ports import Database
from shared.runtime.tables import among

PAGE = 500


async def receipts(database: Database, source: str, since: datetime | None) -> AsyncIterator[Sequence[Lead]]:
    """Yield a source's leads by page, oldest first, corrections and repeats beside each other: all, or received since.

    Raises:
        DatabaseUnavailable: begin again.
    """
    place = tuple_(leads.c.received_at, leads.c.lead_id)
    page = select(leads.c.received_at, leads.c.lead_id).where(
        leads.c.source == source, leads.c.received_at >= (since.timestamp() if since else 0.0)
    )
    page = page.order_by(leads.c.received_at, leads.c.lead_id).limit(PAGE)
    after: tuple[float, str] | None = None
    while True:
        async with database.read() as connection:
            places = (await connection.execute(page.where(place > after) if after else page)).all()
            said = select(events.c.value).where(
                among(events.c.lead_id, [lead_id for _, lead_id in places]), events.c.topic == Topic.RECEIVED
            )
            values = (await connection.scalars(said)).all()
        yield [event.data.lead for value in values if isinstance(event := decode(value), LeadReceived)]
        if len(places) < PAGE:
            return
        after = (places[-1][0], places[-1][1])
