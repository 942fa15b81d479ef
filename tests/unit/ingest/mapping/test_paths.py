"""Paths find what they say, and say what is wrong with them."""

import pytest

from services.ingest.guard import Json
from services.ingest.mapping.finding import Scope, compile_path

PAYLOAD: Json = {
    "data": {"leads": [{"email": "a"}, {"email": "b"}], "utm.source": "dots"},
    "hur_bor_du?": "Villa",
    "Din e-post": "lina@exempel.se",
    "address": {"post code": "753 10", "it's": "quoted", 'a"b': "double"},
    "fields": [
        {"key": "x", "value": "1", "field": {"ref": "r1"}, "on": True},
        {"key": "y", "value": "2", "field": {"ref": "r2"}},
        {"key": "x", "value": "3"},
    ],
    "entry": [{"changes": [{"id": "1"}, {"id": "2"}]}, {"changes": [{"id": "3"}]}],
    "answers": {"q1": {"text": "A"}, "q2": {"text": "B"}},
    "data.json": "literal",
}


def found(path: str, item: Json = PAYLOAD, top: Json = PAYLOAD) -> list[Json]:
    return [value for _, _, value in compile_path(path)(Scope(item, top))]


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("data.leads[0].email", ["a"]),
        ("data.leads[-1].email", ["b"]),
        ("data.leads[7].email", []),
        ("data.leads[*].email", ["a", "b"]),
        ("data.leads[].email", ["a", "b"]),
        ("entry[].changes[].id", ["1", "2", "3"]),
        ("answers.*.text", ["A", "B"]),
        ("hur_bor_du?", ["Villa"]),
        ("Din e-post", ["lina@exempel.se"]),
        ("address['post code']", ["753 10"]),
        ("address.post code", ["753 10"]),
        (r"address['it\'s']", ["quoted"]),
        ("""address['a"b']""", ["double"]),
        ("['hur_bor_du?']", ["Villa"]),
        ("fields[?key=='y'].value", ["2"]),
        ("fields[?(@.key == 'x')].value", ["1", "3"]),
        ('fields[?field.ref=="r2"].value', ["2"]),
        ("fields[?key!='x'].value", ["2"]),
        ("fields[?on==true].key", ["x"]),
        ("fields[?key==y].value", ["2"]),
        ("data.json", ["literal"]),
        (r"data\.json", ["literal"]),
        ("data.utm.source", []),
        ("data['utm.source']", ["dots"]),
        ("$.fields[0].key", ["x"]),
        ("@.fields[0].key", ["x"]),
        ("fields.key", []),
        ("nowhere.at.all", []),
    ],
)
def test_a_path_finds_what_it_says(path: str, values: list[Json]) -> None:
    assert found(path) == values


def test_a_path_from_the_top_leaves_the_item() -> None:
    assert found("$['hur_bor_du?']", item={"a": "1"}) == ["Villa"]
    assert found("$", item={"a": "1"}) == [PAYLOAD]


def test_what_a_path_took_is_known_by_its_place() -> None:
    scope = Scope(PAYLOAD, PAYLOAD)
    scope.take(compile_path("fields[?key=='y'].value")(scope))

    assert isinstance(PAYLOAD, dict)
    assert isinstance(PAYLOAD["fields"], list)
    assert scope.taken == {id(PAYLOAD["fields"][1]): {"value"}}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("", "1 to 300 characters"),
        ("a" * 301, "1 to 300 characters"),
        ("a[", "cannot be read from '['"),
        ("a..b", "cannot be read from '..b'"),
        ("a[b]", "cannot be read from '[b]'"),
        ("a['x", "cannot be read"),
        ("a[?key>3]", "write [?key=='x']"),
        ("a]b", "cannot be read from ']b'"),
        ("a[0]b", "cannot be read from 'b'"),
        ("a.'e-post'", "a name in quotes stands in brackets: write ['e-post']"),
    ],
)
def test_a_path_that_cannot_be_read_names_the_way_out(path: str, says: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        compile_path(path)

    assert says in str(refused.value)
