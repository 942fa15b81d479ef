"""Files as Google's page may export them, of invented people, and what reading them gives."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from services.ingest.configuration import GoogleAdsConfiguration
from services.ingest.configuration.google_ads_export import ExportSettings
from services.ingest.events import Keys
from services.ingest.exports.exported_leads import ExportedLead, ExportedLeads
from services.ingest.exports.google_ads_file import ExportFile, UnreadableRow
from services.ingest.sources.context import SourceContext
from services.ingest.sources.google_ads import GoogleAds
from shared.domain.lead import Lead
from tests.unit.ingest.doors import CONFIGURATION, PERSON_KEY, SOURCE

NOW = datetime(2026, 5, 3, 8, 0, tzinfo=UTC)
KEYS = Keys(PERSON_KEY, "SE")
ENGLISH = (
    *("Lead ID", "Submission time", "Campaign ID", "Campaign name", "Form ID", "GCLID", "Full name", "Email"),
    "When do you want to start?",
)
LINA = (
    *("lina-1", "2026-05-01 14:30:00", "10000000000", "Höst", "40000000001", "EAIaIQ-x", "Lina Exempel"),
    *("Lina@Exempel.se", "Next month"),
)


def write(path: Path, *rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as opened:
        csv.writer(opened, delimiter=delimiter).writerows(rows)
    return path


def configuration(**csv_settings: object) -> GoogleAdsConfiguration:
    return CONFIGURATION.model_copy(update={"csv": ExportSettings.model_validate(csv_settings)})


def read(path: Path, **csv_settings: object) -> list[ExportedLead | UnreadableRow]:
    """Read a file at NOW for a company in Stockholm."""
    settings = configuration(**csv_settings)
    leads = ExportedLeads(GoogleAds(settings, SourceContext(SOURCE, PERSON_KEY)), SOURCE, keys=KEYS, now=NOW)
    rows = ExportFile(settings.csv, zone="Europe/Stockholm", now=NOW).rows(path)
    return [row if isinstance(row, UnreadableRow) else leads.lead_of(row) for row in rows]


def read_leads(path: Path, **csv_settings: object) -> list[Lead]:
    """Read a file in which every row is a lead."""
    rows = read(path, **csv_settings)
    assert not [row for row in rows if isinstance(row, UnreadableRow)]
    return [row.submitted.lead for row in rows if isinstance(row, ExportedLead)]


def read_cells(path: Path, cells: Mapping[str, str], **csv_settings: object) -> ExportedLead | UnreadableRow:
    """Read a file of one row, written as header and cell."""
    (row,) = read(write(path, list(cells), list(cells.values())), **csv_settings)
    return row
