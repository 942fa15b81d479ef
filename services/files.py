"""The files a configuration names: customers and suppressions, read at start when they have changed."""

from collections.abc import Iterator
from pathlib import Path

import structlog

from services.configuration import Configuration
from services.router.customer_file import read_customers, read_suppressions
from services.router.imports import (
    ImportReport,
    OnFault,
    OnTaken,
    Progress,
    import_customers,
    import_id_of,
    import_suppressions,
)
from services.router.store.customers import CustomerImport
from services.wiring import Stack
from shared.domain.errors import UsedWrongly

log = structlog.get_logger()


async def import_configured_files(stack: Stack) -> None:
    """Bring the named files in. The same file again changes nothing."""
    customers, suppress = stack.configuration.customers.file, stack.configuration.routing.suppress
    if customers is not None:
        report = await bring_customers_in(stack, stack.loaded.base_dir / customers)
        log.info("customers imported", records=report.rows, count=report.added)
        _warn_of_refused(report, "customers")
    if suppress is not None:
        report = await bring_suppressions_in(stack, stack.loaded.base_dir / suppress.file)
        log.info("suppressions imported", records=report.rows, count=report.added)
        _warn_of_refused(report, "suppressions")


def file_faults(configuration: Configuration, base_dir: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what keeps a named file from being read, with its key in the configuration."""
    customers, suppress = configuration.customers.file, configuration.routing.suppress
    named = {
        ("customers", "file"): read_customers(base_dir / customers) if customers is not None else iter(()),
        ("routing", "suppress", "file"): read_suppressions(base_dir / suppress.file) if suppress else iter(()),
    }
    for key, rows in named.items():
        try:
            next(rows, None)
        except UsedWrongly as error:
            yield key, str(error)
        except OSError as error:
            yield key, f"cannot be read: {error.strerror}"


async def bring_customers_in(
    stack: Stack,
    path: Path,
    *,
    dry_run: bool = False,
    replace: bool = False,
    on_fault: OnFault = lambda _fault: None,
    on_taken: OnTaken = lambda _number: None,
    progress: Progress = lambda _rows: None,
) -> ImportReport:
    """Import one file of customers; see `import_customers`."""
    target = CustomerImport(stack.database, secret=stack.keys.person, import_id=import_id_of(path))
    rows = read_customers(path, country=stack.configuration.company.country)
    return await import_customers(
        rows, target, dry_run=dry_run, replace=replace, on_fault=on_fault, on_taken=on_taken, progress=progress
    )


async def bring_suppressions_in(
    stack: Stack,
    path: Path,
    *,
    dry_run: bool = False,
    on_fault: OnFault = lambda _fault: None,
    on_taken: OnTaken = lambda _number: None,
    progress: Progress = lambda _rows: None,
) -> ImportReport:
    """Import one file of suppressions; see `import_suppressions`."""
    rows = read_suppressions(path, country=stack.configuration.company.country)
    return await import_suppressions(
        rows,
        stack.database,
        secret=stack.keys.person,
        dry_run=dry_run,
        on_fault=on_fault,
        on_taken=on_taken,
        progress=progress,
    )


def _warn_of_refused(report: ImportReport, kind: str) -> None:
    if report.refused:
        log.warning("rows refused, see tratt import --dry-run", kind=kind, count=report.refused)
