"""Tables as office programs write them are read, and a file that would lose rows is refused."""

from pathlib import Path

import pytest

from shared.domain.errors import UsedWrongly
from shared.runtime.table_file import read_table

ROWS = [(1, ["namn", "ort"]), (2, ["Åsa", "Malmö; Lund"]), (3, ['Bo 19"', ""])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_dialect_gives_the_same_rows(encoding: str, line_end: str, tmp_path: Path) -> None:
    lines = ["namn;ort", 'Åsa;"Malmö; Lund"', 'Bo 19";']
    (tmp_path / "t.csv").write_bytes(line_end.join(lines).encode(encoding))

    assert list(read_table(tmp_path / "t.csv")) == ROWS


def test_a_row_may_go_over_several_lines_and_an_empty_one_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b\n"one\ntwo",3\n,\n4,5\n')

    assert list(read_table(tmp_path / "t.csv")) == [(1, ["a", "b"]), (2, ["one\ntwo", "3"]), (4, ["4", "5"])]


@pytest.mark.parametrize("row", ['"asa@exempel.se', '"asa@exempel.se"";x', 'x;"'])
def test_a_quote_that_never_ends_is_told_by_its_row(row: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"email;reason\n{row}\nbo@exempel.se;bounced\n")

    with pytest.raises(UsedWrongly, match="row 2 opens a quote that never ends"):
        list(read_table(tmp_path / "t.csv"))


@pytest.mark.parametrize("written", [b"", b"\n\n;;\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_row_is_no_table(written: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(written)

    with pytest.raises(UsedWrongly, match="the file is empty"):
        list(read_table(tmp_path / "t.csv"))
