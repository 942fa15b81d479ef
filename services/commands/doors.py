"""`tratt sources`: per door what to paste at its sender, how it does, and what to mend."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from services.commands.addresses import addresses
from services.commands.refusals import UNKNOWN, Refusals, refusals
from services.commands.secrets_of import Secret, secrets_of
from services.commands.terminal import out
from services.configuration import Configuration
from services.console.doors import Door, doors_of
from services.console.lines import Quarantine
from services.console.names import printable
from services.console.reckoning import caught_up
from services.console.rhythm import LEAST_H, Learning
from services.console.service import CONSOLE_TOPICS
from services.console.store.console_store import ConsoleStore
from services.console.store.doors import DoorStore
from services.console.words import duration
from services.ingest.retrieval.notices import Backlog, MissingPermission
from services.ingest.retrieval.store.holds import SqlHolds
from services.wiring import Stack, expect_migrated, opened
from shared.ports import EventReader
from shared.runtime.configuration import Loaded
from shared.runtime.settings import Settings

LABEL_WIDTH = 13


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of the doors at one moment, by source; `refusals` is None where no process could be asked."""

    doors: Sequence[Door]
    quarantines: Mapping[str, Quarantine]
    backlogs: Mapping[str, Backlog]
    missing: Sequence[MissingPermission]
    refusals: Refusals | None
    behind: int
    now: datetime


async def sources(settings: Settings, *, hide_keys: bool) -> None:
    """Print every door, with what to paste at its sender; with `hide_keys` keys are only named by their settings."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        known = await _known(stack)
        base = f"{settings.public_url or addresses(settings).public}/v1/sources"
        for door in known.doors:
            kind = stack.configuration.sources[door.source].kind
            out.print(Text.assemble((door.source, "bold"), f" ({kind})"))
            pasted = what_to_paste(stack.loaded, door.source, base=base, hide_keys=hide_keys)
            for label, told in (*pasted, *how_it_does(door, known)):
                out.print(Text(f"  {label:{LABEL_WIDTH}} {printable(told)}"))
        for line in beside(known):
            out.print(Text(line))


def what_to_paste(
    loaded: Loaded[Configuration], source: str, *, base: str, hide_keys: bool
) -> Iterator[tuple[str, str]]:
    """Tell what to paste at a door's sender: its URL, whose last segment may be secret, and its keys.

    A secret that comes from the sender's side, such as an access token, is named and never printed.
    """
    secrets = list(secrets_of(loaded.model.sources[source]))
    segments = [f"/{secret.value.get_secret_value()}" for secret in secrets if secret.ends_url]
    for segment in segments or [""]:
        yield "URL", f"{base}/{source}{segment}"
    for secret in secrets:
        if not secret.ends_url:
            yield "key", _key(loaded, source, secret, hide_keys=hide_keys)


def _key(loaded: Loaded[Configuration], source: str, secret: Secret, *, hide_keys: bool) -> str:
    if not secret.is_set:
        return f"{secret.name} is not set"
    if secret.is_pasted and not hide_keys:
        return f"{secret.name} = {secret.value.get_secret_value()}"
    written = loaded.fault(("sources", source, *secret.path), "")
    beside = "".join(f", {name} {value}" for name, value in secret.beside.items())
    return f"{secret.name}{beside} ({Path(written.file).name}:{written.line})"


def how_it_does(door: Door, known: Known) -> Iterator[tuple[str, str]]:
    """Tell when a door was last heard from, how that compares, and what somebody must look at."""
    line = door.line
    yield "last lead", _when(line.last_lead_at if line else None, known.now)
    yield "last test", _when(line.last_test_at if line else None, known.now)
    yield "rhythm", _rhythm(door)
    if door.silence is not None:
        yield "silence", _silence(door)
    if line and line.last_notice_at:
        yield "last notice", _when(line.last_notice_at, known.now)
    if line and line.last_healed_at:
        yield "last healed", _when(line.last_healed_at, known.now)
    if line and line.last_set_aside_at:
        yield "no lead in it", _when(line.last_set_aside_at, known.now)
    if waiting := known.quarantines.get(door.source):
        newest = f"the newest {_when(waiting.newest_at, known.now)}: {waiting.error}, {waiting.reason}"
        yield "quarantined", f"{waiting.count}, {newest}; see ./tratt dead list"
    yield from _refused(door.source, known)
    yield from _waiting(door.source, known)


def beside(known: Known) -> Iterator[str]:
    """Tell what belongs to no door, and what could not be told."""
    if known.refusals is None:
        yield "What was refused is not known here: no process with the role ingest answers. See its metrics."
    else:
        for reason, refused in known.refusals.refused.get(UNKNOWN, {}).items():
            yield f"Refused {refused.count} posts to sources that do not exist: {reason}"
    if known.behind:
        yield f"The console is {known.behind} records behind: a door that seems quiet may not be."


async def _known(stack: Stack) -> Known:
    now = time.time()
    reader, holds, store = stack.log.reader(), SqlHolds(stack.database), DoorStore(stack.database)
    behind, measure = await _behind(reader), stack.configuration.door_measure
    lines, hours = await ConsoleStore(stack.database).sources(), await store.hours()
    return Known(
        doors=doors_of(stack.configuration.sources, lines, hours, measure=measure, now=now),
        quarantines=await store.quarantines(),
        backlogs=await holds.backlog(),
        missing=await holds.missing(),
        refusals=await refusals(stack.settings),
        behind=behind,
        now=datetime.fromtimestamp(now, UTC),
    )


async def _behind(reader: EventReader) -> int:
    return await caught_up(reader, await reader.positions(CONSOLE_TOPICS), 0)


def _rhythm(door: Door) -> str:
    if isinstance(door.rhythm, Learning):
        return f"still learning: {door.rhythm.hours} of {LEAST_H} hours; {door.came} leads in the last 24 whole hours"
    return f"{door.came} leads in the last 24 whole hours, usually {door.usual or 0:.1f}"


def _silence(door: Door) -> str:
    if door.silence is None:
        return ""
    expected = f"{door.silence.expected:.1f} leads were to be expected since the last one"
    if door.is_quiet:
        return f"QUIET: {expected}, and none came. Look at the sender, its key and its URL"
    return f"as usual: {expected}; more than {door.silence.limit:.1f} would be an alarm"


def _refused(source: str, known: Known) -> Iterator[tuple[str, str]]:
    if known.refusals is None:
        return
    for reason, refused in known.refusals.refused.get(source, {}).items():
        yield "refused", f"{reason}: {refused.count} since its process began, last {_when(refused.last_at, known.now)}"
    if not_leads := known.refusals.not_leads.get(source):
        yield "no lead in it", f"{not_leads} since its process began"


def _waiting(source: str, known: Known) -> Iterator[tuple[str, str]]:
    if (backlog := known.backlogs.get(source)) and backlog.waiting:
        oldest = f"the oldest for {duration(backlog.oldest_s * 1000)}"
        yield "waiting", f"{backlog.waiting} leads to fetch, {backlog.held} of them for a permission; {oldest}"
    for missing in known.missing:
        if missing.source == source:
            since = _when(missing.since, known.now)
            yield "grant", f"{missing.what_to_grant} ({missing.scope}: {missing.waiting} wait for it, since {since})"


def _when(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    ago = duration(max(0.0, (now - moment).total_seconds()) * 1000)
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}, {ago} ago"
