"""Lists of questions and answers are read in every shape that senders have."""

from typing import Any

import pytest

from tests.unit.ingest.mapping.mappings import apply, compiled, one

FIELDS = {"person.email": "list.email", "answers.boende": "list['hur bor du?']"}
TYPED = [
    {"type": "email", "email": "lina@exempel.se", "field": {"ref": "email", "id": "1", "type": "email"}},
    {"type": "choices", "choices": {"labels": ["Villa", "BRF"]}, "field": {"ref": "hur bor du?", "id": "2"}},
    {"type": "choice", "choice": {"id": "x", "label": "Ja"}, "field": {"id": "3"}},
    {"type": "number", "number": 40, "field": {"ref": "takyta"}},
    {"type": "choices", "choices": {"labels": ["Sol"], "other": "Vind"}, "field": {"ref": "källa"}},
]


@pytest.mark.parametrize(
    ("shape", "listed"),
    [
        (
            "name_values",
            [{"name": "email", "values": ["lina@exempel.se"]}, {"name": "hur bor du?", "values": ["Villa"]}],
        ),
        (
            "column",
            [
                {"column_id": "email", "string_value": "lina@exempel.se"},
                {"column_id": "hur bor du?", "string_value": "Villa"},
            ],
        ),
        (
            "key_label_value",
            [
                {"key": "email", "label": "E-post", "type": "INPUT_EMAIL", "value": "lina@exempel.se"},
                {"key": "hur bor du?", "label": "Boende", "value": ["b"], "options": [{"id": "b", "text": "Villa"}]},
            ],
        ),
        (
            "id_name_type_value",
            [
                {"id": "email", "name": "E-post", "type": "Email", "value": "lina@exempel.se"},
                {"id": "hur bor du?", "name": "Boende", "type": "x", "value": "Villa"},
            ],
        ),
        (
            "question_answer",
            [
                {"question": "email", "answer": "lina@exempel.se", "position": 0},
                {"question": "hur bor du?", "answer": "Villa"},
            ],
        ),
        ("name_value", [{"name": "email", "value": "lina@exempel.se"}, {"name": "hur bor du?", "value": "Villa"}]),
        ("label_value", [{"label": "email", "value": "lina@exempel.se"}, {"label": "hur bor du?", "value": "Villa"}]),
    ],
)
def test_a_shape_is_read_by_name_and_by_itself(shape: str, listed: list[dict[str, Any]]) -> None:
    for configured in (shape, "auto"):
        item = one({"list": listed}, key_values=[{"path": "list", "shape": configured}], fields=FIELDS)

        assert item.members["person"] == {"email": "lina@exempel.se"}
        assert item.members["answers"] == {"boende": "Villa"}


def test_an_element_of_a_type_holds_its_answer_under_that_name() -> None:
    item = one({"list": TYPED}, key_values="list", fields=FIELDS)

    assert item.members["person"] == {"email": "lina@exempel.se"}
    assert item.members["answers"] == {"boende": ["Villa", "BRF"], "3": "Ja", "takyta": "40", "källa": ["Sol", "Vind"]}


def test_wordings_from_elsewhere_name_the_answers() -> None:
    payload = {
        "form": {
            "fields": [{"id": "1", "ref": "takyta", "title": "Hur stort är taket?"}, {"id": "3", "title": "Ring mig?"}]
        },
        "list": TYPED,
    }

    item = one(payload, key_values={"path": "list", "labels": {"path": "$.form.fields"}}, fields=FIELDS)

    assert item.members["answers"] == {
        "boende": ["Villa", "BRF"],
        "Ring mig?": "Ja",
        "Hur stort är taket?": "40",
        "källa": ["Sol", "Vind"],
    }
    assert item.unmapped == ["list.3", "list.takyta", "list.källa"]


def test_an_objects_members_may_be_the_elements() -> None:
    payload = {
        "properties": {
            "email": {"value": "lina@exempel.se", "versions": []},
            "city": {"value": "Uppsala", "label": "Ort"},
        }
    }

    item = one(payload, key_values="properties", fields={"person.email": "properties.email"})

    assert (item.members["person"], item.members["answers"]) == ({"email": "lina@exempel.se"}, {"Ort": "Uppsala"})


def test_members_of_an_element_may_be_named() -> None:
    payload = {
        "rows": [
            {"fieldId": "e", "fieldTitle": "E-post", "reply": {"text": "lina@exempel.se"}},
            {"fieldId": "x", "reply": {}},
        ]
    }
    listed = {"path": "rows", "key": "fieldId", "label": "fieldTitle", "value": ["reply.text", "reply.number"]}

    item = one(payload, key_values=[listed], fields={"person.email": "rows.e"})

    assert (item.members["person"], item.members["answers"]) == ({"email": "lina@exempel.se"}, {})


def test_a_key_that_comes_again_has_all_its_answers() -> None:
    listed = [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}, {"name": "a", "value": None}]

    assert one({"list": listed}, key_values="list").members["answers"] == {"a": ["1", "2"]}


