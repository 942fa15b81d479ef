"""LinkedIn's notices: who signed them, and what becomes of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.ingest.configuration import LinkedInConfiguration
from services.ingest.events import Keys, events_of
from services.ingest.guard import Document, Unreadable
from services.ingest.submission import Misshapen, Verdict
from shared.domain.events import ErasureRequested, LeadNotified
from shared.domain.ids import lead_id
from tests.unit.ingest.linkedin import AT, NEWEST, OLDER, PERSON_KEY, SOURCE, door, parse, request, section, signature

FOLDER = Path(__file__).parents[3] / "payloads" / "linkedin"
PAYLOADS = sorted(path for path in FOLDER.glob("*.json") if not path.name.endswith(".expected.json"))
CREATED = (FOLDER / "created.json").read_bytes()


def shown(value: Any) -> Any:  # Any: what JSON can say of a dataclass
    return json.loads(
        json.dumps(value, default=lambda one: one.isoformat() if hasattr(one, "isoformat") else vars_of(one))
    )


def vars_of(one: Any) -> dict[str, Any]:  # Any: a slotted dataclass or a model
    if hasattr(one, "model_dump"):
        return dict(one.model_dump(exclude_none=True))
    return {name: value for name in one.__slots__ if (value := getattr(one, name)) is not None}


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_a_payload_becomes_what_lies_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text())

    parsed = parse(path.read_bytes())

    assert parsed.leads == ()
    assert shown(parsed) == expected


def test_there_are_payloads() -> None:
    assert len(PAYLOADS) >= 6


@pytest.mark.parametrize("secret", [NEWEST, OLDER])
@pytest.mark.parametrize("signed", [b"hmacsha256=" + CREATED, CREATED], ids=["as_the_page_has_it", "body_alone"])
@pytest.mark.parametrize("prefix", ["", "hmacsha256="])
def test_every_variant_of_the_signature_passes_with_every_secret(secret: str, signed: bytes, prefix: str) -> None:
    linkedin = door()
    came = request(CREATED, headers={"X-LI-Signature": prefix + signature(signed, secret)})

    assert linkedin.verify(came, linkedin.read(came)).verdict is Verdict.AUTHENTIC


@pytest.mark.parametrize("mode", ["required", "if_present"])
def test_a_wrong_signature_is_refused_wherever_signatures_are_looked_at(mode: str) -> None:
    linkedin = door(signature=mode)
    came = request(CREATED, headers={"x-li-signature": signature(CREATED + b" ")})

    assert linkedin.verify(came, linkedin.read(came)).verdict is Verdict.NOT_AUTHENTIC


@pytest.mark.parametrize(
    ("mode", "verdict"),
    [("required", Verdict.NOT_AUTHENTIC), ("if_present", Verdict.AUTHENTIC), ("off", Verdict.AUTHENTIC)],
)
def test_an_unsigned_notice_passes_where_the_source_says_so(mode: str, verdict: Verdict) -> None:
    linkedin, came = door(signature=mode), request(CREATED)

    assert linkedin.verify(came, linkedin.read(came)).verdict is verdict


def test_an_unsigned_notice_must_know_the_secret_path_where_there_is_one() -> None:
    linkedin = door(signature="if_present", secret_path="a-path-that-nobody-guesses")
    right, wrong = request(CREATED, path="/a-path-that-nobody-guesses"), request(CREATED)

    assert linkedin.verify(right, linkedin.read(right)).verdict is Verdict.AUTHENTIC
    assert linkedin.verify(wrong, linkedin.read(wrong)).verdict is Verdict.NOT_AUTHENTIC


def test_a_deletion_is_of_the_lead_that_its_notice_told_of() -> None:
    parsed = parse((FOLDER / "list_of_three.json").read_bytes())
    deleted = parse((FOLDER / "deleted.json").read_bytes())
    keys = Keys(PERSON_KEY, "SE")
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    made = events_of(parsed, request(), source_kind="linkedin", keys=keys, traceparent=trace, raw=None)
    (erasure,) = events_of(deleted, request(), source_kind="linkedin", keys=keys, traceparent=trace, raw=None)

    notified = [event for event in made if isinstance(event, LeadNotified)]
    assert isinstance(erasure, ErasureRequested)
    assert notified[0].data.lead_id == erasure.data.lead_id == lead_id(SOURCE, "abc-1")
    assert erasure.data.reason == "platform_deleted"
    assert [event.data.form_id for event in notified] == ["9", "9"]


@pytest.mark.parametrize(
    "body",
    [
        b'"LEAD_ACTION"',
        b"17",
        b"[17]",
        b'{"type":"LEAD_ACTION","leadAction":"CREATED"}',
        b'{"type":"LEAD_ACTION","leadGenFormResponse":""}',
        b'{"type":"LEAD_ACTION","leadGenFormResponse":"urn:li:leadGenFormResponse:"}',
        b'{"type":"LEAD_ACTION","leadGenFormResponse":"urn:li:leadGenFormResponse:.."}',
        b'{"type":"LEAD_ACTION","leadGenFormResponse":{"id":"abc-1"}}',
        b'{"type":"LEAD_ACTION","leadGenFormResponse":"a b"}',
        b'{"type":"LEAD_ACTION","leadGenFormResponse":"' + b"a" * 513 + b'"}',
    ],
)
def test_a_misshapen_notice_is_kept_for_people(body: bytes) -> None:
    with pytest.raises(Misshapen):
        parse(body)


@pytest.mark.parametrize(
    "said", ['"type": {}', '"type": null', '"leadAction": {}', '"leadAction": [1]', '"leadAction": null']
)
def test_a_notice_of_no_known_kind_is_no_lead(said: str) -> None:
    parsed = parse(b'{"leadGenFormResponse": "a", ' + said.encode() + b"}")

    assert parsed.not_a_lead is not None
    assert (parsed.notices, parsed.deletions, parsed.faults) == ((), (), ())


def test_an_empty_list_is_no_lead() -> None:
    assert parse(b"[]").not_a_lead == "it holds no notice"


@pytest.mark.parametrize(
    "occurred_at", ['"soon"', "true", "17", "99999999999999", '{"time": 1}', '"0001-01-01T00:00:00Z"']
)
def test_a_time_that_cannot_be_meant_is_that_of_receipt(occurred_at: str) -> None:
    (notice,) = parse(b'{"leadGenFormResponse": "a", "occurredAt": ' + occurred_at.encode() + b"}").notices

    assert notice.occurred_at == AT


@pytest.mark.parametrize(
    "mark", ['"testLead": "true"', '"isTest": true', '"leadType": "TEST"', '"leadType": "TEST_LEAD"']
)
def test_a_test_is_told_by_whatever_marks_it(mark: str) -> None:
    (notice,) = parse(b'{"leadGenFormResponse": "a", ' + mark.encode() + b"}").notices

    assert notice.is_test


def test_only_the_body_is_kept() -> None:
    came = request(CREATED, query=b"a=1", headers={"x-li-signature": "00", "authorization": "Basic eDp5"})

    kept = door().storable(came)

    assert (kept.query, kept.headers, kept.body) == (b"", {}, CREATED)


def test_what_cannot_be_used_is_known_by_its_id() -> None:
    linkedin = door()

    assert (
        linkedin.identify(Document({"leadGenFormResponse": "urn:li:leadGenFormResponse:abc-1"})).submission_id
        == "abc-1"
    )
    assert linkedin.identify(Unreadable("not JSON")).submission_id is None


def test_without_a_token_and_without_proof_the_configuration_warns() -> None:
    assert [warning.partition(":")[0] for warning in section(signature="if_present", access_token="none").warnings] == [
        "signature",
        "access_token",
    ]


@pytest.mark.parametrize(
    "members", [{"signature": "required"}, {"signature": "off", "secret_path": "a-path-nobody-guesses"}]
)
def test_a_door_that_proves_its_sender_warns_of_nothing(members: dict[str, Any]) -> None:
    assert section(**members).warnings == []


def test_a_secret_that_can_be_guessed_is_warned_of_without_showing_it() -> None:
    (warning,) = section(client_secrets=["try-me"]).warnings

    assert warning.startswith("client_secrets[0]: ")
    assert "try-me" not in warning


@pytest.mark.parametrize(
    "members",
    [
        {"client_secrets": []},
        {"owners": ["5"]},
        {"owners": ["urn:li:person:5"]},
        {"version": "2024-05"},
        {"api_url": "api.linkedin.com/rest"},
        {"access_token": "tök en\n"},
        {"secret_path": "short"},
        {"signature": "sometimes"},
        {"unknown": "key"},
    ],
)
def test_a_section_that_cannot_work_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(members))):
        section(**members)


def test_a_single_owner_and_a_single_secret_may_stand_alone() -> None:
    made = LinkedInConfiguration.model_validate(
        {"kind": "linkedin", "client_secrets": "one-secret-alone", "owners": "urn:li:organization:7"}
    )

    assert made.owners == ["urn:li:organization:7"]
    assert made.api_url == "https://api.linkedin.com/rest"
    assert made.token is None
