"""`tratt lead`, `ledger`, `tail` and `sources`: looking, without touching anything."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime

import httpx
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from services.commands.addresses import addresses, running_process
from services.console.reckoning import ledger_from_model, ledger_from_topics
from services.console.store.console_store import ConsoleStore
from services.console.terminal import ledger_text, life_text
from services.wiring import Stack, expect_migrated, opened
from shared.domain.errors import UsedWrongly
from shared.domain.events import Topic
from shared.ports import Record, TopicPartition
from shared.runtime.settings import Settings

out = Console(highlight=False, soft_wrap=True)

FOLLOW_S = 0.5


async def lead(settings: Settings, lead_id: str, *, as_json: bool) -> int:
    """Show one lead's whole life; 1 when nothing is known of it."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        life = await ConsoleStore(stack.database).life(lead_id)
    if life is None:
        out.print(f"no event about lead {lead_id} was read: check the id; a lead just accepted takes a second")
        return 1
    if as_json:
        print(life.model_dump_json(exclude_none=True, indent=2))
    else:
        out.print(life_text(life))
    return 0


async def ledger(settings: Settings, *, recount: bool, as_json: bool) -> int:
    """Show where every accepted lead is; 1 when one is lost or a sum does not hold."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        reader = stack.log.reader()
        if recount:
            taken = await ledger_from_topics(reader, spill_depth=stack.spill_depth)
        else:
            taken = await ledger_from_model(ConsoleStore(stack.database), reader, spill_depth=stack.spill_depth)
    if as_json:
        print(json.dumps(taken.as_json(), default=str))
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


async def sources(settings: Settings) -> None:
    """Show, per door, what to paste at the sender, when it was last heard from and what it refused."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        heard = {line.source: line for line in await ConsoleStore(stack.database).sources()}
        refused = await _refused(stack)
        base = settings.public_url or addresses(settings).public
        for name, section in stack.configuration.sources.items():
            line = heard.get(name)
            out.print(f"[bold]{name}[/] ({section.kind})")
            out.print(f"  URL        {base}/v1/sources/{name}")
            for key in section.keys:
                out.print(f"  key        {key.get_secret_value()}")
            out.print(f"  last lead  {_when(line.last_lead_at if line else None)}")
            out.print(f"  last test  {_when(line.last_test_at if line else None)}")
            if line and line.last_refused_at:
                out.print(f"  last dead letter  {_when(line.last_refused_at)}: ./tratt dead list")
            for reason, count in refused.get(name, {}).items():
                out.print(f"  refused    {count:.0f} times since it was started: {reason}")
        for reason, count in refused.get("unknown", {}).items():
            out.print(f"refused {count:.0f} posts to sources that do not exist: {reason}")


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}" if moment else "never"


async def _refused(stack: Stack) -> dict[str, dict[str, float]]:
    """Ask the running service what it refused, by source and reason; empty where none runs."""
    if not running_process(stack.settings.data_dir):
        return {}
    try:
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            answer = await client.get(f"{addresses(stack.settings).admin}/metrics")
    except httpx.TransportError:
        return {}
    refused: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            if sample.name == "tratt_refused_total":
                refused.setdefault(sample.labels["source"], {})[sample.labels["reason"]] = sample.value
    return refused
