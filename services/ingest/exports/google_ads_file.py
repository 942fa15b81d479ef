"""The file that Google's page exports, read row by row into what the webhook would have posted.

Its header names, the zone and the format of its times and whether it tells Google's lead id are all undocumented
(inbound-sources 1.5): what is not told by the source's `csv` is recognised by likely names.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.ingest.configuration.google_ads_export import ExportSettings
from services.ingest.exports.google_ads_headers import (
    CAMPAIGN_NAME,
    IDS,
    MEMBERS,
    SUBMITTED,
    TEST,
    column_of,
    is_known,
)
from services.ingest.mapping.moments import is_plausible, reader
from shared.domain.errors import UsedWrongly
from shared.runtime.table_file import Cells, read_table

HEADER_WITHIN = 10
"""Rows in which the header must come: reports may begin with a title and a range of dates."""
LEAST_KNOWN = 2
"""Columns of Google's own that make a row the header: one alone could be a title."""
MAX_ROWS = 100_000
"""Rows of one file; Google keeps leads for 60 days at most. All of a file is held in memory while it is compared."""
TRUE_WORDS = frozenset({"ja", "sant"})
"""What Google's Swedish page may write for true; the webhook's reading knows the English words."""
_BY_EXCEL = re.compile(r"[+-]?\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
"""A long number that Excel rounded: its digits are gone."""


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """One row as the webhook's body, but for the key. `campaign_name` is what only the file tells."""

    number: int
    body: bytes
    campaign_name: str | None


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that cannot be taken, and the way out, without its values."""

    number: int
    reason: str


class ExportFile:
    """How one source's file is read. `zone` is where its times were read off the clock, unless `settings` tell."""

    def __init__(self, settings: ExportSettings, *, zone: str, now: datetime) -> None:
        self._told = {header.strip().casefold(): column for header, column in settings.columns.items()}
        self._moment = reader(settings.time_format, settings.time_zone or zone)
        self._now = now

    def rows(self, path: Path) -> Iterator[ExportedRow | UnreadableRow]:
        """Yield the rows below the header, in order.

        Raises:
            UsedWrongly: the file as a whole cannot be used.
        """
        table = read_table(path)
        columns = self._header(path, table)
        for count, (number, cells) in enumerate(table, start=1):
            if count > MAX_ROWS:
                raise UsedWrongly(f"{path.name}: more than {MAX_ROWS} rows: export fewer days at a time")
            yield self._row(number, columns, cells)

    def _header(self, path: Path, table: Iterator[tuple[int, Cells]]) -> Sequence[str | None]:
        for _, (_, cells) in zip(range(HEADER_WITHIN), table, strict=False):
            if sum(is_known(cell) or cell.casefold() in self._told for cell in cells if cell) >= LEAST_KNOWN:
                return [self._column(cell) for cell in cells]
        raise UsedWrongly(
            f"{path.name}: no header that we know in its first {HEADER_WITHIN} rows: tell its columns under 'csv' of "
            "the source, and remove lines above the header"
        )

    def _column(self, header: str) -> str | None:
        known = header.casefold()
        return self._told[known] if known in self._told else column_of(header)

    def _row(self, number: int, columns: Sequence[str | None], cells: Cells) -> ExportedRow | UnreadableRow:
        members, answers = _sorted_out(columns, cells)
        rounded = [name for name in sorted(IDS & members.keys()) if _BY_EXCEL.fullmatch(members[name])]
        if rounded:
            return UnreadableRow(number, f"{rounded[0]} was rounded by Excel: use the file as Google gave it")
        if SUBMITTED in members:
            moment = self._moment(members[SUBMITTED])
            if moment is None:
                return UnreadableRow(number, "its time cannot be read: tell 'csv.time_format' of the source")
            if not is_plausible(moment, self._now):
                return UnreadableRow(number, "its time is in the future or before 2000: correct 'csv' of the source")
            members[SUBMITTED] = moment.isoformat()
        if members.get(TEST, "").casefold() in TRUE_WORDS:
            members[TEST] = "true"
        campaign_name = members.pop(CAMPAIGN_NAME, None)
        payload = {**members, "user_column_data": answers}
        return ExportedRow(number, json.dumps(payload, ensure_ascii=False).encode(errors="replace"), campaign_name)


def _sorted_out(columns: Sequence[str | None], cells: Cells) -> tuple[dict[str, str], list[Mapping[str, str]]]:
    """Tell members from answers. A date and a time in columns of their own are one text, in their order."""
    members: dict[str, str] = {}
    answers: list[Mapping[str, str]] = []
    for column, cell in zip(columns, cells, strict=False):
        if column is None or not cell:
            continue
        if column not in MEMBERS:
            answers.append({"column_id": column, "string_value": cell})
        elif column == SUBMITTED and column in members:
            members[column] = f"{members[column]} {cell}"
        else:
            members.setdefault(column, cell)
    return members, answers