def test_what_an_element_says_beside_its_answer_is_kept() -> None:
    listed = [{"name": "a", "value": "1", "comment": "inte säker"}]

    assert one({"list": listed}, key_values="list").members["answers"] == {"a": "1", "a.comment": "inte säker"}


def test_nested_answers_keep_their_question() -> None:
    listed = [{"label": "Adress", "key": "k", "value": {"street": "Solgatan 1", "rum": {"antal": 3}}}]

    assert one({"list": listed}, key_values="list").members["answers"] == {
        "Adress.street": "Solgatan 1",
        "Adress.rum.antal": "3",
    }


def test_a_list_in_each_item_is_read_there() -> None:
    payload = {"leads": [{"f": [{"name": "email", "value": "lina@exempel.se"}]}]}

    item = one(payload, each="leads", key_values="f", fields={"person.email": "f.email"})

    assert item.members["person"] == {"email": "lina@exempel.se"}


def test_a_list_in_each_item_of_a_body_that_is_a_list_is_read_with_its_wordings() -> None:
    answers = [{"ref": "a", "answer": "Villa"}]
    body = [{"title": [{"id": "a", "text": wording}], "list": answers} for wording in ("Boende", "Hus")]
    listed = {"path": "list", "key": "ref", "value": "answer", "labels": {"path": "title"}}

    found = apply(compiled(key_values=listed), body)

    assert [item.members["answers"] for item in found.leads] == [{"Boende": "Villa"}, {"Hus": "Villa"}]


def test_only_the_chosen_list_is_read() -> None:
    listed = [{"name": "email", "value": "lina@exempel.se"}]
    payload = {"pages": [{"f": listed}, {"f": [{"name": "x", "value": "1"}]}]}

    item = one(payload, key_values="pages[0].f", fields={"person.email": "pages[0].f.email"})
    every = one(payload, key_values="pages[*].f")

    assert item.members["person"] == {"email": "lina@exempel.se"}
    assert item.members["answers"] == {"pages[1].f[0].name": "x", "pages[1].f[0].value": "1"}
    assert every.members["answers"] == {"email": "lina@exempel.se", "x": "1"}


def test_a_list_that_is_something_else_stays_as_it_is() -> None:
    assert one({"list": ["a", "b"], "other": "x"}, key_values=["list", "other"]).members["answers"] == {
        "list": ["a", "b"],
        "other": "x",
    }


def test_what_an_element_says_beside_its_answer_may_be_ignored() -> None:
    versions = [{"value": "gammal@exempel.se"}]
    answers = {"email": {"value": "lina@exempel.se", "versions": versions, "by": "form"}}

    item = one({"list": answers}, key_values=[{"path": "list", "value": "value", "ignore": "versions"}], fields=FIELDS)

    assert item.members["person"] == {"email": "lina@exempel.se"}
    assert item.members["answers"] == {"email.by": "form"}


def test_an_answer_that_is_null_does_not_hide_the_others() -> None:
    answers = {"email": {"value": "lina@exempel.se"}, "phone": None, "hur bor du?": {"value": "Villa"}}

    item = one({"list": answers}, key_values=["list"], fields=FIELDS)

    assert item.members["person"] == {"email": "lina@exempel.se"}
    assert item.members["answers"] == {"boende": "Villa"}


def test_boxes_that_come_once_more_are_left_out_where_asked_for() -> None:
    listed = [
        {"key": "a", "label": "Intresse", "value": ["1"], "options": [{"id": "1", "text": "Sol"}]},
        {"key": "a_1", "label": "Intresse (Sol)", "value": True},
        {"key": "b_1", "label": "Ring mig", "value": True},
    ]

    once = one({"list": listed}, key_values={"path": "list", "boxes": "once"})

    assert once.members["answers"] == {"Intresse": "Sol", "Ring mig": "true"}
    assert one({"list": listed}, key_values="list").members["answers"]["Intresse (Sol)"] == "true"


def test_the_members_of_an_object_may_be_the_questions() -> None:
    payload = {"raw": {"q3_email": "lina@exempel.se", "q7_time": {"date": "4 maj", "duration": "60"}}}

    item = one(payload, key_values={"path": "raw", "shape": "members"}, fields={"person.email": "raw.q3_email"})

    assert item.members["person"] == {"email": "lina@exempel.se"}
    assert item.members["answers"] == {"q7_time.date": "4 maj", "q7_time.duration": "60"}


def test_a_grid_is_told_by_its_rows_and_columns() -> None:
    grid = {
        "key": "m",
        "label": "Viktigast",
        "value": {"r1": ["c2"]},
        "rows": [{"id": "r1", "text": "Pris"}],
        "columns": [{"id": "c1", "text": "Nej"}, {"id": "c2", "text": "Ja"}],
    }

    assert one({"list": [grid]}, key_values="list").members["answers"] == {"Viktigast.Pris": "Ja"}


def test_a_file_goes_by_its_question() -> None:
    listed = [{"key": "f", "label": "Bild", "value": [{"url": "https://exempel.se/tak.jpg"}]}]

    assert one({"list": listed}, key_values="list").members["answers"] == {"Bild[0].url": "https://exempel.se/tak.jpg"}
