"""Take the ledger: from the console's model, or counted anew from the topics.

The order makes it true under load. First how far the stages have committed: whatever they had done by then is in the
log, for they publish before they commit. Then where the topics end. Then count with everything up to those ends.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from services.console.ledger import Committed, Count, Ledger, ledger_of
from services.console.notices import LOST_AFTER, Limits, notice_ledger_of
from services.console.recount import Recount
from services.console.service import CONSOLE_TOPICS
from services.console.store.console_store import ConsoleStore
from shared.domain.events import Group, Topic
from shared.ports import EventReader, Positions

PATIENCE_S = 10.0
"""How long to let the console catch up before its ledger is taken with what it lacks."""
POLL_S = 0.05


async def ledger_from_model(
    store: ConsoleStore,
    reader: EventReader,
    *,
    spill_depth: int | None = None,
    patience_s: float = PATIENCE_S,
    lost_after: timedelta = LOST_AFTER,
) -> Ledger:
    """Take the ledger from the model, once the console has read all there was at the call.

    A console that does not get there in `patience_s` makes `behind` more than 0, and calls no lead lost. A notice that
    retrieval took over and that has no end after `lost_after` is lost.

    Raises:
        TransientError: the log or the tables do not answer.
    """
    committed = await _committed(reader)
    ends = await reader.positions(CONSOLE_TOPICS)
    behind = await caught_up(reader, ends, patience_s)
    return _taken(await store.count(), committed, behind=behind, spill_depth=spill_depth, lost_after=lost_after)


async def ledger_from_topics(
    reader: EventReader, *, spill_depth: int | None = None, lost_after: timedelta = LOST_AFTER
) -> Ledger:
    """Take the ledger from the topics alone, as far back as they all reach. Reads every record there is.

    Raises:
        TransientError: the log does not answer.
    """
    committed = await _committed(reader)
    recount = Recount()
    async for records in reader.read(CONSOLE_TOPICS):
        for record in records:
            recount.add(record)
    return _taken(recount.count(), committed, behind=0, spill_depth=spill_depth, lost_after=lost_after)


def _taken(
    count: Count, committed: Committed, *, behind: int, spill_depth: int | None, lost_after: timedelta
) -> Ledger:
    lost_before = None if behind else datetime.now(UTC) - lost_after
    limits = Limits(committed.retrieval, count.dead_positions, lost_before)
    notices = notice_ledger_of(count.notices, limits)
    return ledger_of(count, committed, behind=behind, spill_depth=spill_depth, notices=notices)


async def _committed(reader: EventReader) -> Committed:
    return Committed(
        scorer=await reader.positions([Topic.RECEIVED], Group.SCORER),
        router=await reader.positions([Topic.SCORED], Group.ROUTER),
        retrieval=await reader.positions([Topic.NOTIFIED], Group.RETRIEVAL),
    )


async def caught_up(reader: EventReader, ends: Positions, patience_s: float) -> int:
    """Wait for the console to commit `ends`, and return how many records it lacks in the end.

    Raises:
        TransientError: the log does not answer.
    """
    deadline = asyncio.get_running_loop().time() + patience_s
    while True:
        done = await reader.positions(CONSOLE_TOPICS, Group.CONSOLE)
        behind = sum(max(0, end - done.get(place, 0)) for place, end in ends.items())
        if not behind or asyncio.get_running_loop().time() >= deadline:
            return behind
        await asyncio.sleep(POLL_S)
