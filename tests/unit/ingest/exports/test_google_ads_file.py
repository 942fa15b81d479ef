"""What Google's page exports is read as its webhook is, in whatever dialect and language it was saved."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.ingest.configuration.google_ads_export import ExportSettings
from services.ingest.events import lead_received
from services.ingest.exports.exported_leads import ExportedLead
from services.ingest.exports.google_ads_file import UnreadableRow
from shared.domain.errors import UsedWrongly
from tests.unit.ingest.doors import CONFIGURATION, body, parse, submission
from tests.unit.ingest.exports.exported import ENGLISH, KEYS, LINA, read, read_cells, read_leads, write

SWEDISH = ("Leadets ID", "Inskickad", "Kampanj-id", "Kampanj", "Formulär-ID", "Klick-id", "Namn", "E-post")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leads.csv"


def reason(row: ExportedLead | UnreadableRow) -> str:
    assert isinstance(row, UnreadableRow)
    return row.reason


def taken(row: ExportedLead | UnreadableRow) -> ExportedLead:
    assert isinstance(row, ExportedLead), row
    return row


def test_a_row_is_the_very_lead_that_the_webhook_brings(file: Path) -> None:
    columns = [
        {"column_id": "FULL_NAME", "string_value": "Lina Exempel"},
        {"column_id": "EMAIL", "string_value": "Lina@Exempel.se"},
        {"column_id": "when_do_you_want_to_start?", "string_value": "Next month"},
    ]
    posted = body(campaign_id=10000000000, gcl_id="EAIaIQ-x", user_column_data=columns)

    (row,) = read(write(file, ENGLISH, LINA))

    came = submission(posted)
    by_webhook = lead_received(parse(posted), came, source_kind="google_ads", keys=KEYS, traceparent="")
    by_file = lead_received(taken(row).submitted, came, source_kind="google_ads", keys=KEYS, traceparent="")
    assert (by_file.id, by_file.data.content) == (by_webhook.id, by_webhook.data.content)
    assert by_file.partitionkey == by_webhook.partitionkey
    assert taken(row).campaign_name == "Höst"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_encoding_and_delimiter_is_read(file: Path, encoding: str, delimiter: str) -> None:
    swedish = (*LINA[:6], "Åsa Öberg", *LINA[7:])

    (lead,) = read_leads(write(file, ENGLISH, swedish, encoding=encoding, delimiter=delimiter))

    assert (lead.submission_id, lead.person.full_name) == ("lina-1", "Åsa Öberg")


def test_headers_are_known_in_swedish(file: Path) -> None:
    english, swedish = read_leads(write(file, ENGLISH[:8], LINA[:8])), read_leads(write(file, SWEDISH, LINA[:8]))

    assert swedish == english


def test_a_title_may_stand_above_the_header(file: Path) -> None:
    (lead,) = read_leads(write(file, ("Leads",), ("1-30 maj 2026",), ENGLISH, LINA))

    assert lead.submission_id == "lina-1"


def test_a_file_without_a_header_we_know_is_refused_with_the_way_out(file: Path) -> None:
    with pytest.raises(UsedWrongly, match="'csv' of the source"):
        read(write(file, ("Kolumn A", "Kolumn B"), ("1", "2")))


def test_a_file_cut_within_a_letter_is_refused_in_words(file: Path) -> None:
    file.write_bytes("Lead ID\tEmail\nx-1\ta@exempel.se".encode("utf-16")[:-1])

    with pytest.raises(UsedWrongly, match="save it anew"):
        read(file)


def test_other_wordings_are_told_by_configuration(file: Path) -> None:
    told = {"Ref": "lead_id", "Kontakt": "EMAIL", "Bransch": "JOB_INDUSTRY", "Internt": None}

    row = read_cells(
        file, {"REF": "x-1", "Kontakt": "a@exempel.se", "Bransch": "Bygg", "Internt": "hemligt"}, columns=told
    )

    lead = taken(row).submitted.lead
    assert (lead.submission_id, lead.person.email, lead.company.industry) == ("x-1", "a@exempel.se", "Bygg")
    assert lead.answers == {"JOB_INDUSTRY": "Bygg"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-05-01 14:30:00", datetime(2026, 5, 1, 12, 30, tzinfo=UTC)),
        ("2026-05-01 14:30:00+00:00", datetime(2026, 5, 1, 14, 30, tzinfo=UTC)),
        ("2026-05-01T14:30:00Z", datetime(2026, 5, 1, 14, 30, tzinfo=UTC)),
        ("May 1, 2026 2:30 PM", datetime(2026, 5, 1, 12, 30, tzinfo=UTC)),
        ("2026-02-01 14:30", datetime(2026, 2, 1, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_the_companys(file: Path, written: str, meant: datetime) -> None:
    row = read_cells(file, {"Lead ID": "x-1", "Date": written})

    assert taken(row).submitted.lead.submitted_at == meant


def test_a_zone_and_a_format_are_told_by_configuration(file: Path) -> None:
    row = read_cells(
        file,
        {"Lead ID": "x-1", "Date": "05/01/2026 08:30"},
        time_zone="America/New_York",
        time_format="%m/%d/%Y %H:%M",
    )

    assert taken(row).submitted.lead.submitted_at == datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


def test_a_date_and_a_time_of_day_may_be_two_columns(file: Path) -> None:
    row = read_cells(file, {"Lead ID": "x-1", "Datum": "2026-05-01", "Tid": "14:30"})

    assert taken(row).submitted.lead.submitted_at == datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


def test_a_zone_or_format_that_is_none_is_refused_at_start() -> None:
    with pytest.raises(ValidationError, match="no time zone"):
        ExportSettings(time_zone="Europe/Uppsala")
    with pytest.raises(ValidationError, match="no format"):
        ExportSettings(time_format="dd/mm/yyyy")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"Lead ID": "x-1", "Date": "05/01/2026 08:30"}, "csv.time_format"),
        ({"Lead ID": "x-1", "Date": "2031-01-01"}, "in the future"),
        ({"Lead ID": "1,23E+15", "Date": "2026-05-01"}, "rounded by Excel"),
        ({"Email": "a@exempel.se", "Phone": ""}, "neither Google's id of the lead nor when"),
        ({"Date": "2026-05-01 12:00", "Email": "not one"}, "neither an id, an e-mail"),
    ],
)
def test_a_row_that_cannot_be_told_says_why(file: Path, cells: dict[str, str], why: str) -> None:
    assert why in reason(read_cells(file, cells))


def test_preset_questions_and_own_ones_are_answers_under_the_webhooks_ids(file: Path) -> None:
    cells = {"Lead ID": "x-1", "Email": "a@exempel.se", "Preferred contact method": "SMS", "När vill du börja?": "Nu"}

    assert taken(read_cells(file, cells)).submitted.lead.answers == {
        "PREFERRED_CONTACT_METHOD": "SMS",
        "när_vill_du_börja?": "Nu",
    }


@pytest.mark.parametrize("word", ["Ja", "TRUE", "yes"])
def test_a_test_lead_is_one(file: Path, word: str) -> None:
    assert taken(read_cells(file, {"Lead ID": "x-1", "Test lead": word})).submitted.is_test
    assert taken(read_cells(file, {"Lead ID": "TeSter-123", "Email": "a@exempel.se"})).submitted.is_test


def test_a_lead_without_an_id_has_the_same_one_in_every_export(file: Path) -> None:
    wide = {"Date": "2026-05-01 14:30:00", "E-mail": "A@exempel.se", "Form ID": "7", "Service": "Tak"}
    narrow = {"Mejl": "a@exempel.se", "Inskickad": "2026-05-01T12:30:00Z"}

    ids = {taken(read_cells(file, cells)).submitted.lead.id for cells in (wide, narrow)}

    assert len(ids) == 1


def test_the_forms_own_settings_hold_for_its_rows(file: Path) -> None:
    (lead,) = read_leads(write(file, ENGLISH, LINA))

    form = CONFIGURATION.forms["40000000001"]
    assert (lead.product, lead.attribution.campaign_name) == (form.product, form.campaign_name)
