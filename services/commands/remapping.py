"""`tratt remap`: what came through a door, mapped anew from its kept bytes by the mapping that is configured now."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time

from services.commands.terminal import out
from services.console.names import printable
from services.ingest.events import Keys
from services.ingest.remapping import Became, Known, Remapped, Remapping, Report
from services.ingest.sources import MappedSource
from services.receiving import ingest_sources
from services.wiring import Stack, expect_migrated, intake, opened
from shared.domain.errors import UnreadableRecord, UsedWrongly
from shared.domain.events import LeadReceived, SubmissionSetAside, Topic, decode
from shared.ports import Message
from shared.runtime.settings import Settings

BATCH = 500
SHOWN = 20
"""Changed leads on the screen; of the rest the sums are told."""


async def remap(settings: Settings, name: str, *, since: date | None, dry_run: bool, also_new: bool) -> int:
    """Map anew, publish what changed, and say what became of it; 1 where something can no longer be read."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        remapping = await _remapping(stack, name)
        begin = datetime.combine(since, time(), UTC) if since else None
        report, due = Report(), []
        async with intake(stack) as publisher:
            async for event in _kept(stack, name, begin):
                for remapped in remapping.of(event):
                    report.add(remapped)
                    _show(remapped, report)
                    if remapped.event is not None and not dry_run and _is_wanted(remapped, also_new=also_new):
                        due.append(Message.of(remapped.event))
                if len(due) >= BATCH:
                    await publisher.publish(due)
                    due.clear()
            if due:
                await publisher.publish(due)
    _tell(report, dry_run=dry_run, also_new=also_new)
    return 1 if report.became[Became.UNREADABLE] else 0


async def _remapping(stack: Stack, name: str) -> Remapping:
    sections = stack.configuration.sources
    if name not in sections:
        raise UsedWrongly(f"there is no source '{name}': choose one of {', '.join(sections) or 'none'}")
    source = ingest_sources(stack, [name])[name]
    if not isinstance(source, MappedSource):
        raise UsedWrongly(f"{name} is of kind {source.kind}, which has no mapping to apply anew")
    known = Known()
    async for event in _events(stack, name):
        if isinstance(event, LeadReceived):
            known.add(event)
    keys = Keys(stack.keys.person, stack.configuration.company.country)
    return Remapping(source, name, keys=keys, known=known)


async def _kept(stack: Stack, name: str, begin: datetime | None) -> AsyncIterator[LeadReceived | SubmissionSetAside]:
    async for event in _events(stack, name):
        if begin is None or event.time >= begin:
            yield event


async def _events(stack: Stack, name: str) -> AsyncIterator[LeadReceived | SubmissionSetAside]:
    async for records in stack.log.reader().read([Topic.RECEIVED, Topic.DEAD]):
        for record in records:
            try:
                event = decode(record.value)
            except UnreadableRecord:
                continue  # the scorer has made a dead letter of it
            if isinstance(event, LeadReceived | SubmissionSetAside) and event.data.source == name:
                yield event


def _is_wanted(remapped: Remapped, *, also_new: bool) -> bool:
    return remapped.became is Became.CORRECTED or (also_new and remapped.became is Became.NEW)


def _show(remapped: Remapped, report: Report) -> None:
    if remapped.became is Became.SAME or report.became.total() - report.became[Became.SAME] > SHOWN:
        return
    lead = remapped.event.data.lead_id if remapped.event else "-"
    why = remapped.reason or ", ".join(remapped.fields)
    out.print(f"{lead}  {remapped.became}{': ' if why else ''}{printable(why)}")


def _tell(report: Report, *, dry_run: bool, also_new: bool) -> None:
    counts = ", ".join(f"{report.became[became]} {became}" for became in Became if report.became[became])
    out.print(f"mapped anew: {counts or 'nothing that was kept'}")
    for field, count in report.fields.most_common():
        out.print(f"  {printable(field)} changed in {count}")
    if report.became[Became.NEW] and not also_new:
        out.print("new ones are not published: under another id than before a lead arrives twice; --also-new does it")
    if dry_run:
        out.print("nothing was published: it was a dry run")
