"""Rows of a file from an office program: CSV in its dialects and encodings, TSV, and XLSX. Memory stays bounded."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from zipfile import BadZipFile

from shared.domain.errors import UsedWrongly

SAMPLE_BYTES = 1 << 16
MAX_CELL = 1 << 20
"""Characters of one cell; a quote that never ends would otherwise take the whole file in."""
DELIMITERS = ";\t,"
TITLES = 5
"""Lines above a header in which a report may name itself."""
WIDE_SHARE = 0.25
"""Of every other byte of a text without a byte order mark: with so many zeros it is UTF-16, with none it is not."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_END = "\x1fthe end\x1f"
"""A last line of ours: a quote that never ends takes it in with all the rows before it, and csv says nothing."""

Cells = list[str]


def read_table(path: Path) -> Iterator[tuple[int, Cells]]:
    """Yield each row that has anything in it, with its number in the file, the header first. Cells are trimmed text.

    Raises:
        UsedWrongly: the file is missing, empty or no table.
    """
    if not path.is_file():
        raise UsedWrongly(f"{path}: no such file: put it there, or name another")
    rows = _xlsx_rows(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _text_rows(path)
    empty = True
    for number, cells in rows:
        if any(cells):
            empty = False
            yield number, cells
    if empty:
        raise UsedWrongly(f"{path.name}: the file is empty")


def _text_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    encoding = _encoding(path)
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=encoding, newline="") as file:
        try:
            delimiter = _delimiter(list(islice(file, TITLES)))
            file.seek(0)
            reader = csv.reader(chain(file, [_END]), delimiter=delimiter)
            for number, cells in enumerate(reader, start=1):
                if cells == [_END]:
                    return
                if cells and cells[-1].endswith(_END):
                    raise UsedWrongly(f"{path.name}: row {number} opens a quote that never ends: close it there")
                yield number, [_cleaned(cell) for cell in cells]
        except csv.Error as error:
            raise UsedWrongly(f"{path.name}: line {reader.line_num} cannot be read: {error}") from error
        except UnicodeError as error:
            raise UsedWrongly(f"{path.name}: its bytes are not {encoding}; save it anew as CSV in UTF-8") from error


def _encoding(path: Path) -> str:
    """Tell UTF-8 from Windows' own encoding by reading it all: a file is UTF-8 only if every byte of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
        for bom, encoding in _BOMS:
            if sample.startswith(bom):
                return encoding
        if wide := _wide_encoding(sample):
            return wide
        try:
            while sample:
                decoder.decode(sample)
                sample = file.read(SAMPLE_BYTES)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _wide_encoding(sample: bytes) -> str | None:
    """Tell UTF-16 without its byte order mark: of Latin letters every other byte is zero, and in UTF-8 no byte is."""
    share = WIDE_SHARE * len(sample) / 2
    if sample[1::2].count(0) > share:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > share else None


def _delimiter(lines: Sequence[str]) -> str:
    """Find the delimiter in the first line that has any: the header, below whatever title stands above it."""
    header = next((line for line in lines if any(mark in line for mark in DELIMITERS)), "")
    return max(DELIMITERS, key=header.count)


def _xlsx_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UsedWrongly(f"{path.name}: not an Excel workbook; save it anew as XLSX or CSV") from error
    try:
        for number, cells in enumerate(workbook.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, [_text(cell) for cell in cells]
    finally:
        workbook.close()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return _cleaned(str(cell))


def _cleaned(text: str) -> str:
    return text.replace("\0", "").strip()  # PostgreSQL stores no NUL
