"""A sender hears of success when its lead is durable, and not before; a repeat is the same event."""

import asyncio
import base64
import json
from datetime import timedelta

import pytest

from services.ingest.answers import Outcome
from services.ingest.guard import MAX_BODY_BYTES, Document
from services.ingest.service import IngestService
from services.ingest.sources.context import SourceContext
from services.ingest.sources.google_ads import GoogleAds
from services.ingest.submission import Parsed, Submission
from shared.domain.errors import EventLogUnavailable, NotDurable, PermanentError, RecordTooLarge
from shared.domain.events import DeadLetter, LeadReceived, Topic
from shared.domain.ids import lead_id, person_key
from shared.runtime import telemetry, traces
from tests.unit.ingest.doors import AT, CONFIGURATION, PERSON_KEY, SOURCE, Published, body, payload, service, submission

BOMB = b', "a": ' + b"[" * 1_000 + b"]" * 1_000 + b"}"


def columns(**values: str) -> list[dict[str, str]]:
    return [{"column_id": column, "string_value": value} for column, value in values.items()]


async def accepted(content: bytes, *, traceparent: str = "") -> LeadReceived:
    published = Published()
    answer = await service(published).accept(submission(content, traceparent=traceparent))
    assert answer.outcome is Outcome.ACCEPTED
    (event,) = published.events
    assert isinstance(event, LeadReceived)
    return event


async def test_a_lead_is_published_with_what_readers_need() -> None:
    counted = telemetry.bound(telemetry.ACCEPTED, SOURCE)
    before = counted._value.get()

    event = await accepted(body())

    assert counted._value.get() - before == 1
    assert event.topic is Topic.RECEIVED
    assert event.source == "/tratt/ingest"
    assert event.subject == event.data.lead_id == event.data.lead.id == lead_id(SOURCE, "lina-1")
    assert (event.time, event.data.source, event.data.source_kind) == (AT, SOURCE, "google_ads")
    assert event.data.is_test is False


async def test_the_person_key_is_made_of_the_canonical_email() -> None:
    event = await accepted(body(user_column_data=columns(EMAIL=" Lina@Exempel.SE ", PHONE_NUMBER="0701740605")))

    assert event.partitionkey == person_key(PERSON_KEY, email="lina@exempel.se", phone=None, lead="")


async def test_the_person_key_is_made_of_the_phone_where_there_is_no_email() -> None:
    event = await accepted(body(user_column_data=columns(EMAIL="no address", PHONE_NUMBER="070-174 06 05")))

    assert event.partitionkey == person_key(PERSON_KEY, email=None, phone="+46701740605", lead="")


async def test_the_person_key_is_made_of_the_lead_where_nobody_can_be_reached() -> None:
    event = await accepted(body(user_column_data=columns(FULL_NAME="Lina Exempel")))

    assert event.partitionkey == person_key(PERSON_KEY, email=None, phone=None, lead=event.subject)


async def test_a_callers_trace_is_carried_on() -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    assert (await accepted(body(), traceparent=parent)).traceparent == parent


