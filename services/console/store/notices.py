"""Count the notices of the model for the ledger."""

from datetime import UTC, datetime

from sqlalchemy import case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.console.notices import NoticeCount, NoticeState, Teller, WaitingNotice
from services.console.tables import dead_letters, leads, notices

_UNFETCHABLE = exists().where(dead_letters.c.lead_id == notices.c.lead_id, dead_letters.c.stage == "retrieval")
_IS_FETCHED = leads.c.lead_id.is_not(None)
_STATE = case(
    (_IS_FETCHED, NoticeState.FETCHED.value),
    (notices.c.deleted_at.is_not(None), NoticeState.DELETED.value),
    (_UNFETCHABLE, NoticeState.DEAD.value),
    else_=NoticeState.WAITING.value,
)
_STATES = (
    select(
        notices,
        _STATE.label("state"),
        case((_IS_FETCHED, leads.c.is_test), else_=notices.c.is_test).label("proved_test"),
    )
    .select_from(notices.outerjoin(leads, leads.c.lead_id == notices.c.lead_id))
    .where(notices.c.notified_at.is_not(None))
    .subquery()
)
"""That a lead is a test may stand in the lead alone (LinkedIn's `testLead`)."""
_IS_WAITING = _STATES.c.state == NoticeState.WAITING.value
_BY = (_STATES.c.source, _STATES.c.platform, _STATES.c.proved_test)

ENDED = select(*_BY, _STATES.c.state, func.count()).where(~_IS_WAITING).group_by(*_BY, _STATES.c.state)
WAITING = select(
    *_BY, _STATES.c.lead_id, _STATES.c.notified_at, _STATES.c.notified_partition, _STATES.c.notified_offset
).where(_IS_WAITING)


async def count_notices(connection: AsyncConnection) -> NoticeCount:
    """Count within the caller's snapshot."""
    ended = await connection.execute(ENDED)
    waiting = await connection.execute(WAITING)
    return NoticeCount(
        ended={
            (Teller(source, platform, is_test), NoticeState(state)): n for source, platform, is_test, state, n in ended
        },
        waiting=[
            WaitingNotice(lead, Teller(source, platform, is_test), datetime.fromtimestamp(at, UTC), partition, offset)
            for source, platform, is_test, lead, at, partition, offset in waiting
        ],
    )
