"""`tratt import`: customers and suppressions from files, with a result per row beside the file."""

import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.commands.terminal import errors, out
from services.files import bring_customers_in, bring_suppressions_in
from services.router.customer_rows import RowFault
from services.router.imports import ImportReport
from services.wiring import Stack, expect_migrated, opened
from shared.runtime.settings import Settings

SHOWN = 10
"""Faults on the screen; the report file has all."""


@dataclass(slots=True)
class _Rows:
    """What became of each row, by its number in the file."""

    taken: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)

    def lines(self, verb: str) -> Iterator[tuple[int, str, str, str]]:
        """Yield row, result, column and message: a line for each remark, and one for each row without any."""
        refused = {fault.number for fault in self.faults if fault.refused}
        remarked = {fault.number for fault in self.faults}
        remarks = [
            (each.number, "refused" if each.number in refused else verb, each.column, each.message)
            for each in self.faults
        ]
        plain = [(number, verb, "", "") for number in self.taken if number not in remarked]
        yield from sorted(remarks + plain, key=itemgetter(0))


async def import_file(settings: Settings, kind: str, path: Path, *, dry_run: bool, replace: bool) -> int:
    """Import a file and say what was taken; 1 when rows were refused."""
    rows = _Rows()
    async with opened(settings) as stack:
        await expect_migrated(stack)
        report = await _import(stack, kind, path, dry_run=dry_run, replace=replace, rows=rows)
    verb = "would be taken" if dry_run else "taken"
    out.print(
        f"{kind}: {report.rows} rows {verb} ({report.added} new, {report.updated} told anew, "
        f"{report.removed} removed), {report.refused} refused"
    )
    for fault in rows.faults[:SHOWN]:
        out.print(
            f"  row {fault.number}, {fault.column}: {fault.message}" + (" (row refused)" if fault.refused else "")
        )
    out.print(f"what became of each row: {_write_report(path, rows.lines(verb), settings.data_dir)}")
    return 1 if report.refused else 0


async def _import(stack: Stack, kind: str, path: Path, *, dry_run: bool, replace: bool, rows: _Rows) -> ImportReport:
    with ExitStack() as shown:
        progress = _progress(shown)
        if kind == "customers":
            return await bring_customers_in(
                stack,
                path,
                dry_run=dry_run,
                replace=replace,
                on_fault=rows.faults.append,
                on_taken=rows.taken.append,
                progress=progress,
            )
        return await bring_suppressions_in(
            stack,
            path,
            dry_run=dry_run,
            on_fault=rows.faults.append,
            on_taken=rows.taken.append,
            progress=progress,
        )


def _progress(shown: ExitStack) -> Callable[[int], None]:
    if not sys.stderr.isatty():
        return lambda _rows: None
    columns = SpinnerColumn(), TextColumn("{task.completed} rows"), TimeElapsedColumn()
    bar = shown.enter_context(Progress(*columns, console=errors, transient=True))
    task = bar.add_task("", total=None)
    return lambda rows: bar.update(task, completed=rows)


def _write_report(path: Path, lines: Iterable[tuple[int, str, str, str]], data_dir: Path) -> Path:
    """Write places and ways out, never values: beside the file, or in the data folder where that cannot be."""
    folder = path.parent if os.access(path.parent, os.W_OK) else data_dir
    report = folder / f"{path.stem}.report.csv"
    with report.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "result", "column", "message"))
        writer.writerows(lines)
    return report
