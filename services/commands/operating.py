"""`tratt dead`, `hold` and `destinations`: the operator's verbs. Each change is an event that says who and why."""

import base64
import getpass
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from services.commands.terminal import headed, out
from services.configuration import Configuration
from services.console.ledger import Place
from services.console.names import printable
from services.console.store.console_store import ConsoleStore
from services.ingest.retrieval.notified import event_of
from services.ingest.retrieval.store.pending import SqlPendingLeads
from services.roles import ingest_service
from services.router.store.delivery_control import SqlDeliveryControl
from services.wiring import Stack, expect_migrated, intake, opened
from shared.domain.errors import UsedWrongly
from shared.domain.events import CommandData, CommandIssued, DeadLetter, DeadLetterReplayed, DeadLetterReplayedData
from shared.ports import Message
from shared.runtime.settings import Settings

LISTED = 50


async def list_dead(settings: Settings, *, all_of_them: bool) -> None:
    """List dead letters, newest first: those that still wait for somebody, or all."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        lines = await ConsoleStore(stack.database).dead_letters(LISTED, waiting=not all_of_them)
    for line in lines:
        print(f"{line.id}  {_when(line.died_at)}  {line.stage}  {line.source or ''}  {line.error}: {line.reason}")
    if not lines:
        print("no dead letters")


async def show_dead(settings: Settings, letter_id: str, *, as_json: bool) -> None:
    """Show one dead letter with its original bytes."""
    async with opened(settings) as stack:
        letter = await _letter(stack, letter_id)
    if as_json:
        print(letter.model_dump_json(exclude_none=True, indent=2))
        return
    data = letter.data
    out.print(headed(letter.id, f"{data.stage}, {letter.time:%Y-%m-%d %H:%M:%S} UTC, {data.attempts} attempts"))
    out.print(f"{data.error}: {data.reason}")
    out.print(
        f"source {data.source or 'unknown'}, lead {data.lead_id or 'unknown'}, {data.position or 'not in the log'}"
    )
    written = base64.b64decode(data.bytes).decode(errors="replace")
    # On a terminal a stranger's bytes must not steer it; in a pipe they stay as they came.
    print("\n".join(map(printable, written.splitlines())) if out.is_terminal else written)


async def replay_dead(settings: Settings, letter_id: str, *, why: str) -> None:
    """Send a dead letter in again, at the stage it names. Doing it twice gives the same events again."""
    async with opened(settings) as stack:
        letter = await _letter(stack, letter_id)
        if letter.data.stage == "ingest":
            async with intake(stack) as publisher:
                lead_ids = await ingest_service(stack, publisher).replay(letter)
        elif letter.data.stage == "retrieval" and letter.data.topic is None:
            lead_ids = await _notify_again(stack, letter)
        else:
            lead_ids = await _republish(stack, letter)
        await stack.log.publisher().publish([Message.of(_replayed(letter, lead_ids[0] if lead_ids else None, why))])
    out.print(f"sent in again at {letter.data.stage}: {', '.join(lead_ids) or 'no lead'}")


async def _letter(stack: Stack, letter_id: str) -> DeadLetter:
    await expect_migrated(stack)
    letter = await ConsoleStore(stack.database).dead_letter(letter_id)
    if letter is None:
        raise UsedWrongly(f"there is no dead letter {letter_id}: see ./tratt dead list --all")
    return letter


async def _notify_again(stack: Stack, letter: DeadLetter) -> list[str]:
    """Let a lead be fetched again whose platform answered something unusable."""
    pending = await SqlPendingLeads(stack.database).find(letter.data.lead_id or "")
    if pending is None:
        raise UsedWrongly(f"nothing is known any more of the notice of dead letter {letter.id}: use ./tratt backfill")
    await stack.log.publisher().publish([Message.of(event_of(pending))])
    return [pending.lead_id]


async def _republish(stack: Stack, letter: DeadLetter) -> list[str]:
    data = letter.data
    if data.topic is None or data.key is None:
        raise UsedWrongly(f"dead letter {letter.id} does not say which topic it came from")
    record = Message(data.topic, data.key.encode(), base64.b64decode(data.bytes))
    await stack.log.publisher().publish([record])
    return [data.lead_id] if data.lead_id else []


def _replayed(letter: DeadLetter, lead_id: str | None, why: str) -> DeadLetterReplayed:
    return DeadLetterReplayed(
        id=str(uuid.uuid4()),
        source="/tratt/command",
        subject=letter.subject,
        time=datetime.now(UTC),
        partitionkey=letter.partitionkey,
        data=DeadLetterReplayedData(dead_letter=letter.id, lead_id=lead_id, by=getpass.getuser(), why=why),
    )


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
