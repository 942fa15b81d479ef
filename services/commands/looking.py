"""`tratt lead`, `ledger` and `tail`: looking, without touching anything."""

import asyncio
from collections.abc import Sequence

from pydantic_core import to_json

from services.commands.terminal import errors, out
from services.console.reckoning import ledger_from_model, ledger_from_topics
from services.console.store.console_store import ConsoleStore
from services.console.terminal import ledger_text, life_text
from services.wiring import expect_migrated, opened
from shared.domain.errors import UsedWrongly
from shared.domain.events import Topic
from shared.ports import Record, TopicPartition
from shared.runtime.settings import Settings

FOLLOW_S = 0.5


async def lead(settings: Settings, lead_id: str, *, as_json: bool) -> int:
    """Show one lead's whole life; 1 when nothing is known of it."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        life = await ConsoleStore(stack.database).life(lead_id)
    if life is None:
        errors.print(f"no event about lead {lead_id} was read: check the id; a lead just accepted takes a second")
        return 1
    if as_json:
        print(life.model_dump_json(exclude_none=True, indent=2))
    else:
        out.print(life_text(life))
    return 0


async def ledger(settings: Settings, *, recount: bool, as_json: bool) -> int:
    """Show where every accepted lead is, and every notice; 1 when one is lost or a sum does not hold."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        reader, lost_after = stack.log.reader(), stack.configuration.doors.notice_lost_after
        if recount:
            taken = await ledger_from_topics(reader, spill_depth=stack.spill_depth, lost_after=lost_after)
        else:
            store = ConsoleStore(stack.database)
            taken = await ledger_from_model(store, reader, spill_depth=stack.spill_depth, lost_after=lost_after)
    if as_json:
        print(to_json(taken.as_json()).decode())
    else:
        out.print(ledger_text(taken))
    return 0 if taken.adds_up else 1


async def tail(settings: Settings, topic: str, *, from_end: bool, follow: bool) -> None:
    """Print a topic's events, one JSON object a line."""
    name = topic if topic.startswith("leads.") else f"leads.{topic}"
    if name not in set(Topic):
        raise UsedWrongly(f"there is no topic '{topic}': choose one of {', '.join(Topic)}")
    async with opened(settings) as stack:
        reader = stack.log.reader()
        since = dict(await reader.positions([name])) if from_end else {}
        while True:
            async for records in reader.read([name], since):
                _print_records(records)
                since |= {TopicPartition(one.topic, one.partition): one.offset + 1 for one in records}
            if not follow:
                return
            await asyncio.sleep(FOLLOW_S)


def _print_records(records: Sequence[Record]) -> None:
    for record in records:
        print(record.value.decode(errors="replace"), flush=True)
