"""A back-fill from the file that a platform's page exports: compare, heal, and a result per row beside the file."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from services.commands.terminal import errors, out
from services.console.arrived import arrived
from services.ingest.configuration import GoogleAdsConfiguration
from services.ingest.events import Keys
from services.ingest.exports.exported_leads import ExportedLead, ExportedLeads
from services.ingest.exports.google_ads_file import ExportFile, UnreadableRow
from services.ingest.exports.healing import heal
from services.ingest.exports.matching import Fate, RowResult, match
from services.ingest.exports.traces import LATE, Trace, trace_of
from services.receiving import ingest_sources
from services.wiring import Stack, intake
from shared.domain.errors import UsedWrongly

SHOWN = 10
"""Rows on the screen that could not be told; the result file has all."""

Rows = Sequence[ExportedLead | UnreadableRow]


async def heal_from_file(
    stack: Stack, source: str, section: GoogleAdsConfiguration, *, file: Path, dry_run: bool
) -> int:
    """Publish what the file has and never arrived, and say what became of each row; 1 when one could not be told."""
    now = datetime.now(UTC)
    door = ingest_sources(stack, [source])[source]
    keys = Keys(stack.keys.person, stack.configuration.company.country)
    leads = ExportedLeads(door, source, keys=keys, now=now)
    with errors.status(f"comparing {file.name} with what arrived"):
        rows = _read(stack, section, leads, file=file, now=now)
        results = match(rows, await _traces(stack, source, rows, keys.country), tolerance=section.csv.tolerance)
        if not dry_run:
            missing = _missing(rows, results)
            async with intake(stack) as publisher:
                await heal(missing, publisher, source=source, source_kind=door.kind, keys=keys, now=now)
            results = [replace(row, fate=Fate.HEALED) if row.fate is Fate.MISSING else row for row in results]
    _tell(file, results)
    return 1 if any(row.fate is Fate.UNREADABLE for row in results) else 0


def _read(stack: Stack, section: GoogleAdsConfiguration, leads: ExportedLeads, *, file: Path, now: datetime) -> Rows:
    exported = ExportFile(section.csv, zone=stack.configuration.company.time_zone, now=now)
    return [row if isinstance(row, UnreadableRow) else leads.lead_of(row) for row in exported.rows(file)]


async def _traces(stack: Stack, source: str, rows: Rows, country: str) -> list[Trace]:
    """Return the traces of all leads that one of the rows can be."""
    times = [row.trace.submitted_at for row in rows if isinstance(row, ExportedLead)]
    dated = [time for time in times if time is not None]
    since = min(dated) - LATE if dated and len(dated) == len(times) else None
    known = arrived(stack.database, stack.log.reader(), source, since=since)
    return [trace_of(lead, country) async for lead in known]


def _missing(rows: Rows, results: Sequence[RowResult]) -> list[ExportedLead]:
    missing = {result.number for result in results if result.fate is Fate.MISSING}
    return [row for row in rows if isinstance(row, ExportedLead) and row.number in missing]


def _tell(file: Path, results: Sequence[RowResult]) -> None:
    counts = Counter(result.fate for result in results)
    told = ", ".join(f"{counts[fate]} {fate}" for fate in Fate if counts[fate])
    out.print(f"{file.name}: {len(results)} rows: {told or 'none'}")
    unreadable = [result for result in results if result.fate is Fate.UNREADABLE]
    for result in unreadable[:SHOWN]:
        out.print(f"  row {result.number}: {result.reason}")
    out.print(f"every row: {_write_results(file, results)}")


def _write_results(file: Path, results: Sequence[RowResult]) -> Path:
    """Write one line per row beside the file: ids and reasons, never values."""
    beside = file.with_name(f"{file.stem}.result.csv")
    try:
        with beside.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.writer(opened)
            writer.writerow(("row", "outcome", "lead_id", "reason"))
            writer.writerows((row.number, row.fate, row.lead_id, row.reason) for row in results)
    except OSError as error:
        raise UsedWrongly(f"{beside} cannot be written: copy the file where you may write, and run it again") from error
    return beside