@pytest.mark.parametrize("header", ["", "nonsense", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"])
async def test_without_a_callers_trace_a_new_one_begins(header: str) -> None:
    event = await accepted(body(), traceparent=header)

    assert traces.parse(event.traceparent) is not None


async def test_a_repeat_is_the_same_event_however_late_and_however_written() -> None:
    published = Published()
    door = service(published)
    first_time = payload(
        user_column_data=columns(EMAIL="lina@exempel.se", SERVICE="Roof repair", boende="Villa"),
        lead_stage="NEW",
        lead_source="LEAD_FORM",
    )
    again = dict(reversed(first_time.items()))
    again["user_column_data"] = list(reversed(first_time["user_column_data"]))

    await door.accept(submission(json.dumps(first_time).encode()))
    await door.accept(submission(json.dumps(again, indent=2).encode(), at=AT + timedelta(hours=5)))

    first, second = published.events
    assert first.id == second.id


async def test_a_repeat_without_a_time_of_its_own_is_the_same_event() -> None:
    published = Published()
    door = service(published)

    await door.accept(submission(body(lead_submit_time=None)))
    await door.accept(submission(body(lead_submit_time=None), at=AT + timedelta(hours=5)))

    first, second = published.events
    assert first.id == second.id


async def test_a_correction_is_another_event_of_the_same_lead() -> None:
    first, corrected = await accepted(body()), await accepted(body(user_column_data=columns(EMAIL="ny@exempel.se")))

    assert first.subject == corrected.subject
    assert first.id != corrected.id


async def test_every_press_of_the_test_button_is_seen() -> None:
    published = Published()
    door = service(published)

    await door.accept(submission(body(is_test=True)))
    await door.accept(submission(body(is_test=True), at=AT + timedelta(seconds=9)))

    first, second = published.events
    assert isinstance(first, LeadReceived)
    assert first.data.is_test
    assert first.subject == second.subject
    assert first.id != second.id


async def test_64_copies_at_once_are_one_event() -> None:
    published = Published()
    door = service(published)

    answers = await asyncio.gather(*(door.accept(submission(body())) for _ in range(64)))

    assert {answer.outcome for answer in answers} == {Outcome.ACCEPTED}
    assert len({event.id for event in published.events}) == 1


@pytest.mark.parametrize("error", [NotDurable("disk full"), EventLogUnavailable("away", retry_after_s=30)])
async def test_nothing_is_accepted_that_is_not_durable(error: Exception) -> None:
    answer = await service(Published(error)).accept(submission(body()))

    assert answer.outcome is Outcome.NOT_DURABLE
    assert answer.retry_after_s is not None
    assert answer.retry_after_s >= (getattr(error, "retry_after_s", None) or 1)


async def test_a_quarantine_that_is_not_durable_is_not_answered_200_either() -> None:
    answer = await service(Published(NotDurable("disk full"))).accept(submission(body()[:-1] + BOMB))

    assert answer.outcome is Outcome.NOT_DURABLE


async def test_what_is_authentic_and_unusable_becomes_one_dead_letter() -> None:
    published = Published()
    door, came = service(published), submission(body(is_test=True)[:-1] + BOMB, content_type="application/json")

    counted = telemetry.bound(telemetry.QUARANTINED, SOURCE)
    before = counted._value.get()

    answers = [await door.accept(came), await door.accept(came)]

    assert [answer.outcome for answer in answers] == [Outcome.QUARANTINED] * 2
    assert counted._value.get() - before == 2
    first, second = published.events
    assert isinstance(first, DeadLetter)
    assert first.id == second.id
    assert (first.data.stage, first.data.error, first.data.source) == ("ingest", "too_deep", SOURCE)
    assert first.data.lead_id == lead_id(SOURCE, "lina-1")
    assert first.data.is_test
    assert first.data.media_type == "application/json"
    assert base64.b64decode(first.data.bytes) == came.body


def too_long_as_an_event() -> bytes:
    """Build a body that is let in, of control characters: each has six bytes where JSON is written by the book."""
    answers = columns(**{f"QUESTION_{number}": "\x01" * 8_000 for number in range(30)})
    return body(user_column_data=answers, lead_submit_time=None).replace(rb"\u0001", b"\x01")


async def test_a_lead_too_large_for_the_log_becomes_a_dead_letter() -> None:
    published, came = Published(), submission(too_long_as_an_event())

    answer = await service(published).accept(came)

    assert answer.outcome is Outcome.QUARANTINED
    (letter,) = published.events
    assert isinstance(letter, DeadLetter)
    assert letter.data.error == "record_too_large"
    assert base64.b64decode(letter.data.bytes) == came.body


async def test_the_sender_hears_of_a_log_that_takes_less_than_it_should() -> None:
    answer = await service(Published(RecordTooLarge("over 2,000 bytes"))).accept(submission(body()))

    assert answer.outcome is Outcome.TOO_LARGE


class _Faulty(GoogleAds):
    """The shipped source with a fault in it."""

    def parse(self, submission: Submission, content: Document) -> Parsed:
        raise KeyError(submission.source)


def faulty_service(publisher: Published) -> IngestService:
    faulty = _Faulty(CONFIGURATION, SourceContext(SOURCE, PERSON_KEY))
    return IngestService(publisher, {SOURCE: faulty}, person_key=PERSON_KEY, country="SE")


async def test_a_fault_of_ours_costs_no_lead() -> None:
    published = Published()

    answer = await faulty_service(published).accept(submission(body()))

    assert answer.outcome is Outcome.QUARANTINED
    (letter,) = published.events
    assert isinstance(letter, DeadLetter)
    assert letter.data.error == "fault_of_ours"
    assert "KeyError in parse" in letter.data.reason
    assert await service(published).replay(letter) == [lead_id(SOURCE, "lina-1")]


async def test_a_replay_is_the_event_that_would_have_been() -> None:
    published = Published()
    await faulty_service(published).accept(submission(body(lead_submit_time=None)))
    (letter,) = published.events
    assert isinstance(letter, DeadLetter)

    assert await service(published).replay(letter) == [lead_id(SOURCE, "lina-1")]

    assert published.events[1].id == (await accepted(body(lead_submit_time=None))).id
    assert published.events[1].traceparent == letter.traceparent


async def test_a_replay_of_what_still_cannot_be_used_is_refused() -> None:
    published = Published()
    door = service(published)
    await door.accept(submission(body()[:-1] + BOMB))
    (letter,) = published.events
    assert isinstance(letter, DeadLetter)

    with pytest.raises(PermanentError, match="nested deeper"):
        await door.replay(letter)
    with pytest.raises(PermanentError, match="not configured"):
        await IngestService(published, {}, person_key=PERSON_KEY, country="SE").replay(letter)


@pytest.mark.parametrize(
    ("source", "content", "outcome"),
    [
        (SOURCE, b"{", Outcome.NOT_JSON),
        (SOURCE, body(google_key="wrong"), Outcome.NOT_AUTHENTIC),
        (SOURCE, body() + b" " * MAX_BODY_BYTES, Outcome.TOO_LARGE),
        ("nobody", body(), Outcome.UNKNOWN_SOURCE),
    ],
)
async def test_what_cannot_be_accepted_is_refused_with_a_reason(source: str, content: bytes, outcome: Outcome) -> None:
    published = Published()

    answer = await service(published).accept(submission(content, source=source))

    assert answer.outcome is outcome
    assert answer.message
    assert published.events == []
