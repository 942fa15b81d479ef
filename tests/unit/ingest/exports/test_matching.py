"""Rows of an export are told from leads that arrived: none doubled, none taken for another."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.ingest.exports.exported_leads import ExportedLead
from services.ingest.exports.google_ads_file import UnreadableRow
from services.ingest.exports.matching import Fate, RowResult, match
from services.ingest.exports.traces import trace_of
from services.ingest.submission import SubmittedLead
from shared.domain.lead import Attribution, Lead, Person
from tests.builders import a_lead

AT = datetime(2026, 5, 1, 12, 30, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LINA, OLA = Person(email="lina@exempel.se", phone="070-174 06 05"), Person(email="ola@exempel.se")


def lead(submission_id: str, person: Person = LINA, at: datetime = AT, **members: Any) -> Lead:  # Any: a Lead's
    defaults: dict[str, Any] = {"submitted_at": at, "received_at": at + MINUTE, "attribution": Attribution(form_id="7")}
    return a_lead(submission_id, person=person, **(defaults | members))


def row(number: int, said: Lead, *, has_senders_id: bool = False) -> ExportedLead:
    submitted = SubmittedLead(said, is_test=False, is_dated=True)
    return ExportedLead(number, submitted, has_senders_id, None, trace_of(said, "SE"))


def matched(rows: list[ExportedLead], *arrived: Lead) -> list[RowResult]:
    return match(rows, [trace_of(one, "SE") for one in arrived], tolerance=MINUTE)


def fates(rows: list[ExportedLead], *arrived: Lead) -> list[str]:
    return [result.fate for result in matched(rows, *arrived)]


def test_an_id_that_arrived_is_known_whatever_else_differs() -> None:
    said = lead("g-1", OLA, AT + timedelta(hours=5))

    assert fates([row(2, said, has_senders_id=True)], lead("g-1")) == ["arrived"]


def test_an_id_that_did_not_arrive_is_missing_though_the_same_person_sent_another() -> None:
    rows = [row(2, lead("g-1"), has_senders_id=True), row(3, lead("g-2"), has_senders_id=True)]

    assert fates(rows, lead("g-1"), lead("g-3")) == ["arrived", "missing"]


def test_in_a_file_of_other_ids_than_the_webhooks_persons_are_compared() -> None:
    rows = [row(2, lead("api-1"), has_senders_id=True), row(3, lead("api-2", OLA), has_senders_id=True)]

    assert fates(rows, lead("g-1")) == ["arrived", "missing"]


def test_a_healed_lead_does_not_prove_that_the_files_ids_are_the_webhooks() -> None:
    rows = [row(2, lead("api-1"), has_senders_id=True), row(3, lead("api-2", OLA), has_senders_id=True)]

    assert fates(rows, lead("g-1"), lead("api-2", OLA, signals={"healed": True})) == ["arrived", "arrived"]


def test_without_ids_person_form_and_time_tell() -> None:
    at_the_minute = AT.replace(second=0)

    rows = [
        row(2, lead("m-1", at=at_the_minute)),
        row(3, lead("m-2", OLA, at=at_the_minute)),
        row(4, lead("m-3", at=at_the_minute - timedelta(hours=3, minutes=10))),
    ]

    assert fates(rows, lead("g-1")) == ["arrived", "missing", "missing"]


def test_a_phone_alone_is_enough_however_it_was_typed() -> None:
    by_phone = Person(phone="+46 70 174 06 05")

    assert fates([row(2, lead("m-1", by_phone))], lead("g-1")) == ["arrived"]


def test_a_click_tells_where_nobody_can_be_reached() -> None:
    click = Attribution(click_ids={"gclid": "EAIaIQ-x"})
    said = lead("m-1", Person(full_name="Lina"), attribution=click)

    assert fates([row(2, said)], lead("g-1", attribution=click)) == ["arrived"]


def test_another_form_campaign_or_click_is_another_lead() -> None:
    for other in (
        Attribution(form_id="8"),
        Attribution(form_id="7", campaign_id="2"),
        Attribution(click_ids={"gclid": "b"}),
    ):
        known = lead("g-1", attribution=Attribution(form_id="7", campaign_id="1", click_ids={"gclid": "a"}))

        assert fates([row(2, lead("m-1", attribution=other))], known) == ["missing"]


def test_a_file_that_tells_no_form_is_matched_all_the_same() -> None:
    assert fates([row(2, lead("m-1", attribution=Attribution()))], lead("g-1")) == ["arrived"]


def test_a_lead_that_arrived_is_one_rows_only_and_the_nearest_ones() -> None:
    rows = [row(2, lead("m-1", at=AT + timedelta(seconds=40))), row(3, lead("m-2"))]

    results = matched(rows, lead("g-1"))

    assert [result.fate for result in results] == ["missing", "arrived"]
    assert results[1].lead_id == lead("g-1").id


def test_a_correction_of_a_lead_is_not_a_second_lead() -> None:
    corrected = lead("g-1", at=AT + timedelta(seconds=30))

    assert fates([row(2, lead("m-1")), row(3, lead("m-2", at=AT + timedelta(seconds=30)))], lead("g-1"), corrected) == [
        "arrived",
        "missing",
    ]


def test_the_same_row_again_is_told_once() -> None:
    results = matched([row(2, lead("m-1")), row(3, lead("m-1"))])

    assert [result.fate for result in results] == ["missing", "arrived"]
    assert results[1].reason == "it is row 2 again"


def test_a_whole_number_of_hours_off_is_a_wrong_zone_and_heals_nothing() -> None:
    (result,) = matched([row(2, lead("m-1", at=AT + timedelta(hours=2)))], lead("g-1"))

    assert result.fate is Fate.UNREADABLE
    assert "2 hours off" in str(result.reason)


def test_hours_off_is_another_lead_where_the_first_is_in_the_file_too() -> None:
    rows = [row(2, lead("m-1")), row(3, lead("m-2", at=AT + timedelta(hours=2)))]

    assert fates(rows, lead("g-1")) == ["arrived", "missing"]


def test_a_lead_that_arrived_without_a_time_is_matched_by_its_receipt() -> None:
    received = AT + timedelta(hours=3)
    undated = lead("g-1", submitted_at=received, received_at=received)

    assert fates([row(2, lead("m-1"))], undated) == ["arrived"]
    assert fates([row(2, lead("m-1", at=received + timedelta(minutes=10)))], undated) == ["missing"]


def test_every_row_has_its_result_in_the_files_order() -> None:
    unreadable = UnreadableRow(2, "odd")

    results = match([row(3, lead("m-1")), unreadable], [], tolerance=MINUTE)

    assert results == [
        RowResult(3, Fate.MISSING, lead("m-1").id),
        RowResult(2, Fate.UNREADABLE, reason="odd"),
    ]
