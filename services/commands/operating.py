"""`tratt hold` and `destinations`: the operator's verbs. Each change is an event that says who and why."""

import getpass
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from services.commands.terminal import out
from services.configuration import Configuration
from services.console.ledger import Place
from services.console.store.console_store import ConsoleStore
from services.router.store.delivery_control import SqlDeliveryControl
from services.wiring import Stack, expect_migrated, opened
from shared.domain.errors import UsedWrongly
from shared.domain.events import CommandData, CommandIssued
from shared.ports import Message
from shared.runtime.settings import Settings

LISTED = 50


async def list_held(settings: Settings) -> None:
    """List the leads that are held, newest first."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        page = await ConsoleStore(stack.database).held(LISTED)
    for line in page.lines:
        score = f"{line.stage}, fit {line.fit or 0:g}"
        print(f"{line.lead_id}  {_when(line.received_at)}  {line.source}  {line.reason}  {score}")
    if not page.lines:
        print("no lead is held")


async def list_destinations(settings: Settings) -> None:
    """List the destinations: what each waits for, and which are paused and why."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        control = SqlDeliveryControl(stack.database)
        paused, waiting = await control.paused(), await control.waiting()
        table = Table("destination", "kind", "state", "waiting", "oldest", box=None)
        for name, section in stack.configuration.destinations.items():
            state = f"paused: {paused[name]}" if name in paused else "on" if section.enabled else "off"
            queue = waiting.get(name)
            oldest = f"{queue.oldest_s:.0f} s" if queue else ""
            table.add_row(name, section.kind, Text(state), str(queue.count if queue else 0), oldest)
    out.print(table)


async def release(settings: Settings, lead_id: str, *, why: str, arguments: Mapping[str, Any]) -> None:
    """Ask the router to route a held lead. Any: as in `_issue`.

    Raises:
        UsedWrongly: no such lead is held, or nobody and nothing has the name that it is to go to.
    """
    async with opened(settings) as stack:
        _expect_named(arguments, stack.configuration)
        await expect_migrated(stack)
        life = await ConsoleStore(stack.database).life(lead_id)
        if life is None or life.place is not Place.HELD:
            stands = "is not known" if life is None else f"is {life.place}"
            raise UsedWrongly(f"lead {lead_id} {stands}; see ./tratt hold list")
        await _issue(stack, "release", lead_id, why=why, arguments=arguments)


def _expect_named(arguments: Mapping[str, Any], configuration: Configuration) -> None:
    owner, people = arguments.get("owner"), configuration.people
    if owner is not None and owner not in people:
        raise UsedWrongly(f"there is no person '{owner}': choose one of {', '.join(people)}")
    unknown = [name for name in arguments.get("deliver_to", []) if name not in configuration.destinations]
    if unknown:
        raise UsedWrongly(
            f"there is no destination '{unknown[0]}': choose one of {', '.join(configuration.destinations)}"
        )


async def change_destination(settings: Settings, verb: str, name: str, *, why: str) -> None:
    """Ask the router to pause or resume a destination, or to deliver again: what failed there, or one delivery by id.

    Raises:
        UsedWrongly: no destination has that name, and no delivery can have that id.
    """
    async with opened(settings) as stack:
        known = stack.configuration.destinations
        if name not in known and not (verb == "redeliver" and _is_id(name)):
            beside = " or give a delivery's id, as ./tratt lead --json tells" if verb == "redeliver" else ""
            raise UsedWrongly(f"there is no destination '{name}': choose one of {', '.join(known)}{beside}")
        await _issue(stack, verb, name, why=why, arguments={})


async def _issue(stack: Stack, verb: str, target: str, *, why: str, arguments: Mapping[str, Any]) -> None:
    """Publish a command: who asked for what, and why. Any: a verb's arguments are its own."""
    event = CommandIssued(
        id=str(uuid.uuid4()),
        source="/tratt/command",
        subject=target,
        time=datetime.now(UTC),
        partitionkey=target,
        data=CommandData(verb=verb, target=target, arguments=dict(arguments), by=getpass.getuser(), why=why),
    )
    await stack.log.publisher().publish([Message.of(event)])
    out.print(f"asked for: {verb} {target} {json.dumps(dict(arguments)) if arguments else ''}".rstrip())


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
