"""`tratt import`: customers and suppressions from files, with a result per row beside the file."""

import csv
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.files import bring_customers_in, bring_suppressions_in
from services.router.customer_rows import RowFault
from services.router.imports import ImportReport
from services.wiring import Stack, expect_migrated, opened
from shared.runtime.settings import Settings

out = Console(highlight=False, soft_wrap=True)

SHOWN = 10
"""Faults on the screen; the report file has all."""


async def import_file(settings: Settings, kind: str, path: Path, *, dry_run: bool, replace: bool) -> int:
    """Import a file and say what was taken; 1 when rows were refused."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        faults: list[RowFault] = []
        report = await _import(stack, kind, path, dry_run=dry_run, replace=replace, faults=faults)
    _tell(kind, path, report, faults=faults, dry_run=dry_run)
    return 1 if report.refused else 0


async def _import(
    stack: Stack, kind: str, path: Path, *, dry_run: bool, replace: bool, faults: list[RowFault]
) -> ImportReport:
    with ExitStack() as shown:
        progress = _progress(shown)
        if kind == "customers":
            return await bring_customers_in(
                stack, path, dry_run=dry_run, replace=replace, on_fault=faults.append, progress=progress
            )
        return await bring_suppressions_in(stack, path, dry_run=dry_run, on_fault=faults.append, progress=progress)


def _progress(shown: ExitStack) -> Callable[[int], None]:
    columns = SpinnerColumn(), TextColumn("{task.completed} rows"), TimeElapsedColumn()
    bar = shown.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
    task = bar.add_task("", total=None)
    return lambda rows: bar.update(task, completed=rows)


def _tell(kind: str, path: Path, report: ImportReport, *, faults: list[RowFault], dry_run: bool) -> None:
    verb = "would be taken" if dry_run else "taken"
    out.print(
        f"{kind}: {report.rows} rows {verb} ({report.added} new, {report.updated} told anew, "
        f"{report.removed} removed), {report.refused} refused"
    )
    for fault in faults[:SHOWN]:
        out.print(
            f"  row {fault.number}, {fault.column}: {fault.message}" + (" (row refused)" if fault.refused else "")
        )
    if faults:
        out.print(f"every remark by row: {_write_report(path, faults)}")


def _write_report(path: Path, faults: list[RowFault]) -> Path:
    """Write one line per remark beside the file: places and ways out, never values."""
    report = path.with_name(f"{path.stem}.report.csv")
    with report.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "column", "refused", "message"))
        writer.writerows((fault.number, fault.column, fault.refused, fault.message) for fault in faults)
    return report
