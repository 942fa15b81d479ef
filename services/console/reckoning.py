"""Take the ledger: from the console's model, or counted anew from the topics.

The order makes it true under load. First how far the stages have committed: whatever they had done by then is in the
log, for they publish before they commit. Then where the topics end. Then count with everything up to those ends.
"""

import asyncio

from services.console.ledger import Committed, Ledger, ledger_of
from services.console.recount import Recount
from services.console.service import CONSOLE_TOPICS
from services.console.store.console_store import ConsoleStore
from shared.domain.events import Group, Topic
from shared.ports import EventReader, Positions

PATIENCE_S = 10.0
"""How long to let the console catch up before its ledger is taken with what it lacks."""
POLL_S = 0.05


async def ledger_from_model(
    store: ConsoleStore, reader: EventReader, *, spill_depth: int | None = None, patience_s: float = PATIENCE_S
) -> Ledger:
    """Take the ledger from the model, once the console has read all there was at the call.

    A console that does not get there in `patience_s` makes `behind` more than 0, and calls no lead lost.

    Raises:
        TransientError: the log or the tables do not answer.
    """
    committed = await _committed(reader)
    ends = await reader.positions(CONSOLE_TOPICS)
    behind = await _caught_up(reader, ends, patience_s)
    return ledger_of(await store.count(), committed, behind=behind, spill_depth=spill_depth)


async def ledger_from_topics(reader: EventReader, *, spill_depth: int | None = None) -> Ledger:
    """Take the ledger from the topics alone, as far back as they all reach. Reads every record there is.

    Raises:
        TransientError: the log does not answer.
    """
    committed = await _committed(reader)
    recount = Recount()
    async for records in reader.read(CONSOLE_TOPICS):
        for record in records:
            recount.add(record)
    return ledger_of(recount.count(), committed, spill_depth=spill_depth)


async def _committed(reader: EventReader) -> Committed:
    return Committed(
        scorer=await reader.positions([Topic.RECEIVED], Group.SCORER),
        router=await reader.positions([Topic.SCORED], Group.ROUTER),
    )


async def _caught_up(reader: EventReader, ends: Positions, patience_s: float) -> int:
    """Wait for the console to commit `ends`, and return how many records it lacks in the end."""
    deadline = asyncio.get_running_loop().time() + patience_s
    while True:
        done = await reader.positions(CONSOLE_TOPICS, Group.CONSOLE)
        behind = sum(max(0, end - done.get(place, 0)) for place, end in ends.items())
        if not behind or asyncio.get_running_loop().time() >= deadline:
            return behind
        await asyncio.sleep(POLL_S)
