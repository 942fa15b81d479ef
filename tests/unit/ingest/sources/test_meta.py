"""Meta's requests: the handshake, the signature, and a notice of every lead in every change of every entry."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from services.ingest.answers import Outcome
from services.ingest.guard import MAX_BODY_BYTES, Document, read_json
from services.ingest.service import IngestService
from services.ingest.submission import Misshapen, Verdict
from services.ingest.verification.judgement import Reason
from shared.domain.events import LeadNotified
from tests.unit.ingest.doors import Published
from tests.unit.ingest.meta import AT, CREATED, OLD_SECRET, VERIFY_TOKEN, body, change, door, parsed, posted


def handshake(**members: str) -> bytes | None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"} | members
    greeting = door().greet(posted(b"", method="GET", query=urlencode(asked).encode()))
    assert greeting is None or greeting.media_type == "text/plain"
    return greeting.body if greeting else None


def test_the_handshake_is_answered_with_the_bare_challenge() -> None:
    assert handshake() == b"1158201444"


@pytest.mark.parametrize(
    "members",
    [
        {"hub.verify_token": "another"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "åäö"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": "<script>alert(1)</script>"},
        {"hub.challenge": ""},
    ],
)
def test_a_handshake_that_is_not_metas_is_not_answered(members: dict[str, str]) -> None:
    assert handshake(**members) is None


@pytest.mark.parametrize("query", [b"", b"\xff\xfe", b"hub.mode=subscribe", b"&".join([b"a=b"] * 50)])
def test_any_other_get_is_not_answered(query: bytes) -> None:
    assert door().greet(posted(b"", method="GET", query=query)) is None


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (b"hub.mode=subscribe&hub.verify_token=another&hub.challenge=1", Reason.TOKEN_WRONG),
        (b"hub.mode=subscribe&hub.challenge=1", Reason.TOKEN_MISSING),
        (f"hub.verify_token={VERIFY_TOKEN}&hub.challenge=1".encode(), Reason.SIGNATURE_MISSING),
    ],
)
def test_a_handshake_that_is_refused_is_told_of_its_token(query: bytes, reason: Reason) -> None:
    source, submission = door(), posted(b"", method="GET", query=query)

    judgement = source.verify(submission, source.read(submission))

    assert (judgement.verdict, judgement.reason) == (Verdict.NOT_AUTHENTIC, reason)


@pytest.mark.parametrize("secret", ["an app's secret", OLD_SECRET])
def test_a_signature_of_any_current_secret_proves_it(secret: str) -> None:
    source, submission = door(), posted(body(), secret=secret)
    assert source.verify(submission, source.read(submission)).verdict is Verdict.AUTHENTIC


def test_a_signature_is_over_the_raw_bytes() -> None:
    escaped = body(change(note="Åsa")).replace(b"/", b"\\/")
    assert b"\\u00c5" in escaped
    source, submission = door(), posted(escaped)
    assert source.verify(submission, source.read(submission)).verdict is Verdict.AUTHENTIC


def test_a_stranger_and_a_get_prove_nothing() -> None:
    source = door()
    for submission in (posted(body(), secret="guessed"), posted(body(), method="GET")):
        assert source.verify(submission, source.read(submission)).verdict is Verdict.NOT_AUTHENTIC


def test_a_notice_tells_lead_form_page_and_time() -> None:
    (notice,) = parsed(body()).notices
    assert (notice.platform, notice.notice_id, notice.form_id, notice.page_id) == ("meta", "444", "222", "111")
    assert notice.occurred_at == datetime.fromtimestamp(CREATED, UTC)
    assert not notice.is_test


def test_ids_are_text_whether_they_came_as_numbers_or_as_text() -> None:
    (notice,) = parsed(body(change(9_007_199_254_740_993, page_id=111, form_id=222))).notices
    assert (notice.notice_id, notice.page_id, notice.form_id) == ("9007199254740993", "111", "222")


def test_every_change_of_every_entry_is_a_notice() -> None:
    entries = [{"id": "1", "changes": [change("11"), change("12")]}, {"id": "2", "changes": [change("21")]}]
    found = parsed(json.dumps({"object": "page", "entry": entries}).encode())
    assert [notice.notice_id for notice in found.notices] == ["11", "12", "21"]


def test_a_thousand_changes_in_one_request_are_a_thousand_notices() -> None:
    ids = [str(7_000_000_000_000_000 + number) for number in range(1_000)]
    assert [notice.notice_id for notice in parsed(body(*map(change, ids))).notices] == ids


async def test_a_batch_of_a_thousand_entries_is_taken_in_though_it_is_longer_than_any_lead() -> None:
    ids = [str(7_000_000_000_000_000 + number) for number in range(1_000)]
    entries = [
        {
            "id": "1" * 16,
            "time": CREATED,
            "changes": [change(one, ad_id="5" * 18, adgroup_id="6" * 18, form_id="7" * 16)],
        }
        for one in ids
    ]
    came = posted(json.dumps({"object": "page", "entry": entries}).encode())
    published = Published()
    service = IngestService(published, {came.source: door()}, person_key=b"invented", country="SE")

    answer = await service.accept(came)

    assert MAX_BODY_BYTES < len(came.body) < service.body_limit(came.source)
    assert answer.outcome is Outcome.ACCEPTED
    assert [event.data.notice_id for event in published.events if isinstance(event, LeadNotified)] == ids


def test_the_page_is_the_entrys_where_the_change_does_not_say() -> None:
    (notice,) = parsed(body(change(page_id=None))).notices
    assert notice.page_id == "111"


def test_other_fields_are_no_leads() -> None:
    feed = {"field": "feed", "value": {"item": "status", "post_id": "44"}}
    assert parsed(body(feed)).not_a_lead
    assert parsed(b'{"object": "page", "entry": [{"id": "111", "messaging": []}]}').not_a_lead
    both = parsed(body(feed, change()))
    assert (len(both.notices), both.not_a_lead, both.faults) == (1, None, ())


def test_the_dashboards_test_button_makes_a_test() -> None:
    (notice,) = parsed(body(change(444444444444, form_id=444444444444, page_id=444444444444))).notices
    assert notice.is_test


def test_a_time_that_cannot_be_is_that_of_receipt() -> None:
    for created in (None, "soon", 99_999_999_999_999, [CREATED]):
        (notice,) = parsed(body(change(created_time=created))).notices
        assert notice.occurred_at == AT


@pytest.mark.parametrize("leadgen_id", [None, "", "../me", "44/comments", True, [444], {"id": 444}, 4.5, "४४४"])
def test_a_change_that_names_no_lead_is_kept_for_people_and_the_others_are_taken_in(leadgen_id: object) -> None:
    found = parsed(body(change(leadgen_id), change("445")))
    assert [notice.notice_id for notice in found.notices] == ["445"]
    assert len(found.faults) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b'"text"',
        b'{"entry": {}}',
        b'{"entry": [1]}',
        b'{"entry": [{"changes": 7}]}',
        body({"field": None}),
    ],
)
def test_what_is_signed_and_not_so_shaped_is_kept_for_people(content: bytes) -> None:
    source, submission = door(), posted(content)
    document = source.read(submission)
    assert isinstance(document, Document)
    with pytest.raises(Misshapen):
        source.parse(submission, document)


def test_what_cannot_be_used_still_names_its_first_lead() -> None:
    source = door()
    broken = source.read(posted(body(change("445", note="x" * 9_000))))
    assert not isinstance(broken, Document)
    assert source.identify(broken).submission_id == "445"
    assert source.identify(read_json(b"{")).submission_id is None
    assert source.identify(read_json(b'{"entry": [{"changes": [{"value": 7}]}]}')).submission_id is None
