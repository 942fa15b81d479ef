"""Files of customers and suppressions as offices export them: dialects, encodings, headers, faults by row."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from services.router.customer_file import read_customers, read_suppressions
from services.router.customer_rows import CustomerRow, RowFault, SuppressionRow
from shared.domain.errors import UsedWrongly

WHOLE = CustomerRow(
    number=2,
    customer_id="1001",
    status="customer",
    name="Åkerö Bygg AB",
    owner="Erik Öberg",
    organisation_number="5567037485",
    emails=("info@akero.se", "per@akero.se"),
    phones=("+468123456",),
    domains=("akero.se",),
    products=("Solceller", "Batteri"),
)
HEADER = ("Kundnr", "Företag", "Org.nr", "E-post", "Telefon", "Webbplats", "Ägare", "Status", "Produkter")
CELLS = (
    *("1001", "Åkerö Bygg AB", "556703-7485", "Info@Akero.se; per@akero.se", "08-12 34 56"),
    *("https://www.akero.se/om", "Erik Öberg", "Kund", "Solceller;Batteri"),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "customers.csv"


def write(file: Path, *rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ";") -> None:
    with file.open("w", encoding=encoding, newline="") as opened:
        csv.writer(opened, delimiter=delimiter).writerows(rows)


def taken(rows: Iterable[CustomerRow | SuppressionRow | RowFault]) -> list[CustomerRow | SuppressionRow]:
    return [row for row in rows if not isinstance(row, RowFault)]


def faults(rows: Iterable[CustomerRow | SuppressionRow | RowFault]) -> list[tuple[int, str, bool]]:
    return [(row.number, row.column, row.refused) for row in rows if isinstance(row, RowFault)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_encoding_of_an_office_is_read(file: Path, encoding: str) -> None:
    write(file, HEADER, CELLS, encoding=encoding)

    assert list(read_customers(file)) == [WHOLE]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_delimiter_is_found_by_the_header(file: Path, delimiter: str) -> None:
    write(file, HEADER, CELLS, delimiter=delimiter)

    assert list(read_customers(file)) == [WHOLE]


@pytest.mark.parametrize(
    "header",
    [
        "customer_id,name,organisation_number,email,phone,domain,owner,status,products",
        "Kundnummer,Företagsnamn,Organisationsnummer,E-postadress,Mobiltelefon,Hemsida,Säljare,Kundstatus,Produkter",
        "KUND-ID,BOLAG,ORG NR,MEJL,TEL,DOMÄN,KUNDANSVARIG,TYP,PRODUKT",
        "Customer No,Company,VAT number,E-mail,Mobile,Website,Account manager,Type,Product",
    ],
)
def test_headers_are_known_in_swedish_and_english(file: Path, header: str) -> None:
    write(file, header.split(","), CELLS)

    assert list(read_customers(file)) == [WHOLE]


def test_a_workbook_is_read_with_numbers_as_text(tmp_path: Path) -> None:
    file = tmp_path / "customers.xlsx"
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["Kundnr", "Företag", "Org.nr", "Mobil", "Anteckning"])
    sheet.append([1001, "Åkerö Bygg AB", 5567037485, 701740605, "ring ej"])
    workbook.save(file)

    assert list(read_customers(file)) == [
        CustomerRow(2, "1001", name="Åkerö Bygg AB", organisation_number="5567037485", phones=("+46701740605",))
    ]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Kund", "customer"),
        ("", "customer"),
        ("Tidigare kund", "former"),
        ("Pågående affär", "open_opportunity"),
        ("Partner", "partner"),
        ("Konkurrent", "competitor"),
        ("Anställd", "employee"),
        ("Spärrad", "blocked"),
        ("open_opportunity", "open_opportunity"),
    ],
)
def test_a_status_is_known_in_swedish_and_english(file: Path, told: str, status: str) -> None:
    file.write_text(f"Kundnr;Status\n1;{told}\n", encoding="utf-8")

    assert [row.status for row in read_customers(file) if isinstance(row, CustomerRow)] == [status]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("1;5,56E+09;;", (2, "organisation_number", True)),
        ("1,0E+05;;;", (2, "customer_id", True)),
        (";;;", None),
        ("1;;;okänd status", (2, "status", True)),
        ("1;556703-7486;;", (2, "organisation_number", False)),
        ("1;;inte en adress;", (2, "email", False)),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(file: Path, cells: str, fault: tuple[int, str, bool] | None) -> None:
    file.write_text(f"Kundnr;Org.nr;E-post;Status\n{cells}\n", encoding="utf-8")

    assert faults(read_customers(file)) == ([fault] if fault else [])


def test_a_row_with_one_bad_value_is_taken_without_it(file: Path) -> None:
    file.write_text("Kundnr;E-post;Telefon\n1;fel;070-174 06 05\n", encoding="utf-8")

    (row,) = taken(read_customers(file))

    assert (row.emails, row.phones) == ((), ("+46701740605",))


def test_cells_beyond_the_header_are_told_unless_they_are_empty(file: Path) -> None:
    file.write_text("customer_id;email;products\n1;a@exempel.se;solar;battery\n2;b@exempel.se;solar;;\n")

    fault, *rows = read_customers(file)

    assert isinstance(fault, RowFault)
    assert (fault.number, fault.refused) == (2, False)
    assert "quote what holds a delimiter" in fault.message
    assert [row.products for row in rows if isinstance(row, CustomerRow)] == [("solar",), ("solar",)]


def test_a_fault_never_repeats_what_the_cell_said(file: Path) -> None:
    file.write_text("Kundnr;E-post\n1;lina at exempel.se\n", encoding="utf-8")

    (fault,) = (row for row in read_customers(file) if isinstance(row, RowFault))

    assert "lina" not in fault.message


def test_without_a_customer_number_the_organisation_or_the_address_is_the_id(file: Path) -> None:
    file.write_text("Org.nr;E-post\n556703-7485;\n;lina@exempel.se\n;\n", encoding="utf-8")

    assert [row.customer_id for row in taken(read_customers(file)) if isinstance(row, CustomerRow)] == [
        "5567037485",
        "lina@exempel.se",
    ]


def test_a_row_that_names_nobody_is_refused(file: Path) -> None:
    file.write_text("Kundnr;Namn\n;Lina Exempel\n", encoding="utf-8")

    assert faults(read_customers(file)) == [(2, "customer_id", True)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"Namn;Ort\nLina;Uppsala\n", "no column says who it is"),
        (b'Kundnr;Namn\n1;"' + b"x" * (1 << 21), "cannot be read"),
    ],
)
def test_a_file_that_is_no_customer_list_says_so(file: Path, content: bytes, says: str) -> None:
    file.write_bytes(content)

    with pytest.raises(UsedWrongly, match=says):
        list(read_customers(file))


def test_a_text_named_as_a_workbook_says_so(tmp_path: Path) -> None:
    file = tmp_path / "customers.xlsx"
    file.write_text("Kundnr;Namn\n1;Lina\n", encoding="utf-8")

    with pytest.raises(UsedWrongly, match="not an Excel workbook"):
        list(read_customers(file))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsedWrongly, match="no such file"):
        list(read_customers(tmp_path / "none.csv"))


def test_suppressions_are_read_with_reason_and_end(file: Path) -> None:
    file.write_text(
        "E-post;Telefon;Orsak;Till och med\nlina@exempel.se;070-174 06 05;Bad om det;2027-01-31\n;;tom rad;\n",
        encoding="utf-8",
    )

    rows = list(read_suppressions(file))

    until = datetime(2027, 1, 31, tzinfo=UTC).timestamp()
    assert taken(rows) == [SuppressionRow(2, ("lina@exempel.se",), ("+46701740605",), "Bad om det", until)]
    assert faults(rows) == [(3, "email", True)]
