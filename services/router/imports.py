"""Bringing a file of customers or suppressions in: batch by batch, told row by row, as often as one likes."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from services.router.customer_rows import CustomerRow, RowFault, SuppressionRow
from services.router.store.batches import in_batches
from services.router.store.customers import IMPORT_BATCH, CustomerImport
from services.router.store.suppressions import write_suppressions
from shared.domain.errors import UsedWrongly
from shared.ports import Database

Row = TypeVar("Row", CustomerRow, SuppressionRow)
OnFault = Callable[[RowFault], None]
OnTaken = Callable[[int], None]
"""Is told the number of a row that was taken."""
Progress = Callable[[int], None]


@dataclass(slots=True)
class ImportReport:
    """What an import did. `rows` were taken, `refused` not; `faults` counts every remark, also on rows taken.

    Of customers: `added` are new, `updated` were known from an earlier file, `removed` were not in a replacing one.
    Of suppressions `added` counts keys.
    """

    rows: int = 0
    refused: int = 0
    faults: int = 0
    added: int = 0
    updated: int = 0
    removed: int = 0


def import_id_of(path: Path) -> str:
    """Name a file by its content: the same file again is the same import.

    Raises:
        UsedWrongly: there is no such file, or it may not be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsedWrongly(f"{path} cannot be read ({error.strerror}): put it there, or name another") from error


async def import_customers(
    rows: Iterable[CustomerRow | RowFault],
    target: CustomerImport,
    *,
    dry_run: bool = False,
    replace: bool = False,
    on_fault: OnFault = lambda _fault: None,
    on_taken: OnTaken = lambda _number: None,
    progress: Progress = lambda _rows: None,
) -> ImportReport:
    """Import customers. `replace` removes those the file does not name, in the end and all at once.

    Raises:
        UsedWrongly: the file cannot be used, or holds too few customers to replace with.
        TransientError: the database is away; import the same file again.
    """
    report = ImportReport()
    for batch in in_batches(_taken(rows, report, on_fault, on_taken), IMPORT_BATCH):
        added, updated = await (target.count(batch) if dry_run else target.write(batch))
        report.added += added
        report.updated += updated
        progress(report.rows)
    if replace and not dry_run:
        report.removed = await target.drop_others()
    return report


async def import_suppressions(
    rows: Iterable[SuppressionRow | RowFault],
    database: Database,
    *,
    secret: bytes,
    dry_run: bool = False,
    on_fault: OnFault = lambda _fault: None,
    on_taken: OnTaken = lambda _number: None,
    progress: Progress = lambda _rows: None,
) -> ImportReport:
    """Import suppressions; they add to those known. Raises as `import_customers` does."""
    report = ImportReport()
    for batch in in_batches(_taken(rows, report, on_fault, on_taken), IMPORT_BATCH):
        if not dry_run:
            is_first = report.added == 0
            report.added += await write_suppressions(database, batch, secret=secret, is_first=is_first)
        progress(report.rows)
    return report


def _taken(rows: Iterable[Row | RowFault], report: ImportReport, on_fault: OnFault, on_taken: OnTaken) -> Iterator[Row]:
    refused = 0
    for row in rows:
        if isinstance(row, RowFault):
            report.faults += 1
            if row.refused and row.number != refused:
                refused = row.number
                report.refused += 1
            on_fault(row)
            continue
        report.rows += 1
        on_taken(row.number)
        yield row
