"""What Google Ads sends is shown to be Google's, and read as what it says."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.ingest.configuration import GoogleAdsConfiguration
from services.ingest.guard import Document, read_json
from services.ingest.sources.context import SourceContext
from services.ingest.sources.google_ads import GoogleAds
from services.ingest.submission import Misshapen, Verdict
from tests.unit.ingest.doors import (
    AT,
    CONFIGURATION,
    KEY,
    OLD_KEY,
    PERSON_KEY,
    SOURCE,
    body,
    google,
    parse,
    payload,
    submission,
)

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["null", "TeSter-", "0"])
json_values = scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=8), scalars, max_size=3)
columns = st.fixed_dictionaries(
    {}, optional={name: st.text(max_size=30) | json_values for name in ("column_id", "column_name", "string_value")}
)
payloads = st.fixed_dictionaries(
    {},
    optional={
        "lead_id": json_values,
        "user_column_data": st.lists(columns, max_size=5) | json_values,
        "form_id": json_values,
        "gcl_id": json_values,
        "is_test": json_values,
        "lead_submit_time": json_values | st.datetimes().map(str),
        "lead_stage": json_values,
    },
)


def verdict(content: bytes) -> Verdict:
    came = submission(content)
    return google().verify(came, google().read(came)).verdict


def answer(column_id: str, *values: str | None) -> dict[str, Any]:  # Any: members of a payload
    return {"user_column_data": [{"column_id": column_id, "string_value": value} for value in values]}


@settings(max_examples=100, deadline=None)
@given(payloads)
def test_any_payload_gives_a_lead_or_a_finding(given_payload: dict[str, object]) -> None:
    content = read_json(json.dumps(given_payload).encode())
    came = submission(b"")
    google().identify(content)
    if not isinstance(content, Document):
        return
    with suppress(Misshapen):
        assert len(google().parse(came, content).leads) == 1


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
@pytest.mark.parametrize("spelling", ["google_key", "Google_key"])
def test_every_valid_key_opens_in_both_spellings(spelling: str, key: str) -> None:
    given_payload = payload()
    del given_payload["google_key"]

    assert verdict(json.dumps(given_payload | {spelling: key}).encode()) is Verdict.AUTHENTIC


@pytest.mark.parametrize("key", ["wrong", "", None, "å", 5, ["try-me"], {"a": 1}, True])
def test_a_wrong_key_does_not_open(key: object) -> None:
    assert verdict(body(google_key=key)) is Verdict.NOT_AUTHENTIC


def test_a_key_that_stands_twice_must_be_right_twice() -> None:
    assert verdict(body(Google_key="wrong")) is Verdict.NOT_AUTHENTIC
    assert verdict(body()[:-1] + b', "google_key": "wrong"}') is Verdict.NOT_AUTHENTIC
    assert verdict(body()[:-1] + b', "google_key": "try-me"}') is Verdict.AUTHENTIC


def test_a_key_is_found_beside_a_bomb() -> None:
    bomb = b', "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"

    assert verdict(body()[:-1] + bomb) is Verdict.AUTHENTIC
    assert verdict(body(google_key="wrong")[:-1] + bomb) is Verdict.NOT_AUTHENTIC


def test_nobody_can_tell_from_a_body_that_does_not_parse() -> None:
    assert verdict(b"{") is Verdict.CANNOT_TELL


def test_a_numeric_form_id_in_the_configuration_is_text() -> None:
    section = {"kind": "google_ads", "keys": ["k"], "forms": {40000000001: {"product": "battery"}}}

    configuration = GoogleAdsConfiguration.model_validate(section)

    assert configuration.forms["40000000001"].product == "battery"


@pytest.mark.parametrize("keys", [[], [""]])
def test_a_door_without_a_key_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValidationError):
        GoogleAdsConfiguration.model_validate({"kind": "google_ads", "keys": keys})


def test_a_weak_key_only_warns() -> None:
    configuration = GoogleAdsConfiguration.model_validate({"kind": "google_ads", "keys": ["123", "k" * 16]})

    assert len(configuration.warnings) == 1
    assert "123" not in configuration.warnings[0]
    assert "123" not in repr(configuration)


def test_a_form_overrides_its_source() -> None:
    assert parse(body(form_id=40000000001)).lead.product == "battery"
    assert parse(body(form_id="40000000001")).lead.product == "battery"
    assert parse(body(form_id=1)).lead.product == "solar"
    assert parse(body(form_id=40000000001)).lead.segment == "b2c"


@pytest.mark.parametrize("empty", ["", "  ", "null", "NULL", "N/A", "n/a", None])
def test_an_empty_value_is_absent(empty: str | None) -> None:
    lead = parse(body(**answer("EMAIL", empty), gcl_id=empty, campaign_id=empty)).lead

    assert lead.person.email is None
    assert lead.attribution.click_ids == {}
    assert lead.attribution.campaign_id is None


def test_an_empty_spelling_of_the_click_id_does_not_hide_the_other() -> None:
    assert parse(body(gcl_id="EAIaIQ", gclid="")).lead.attribution.click_ids == {"gclid": "EAIaIQ"}


def test_the_first_value_that_is_not_empty_counts_and_all_are_kept() -> None:
    lead = parse(body(**answer("EMAIL", " ", "a@exempel.se", "b@exempel.se"))).lead

    assert lead.person.email == "a@exempel.se"
    assert lead.answers == {"EMAIL": ["a@exempel.se", "b@exempel.se"]}


def test_a_question_of_the_forms_own_fills_what_googles_columns_leave_open_and_stays_an_answer() -> None:
    own = [
        {"column_id": "email", "string_value": "typed@exempel.se"},
        {"column_id": "your_company_name", "string_value": "Exempelbolaget"},
        {"column_id": "which_company_do_you_use?", "string_value": "Annat AB"},
        {"column_id": "JOB_ROLE", "string_value": "Inköpare"},
        {"column_id": "EMAIL", "string_value": "own@exempel.se"},
    ]

    lead = parse(body(user_column_data=own)).lead

    assert (lead.person.email, lead.person.job_title, lead.company.name) == ("own@exempel.se", None, "Exempelbolaget")
    assert lead.answers == {
        "email": "typed@exempel.se",
        "your_company_name": "Exempelbolaget",
        "which_company_do_you_use?": "Annat AB",
        "JOB_ROLE": "Inköpare",
    }


def test_a_value_of_another_kind_than_text_is_kept() -> None:
    own = [
        {"column_id": "over_18?", "boolean_value": True},
        {"column_id": "services?", "string_value": ["Tak", " ", "Fasad"]},
        {"column_id": "areas?", "string_values": ["Norr"]},
    ]

    lead = parse(body(user_column_data=own)).lead

    assert lead.answers == {"over_18?": "true", "services?": ["Tak", "Fasad"], "areas?": "Norr"}


def test_a_campaigns_name_is_the_configurations_else_the_payloads() -> None:
    unnamed = GoogleAds(CONFIGURATION.model_copy(update={"campaign_name": None}), SourceContext(SOURCE, PERSON_KEY))
    document = unnamed.read(submission(body(form_id=1, campaign_name="Vår")))
    assert isinstance(document, Document)
    (lead,) = unnamed.parse(submission(b""), document).leads

    assert lead.lead.attribution.campaign_name == "Vår"
    assert parse(body(form_id=1, campaign_name="Vår")).lead.attribution.campaign_name == "Sol"


def test_a_work_address_stands_in_only_where_there_is_no_other() -> None:
    work = {"column_id": "WORK_EMAIL", "string_value": "work@exempel.se"}
    own = {"column_id": "EMAIL", "string_value": "own@exempel.se"}

    alone, beside = parse(body(user_column_data=[work])).lead, parse(body(user_column_data=[work, own])).lead

    assert (alone.person.email, alone.answers) == ("work@exempel.se", {})
    assert (beside.person.email, beside.answers) == ("own@exempel.se", {"WORK_EMAIL": "work@exempel.se"})


@pytest.mark.parametrize(("word", "flag"), [("true", True), ("No", False), ("+4670", "+4670")])
def test_a_verified_phone_is_a_signal(word: str, flag: bool | str) -> None:
    lead = parse(body(**answer("PHONE_NUMBER_VERIFIED", word))).lead

    assert lead.signals["phone_verified"] == flag
    assert lead.answers == {}


def test_a_government_id_is_kept_and_named_as_sensitive() -> None:
    lead = parse(body(**answer("GOVERNMENT_ISSUED_ID_DNI_AR", "00.000.000"))).lead

    assert lead.answers == {"GOVERNMENT_ISSUED_ID_DNI_AR": "00.000.000"}
    assert lead.signals["sensitive_answers"] == "GOVERNMENT_ISSUED_ID_DNI_AR"


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-05-01T12:30:00Z", datetime(2026, 5, 1, 12, 30, tzinfo=UTC)),
        ("2026-05-01T14:30:00+02:00", datetime(2026, 5, 1, 12, 30, tzinfo=UTC)),
        ("2026-05-01T14:30:00+0200", datetime(2026, 5, 1, 12, 30, tzinfo=UTC)),
        ("2026-05-01 12:30:00", datetime(2026, 5, 1, 12, 30, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("2026-05-03T12:30:00Z", None),
        ("soon", None),
        (1777638600, None),
        (None, None),
    ],
)
def test_a_time_that_cannot_be_meant_is_the_time_of_receipt(told: object, meant: datetime | None) -> None:
    submitted = parse(body(lead_submit_time=told))

    assert submitted.lead.submitted_at == (meant or AT)
    assert submitted.is_dated is (meant is not None)


@pytest.mark.parametrize(
    ("members", "is_test"),
    [
        ({}, False),
        ({"is_test": False}, False),
        ({"is_test": "false"}, False),
        ({"is_test": True}, True),
        ({"is_test": "true"}, True),
        ({"lead_id": "TeSter-123-ABC"}, True),
        ({"gcl_id": "TeSter-123-ABC", "is_test": False}, True),
        ({"lead_id": "dummy_value"}, True),
        (answer("FULL_NAME", "dummy_value"), True),
        ({"lead_id": "tester-123"}, False),
    ],
)
def test_a_press_of_the_test_button_is_recognised(members: dict[str, object], is_test: bool) -> None:
    assert parse(body(**members)).is_test is is_test


def test_members_we_do_not_know_are_kept_as_signals() -> None:
    lead = parse(body(lead_stage="NEW", lead_source="LEAD_FORM", new_one={"a": [1]}, flag=True, empty="")).lead

    assert lead.signals == {"lead_stage": "NEW", "lead_source": "LEAD_FORM", "new_one": '{"a": ["1"]}', "flag": True}


def test_the_key_is_never_part_of_a_lead() -> None:
    assert KEY not in parse(body(Google_key=KEY)).lead.model_dump_json()


@pytest.mark.parametrize("missing", [None, "", " ", "null"])
def test_a_lead_without_an_id_gets_a_probable_one(missing: str | None) -> None:
    lead = parse(body(lead_id=missing)).lead

    assert lead.signals["probable_id"] is True
    assert lead.submission_id.startswith("probable-")
    assert lead == parse(body(lead_id=missing)).lead


def test_a_probable_id_changes_with_what_is_said_and_after_ten_minutes() -> None:
    def submission_id(at: datetime, name: str) -> str:
        came = submission(body(lead_id="", **answer("FULL_NAME", name)), at=at)
        content = read_json(came.body)
        assert isinstance(content, Document)
        return google().parse(came, content).leads[0].lead.submission_id

    first = submission_id(AT, "Lina")

    assert submission_id(AT + timedelta(minutes=5), "Lina") == first
    assert submission_id(AT, "Lena") != first
    assert submission_id(AT + timedelta(minutes=10), "Lina") != first


@pytest.mark.parametrize(
    "members",
    [
        {"lead_id": {}},
        {"lead_id": ["x"]},
        {"user_column_data": "x"},
        {"user_column_data": [1]},
        {"user_column_data": [{"string_value": "x"}]},
        {"user_column_data": [{"column_id": "EMAIL", "string_value": {"x": 1}}]},
        {"user_column_data": [{"column_id": "EMAIL", "string_value": [["x"]]}]},
        {"campaign_id": {"id": 1}},
    ],
)
def test_a_wrong_shape_is_a_finding(members: dict[str, object]) -> None:
    with pytest.raises(Misshapen):
        parse(body(**members))


def test_the_same_submission_through_another_door_is_another_lead() -> None:
    configuration = GoogleAdsConfiguration.model_validate({"kind": "google_ads", "keys": ["k"]})
    other = GoogleAds(configuration, SourceContext("google-display", b""))
    content = read_json(body())
    assert isinstance(content, Document)

    assert other.parse(submission(body()), content).leads[0].lead.id != parse(body()).lead.id
