import json
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from shared.domain.errors import UnreadableRecord
from shared.domain.events import (
    ActivityRecordedData,
    CommandData,
    ConsentData,
    DeadLetterData,
    DecidedData,
    DeliveryData,
    LeadNotifiedData,
    LeadReceived,
    LeadReceivedData,
    LeadScoredData,
    Topic,
    decode,
    encode,
)
from shared.domain.events.envelope import LeadData
from shared.domain.lead import Lead, Person

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


def received() -> LeadReceived:
    lead = Lead(id="l1", submission_id="s1", submitted_at=AT, received_at=AT, person=Person(email="Ada@example.se"))
    data = LeadReceivedData(lead_id="l1", source="google-search", source_kind="google_ads", content="c", lead=lead)
    return LeadReceived(id="e1", source="/tratt/ingest", subject="l1", time=AT, partitionkey="p1", data=data)


def test_an_event_comes_back_as_it_was_written() -> None:
    assert decode(encode(received())) == received()


def test_a_copy_of_a_written_event_is_written_as_what_it_says() -> None:
    event = received()
    encode(event)
    assert decode(encode(event.model_copy(update={"subject": "l2"}))) == event.model_copy(update={"subject": "l2"})


def test_the_data_alone_is_written_as_in_the_event_whatever_stands_before_it() -> None:
    event = received().model_copy(update={"subject": 'l2","data":{"lead_id":"l3"'})
    assert json.loads(event.written_data) == json.loads(encode(event))["data"]


def test_what_is_absent_is_left_out_never_null() -> None:
    assert b"null" not in encode(received())


def test_data_begins_with_what_needs_no_sealing() -> None:
    assert list(json.loads(encode(received()))["data"])[:4] == ["lead_id", "source", "source_kind", "is_test"]


def test_a_member_of_a_newer_version_is_ignored() -> None:
    newer = json.loads(encode(received()))
    newer["data"]["lead"]["shoe_size"] = "43"
    assert decode(json.dumps(newer).encode()) == received()


def test_a_type_of_a_newer_version_is_passed_over() -> None:
    newer = json.loads(encode(received())) | {"type": "tratt.lead.received.v2"}
    assert decode(json.dumps(newer).encode()) is None


@pytest.mark.parametrize("value", [b"", b"{}", b"[]", b"\xff", b'{"type": "tratt.lead.received.v1"}'])
def test_bytes_that_are_no_event_are_said_to_be_unreadable(value: bytes) -> None:
    with pytest.raises(UnreadableRecord):
        decode(value)


def test_an_unreadable_event_is_described_without_what_it_held() -> None:
    broken = json.loads(encode(received()))
    broken["data"]["lead"]["person"] = "Ada@example.se"
    with pytest.raises(UnreadableRecord) as caught:
        decode(json.dumps(broken).encode())
    assert "Ada" not in str(caught.value)
    assert "data.lead.person" in str(caught.value)


def test_every_topic_has_the_name_of_the_architecture() -> None:
    assert Topic.RECEIVED == "leads.received"
    assert len(Topic) == 14


@pytest.mark.parametrize(
    ("model", "members"),
    [
        (LeadData, "lead_id source source_kind is_test"),
        (
            Lead,
            "id channel submission_id submitted_at received_at segment product person company address answers message",
        ),
        (Lead, "attribution consents purchase signals mapping_version"),
        (LeadNotifiedData, "platform notice_id form_id page_id occurred_at"),
        (ActivityRecordedData, "kind occurred_at person visitor lead properties"),
        (ConsentData, "lead_id person purpose channels basis text version at evidence"),
        (LeadScoredData, "revision cause hygiene facts score"),
        (DecidedData, "decision match assignment contact brief destinations"),
        (
            DeliveryData,
            "delivery_id decision_number destination attempt outcome remote_id vendor_code elapsed_ms final",
        ),
        (DeadLetterData, "stage topic position error reason attempts bytes"),
        (CommandData, "verb target arguments by why"),
    ],
)
def test_the_members_that_readers_rely_on_keep_their_names(model: type[BaseModel], members: str) -> None:
    assert [name for name in members.split() if name not in model.model_fields] == []
