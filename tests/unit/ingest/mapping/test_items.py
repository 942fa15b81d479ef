"""Which items of a body are leads, and what the others are."""

from typing import Any

import pytest

from tests.unit.ingest.mapping.mappings import apply, compiled, lead

PARTNER: dict[str, Any] = {
    "version": "2",
    "each": "data.leads",
    "when": {"event": ["lead.created", "lead.updated"]},
    "not_leads": [
        {"when": {"event": "lead.deleted"}, "becomes": "deletion", "reason": "deleted by the sender"},
        {
            "when": {"event": {"starts_with": "payment."}},
            "becomes": "activity",
            "reason": "a payment",
            "activity": "paid",
        },
    ],
    "fields": {"submission_id": "id", "person.email": "contact.email", "address.postal_code": "address['post code']"},
}


def leads(number: int) -> list[dict[str, Any]]:
    return [{"id": place, "tak": "plåt", "contact": {"email": f"lina{place}@exempel.se"}} for place in range(number)]


def test_every_item_is_a_lead_and_what_stands_around_is_a_signal() -> None:
    mapped = apply(compiled(**PARTNER), {"event": "lead.created", "data": {"page": 3, "leads": leads(2)}})

    assert [lead(item).person.email for item in mapped.leads] == ["lina0@exempel.se", "lina1@exempel.se"]
    assert [item.submission_id for item in mapped.leads] == ["0", "1"]
    assert mapped.leads[0].members["signals"] == {"event": "lead.created", "data.page": "3"}
    assert (mapped.leads[0].members["mapping_version"], mapped.unmapped) == ("2", ["event", "data.page", "tak"])


@pytest.mark.parametrize(
    ("body", "becomes", "reason"),
    [
        ({"event": "lead.deleted", "data": {"leads": leads(1)}}, "deletion", "deleted by the sender"),
        ({"event": "payment.made", "data": {"leads": leads(1)}}, "activity", "a payment"),
        ({"event": "lead.viewed", "data": {"leads": leads(1)}}, "nothing", "it is not what `when` asks for: event"),
        ({"data": {"leads": leads(1)}}, "nothing", "it is not what `when` asks for: event"),
        ({"event": "lead.deleted"}, "deletion", "deleted by the sender"),
        ({"event": "ping"}, "nothing", "it is not what `when` asks for: event"),
    ],
)
def test_an_event_that_is_no_lead_says_what_it_is(body: dict[str, Any], becomes: str, reason: str) -> None:
    mapped = apply(compiled(**PARTNER), body)

    assert not mapped.leads
    assert not mapped.faults
    assert [(other.becomes, other.reason) for other in mapped.others] == [(becomes, reason)]
    assert mapped.not_a_lead == reason


def test_a_deletion_tells_whose() -> None:
    (other,) = apply(compiled(**PARTNER), {"event": "lead.deleted", "data": {"leads": leads(1)}}).others

    assert (other.item.submission_id, other.item.members["person"]) == ("0", {"email": "lina0@exempel.se"})


@pytest.mark.parametrize(
    "body", [{"event": "lead.created"}, {"event": "lead.created", "data": {"leads": ["text", None]}}]
)
def test_a_body_of_another_shape_is_a_fault_and_never_silently_nothing(body: dict[str, Any]) -> None:
    mapped = apply(compiled(**PARTNER), body)

    assert mapped.faults
    assert mapped.not_a_lead is None


def test_an_empty_list_holds_no_lead() -> None:
    mapped = apply(compiled(**PARTNER), {"event": "lead.created", "data": {"leads": []}})

    assert (mapped.leads, mapped.faults, mapped.not_a_lead) == ([], [], "it holds no items")


def test_one_bad_item_leaves_the_others() -> None:
    mapped = apply(compiled(**PARTNER), {"event": "lead.created", "data": {"leads": [None, *leads(1), {}]}})

    assert [item.submission_id for item in mapped.leads] == ["0"]
    assert mapped.faults == ["item 0 is null, not an object"]
    assert [other.reason for other in mapped.others] == ["it says nothing"]


@pytest.mark.parametrize("each", [None, "[*]", "$[*]", "$"])
def test_a_body_may_be_a_list(each: str | None) -> None:
    assert len(apply(compiled(each=each), leads(3)).leads) == 3


def test_items_may_be_nested() -> None:
    body = {"entry": [{"id": "p", "changes": [{"v": "1"}, {"v": "2"}]}, {"changes": [{"v": "3"}]}]}

    mapped = apply(compiled(each="entry[].changes[]", fields={"answers.page": "$.entry[0].id"}), body)

    assert [item.members["answers"] for item in mapped.leads] == [{"page": "p", "v": str(v)} for v in (1, 2, 3)]


def test_an_object_where_a_list_was_is_one_item() -> None:
    assert len(apply(compiled(each="lead"), {"lead": {"a": "b"}}).leads) == 1


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ({"a": "1"}, True),
        ({"a": [2, 1]}, True),
        ({"flag": "true"}, True),
        ({"list[*].x": "2"}, True),
        ({"a": {"at_least": 1}}, True),
        ({"b": {"exists": "false"}}, True),
        ({"not": {"a": "1"}}, False),
        ({"any": [{"a": "5"}, {"flag": True}]}, True),
        ({"all": [{"a": "1"}, {"flag": False}]}, False),
        ({"b": "1"}, False),
        ({"not": {"b": "1"}}, False),
    ],
)
def test_filters_speak_the_grammar_of_when(when: dict[str, Any], holds: bool) -> None:
    mapped = apply(compiled(when=when), {"a": 1, "flag": True, "list": [{"x": 1}, {"x": 2}], "text": "y"})

    assert bool(mapped.leads) is holds
