"""A wrong mapping is refused at start, with file, line, key and the way out."""

from pathlib import Path

import pytest

from services.ingest.decoding.configuration import Decoding
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.mapping.mapping import Mapping
from shared.domain.errors import ConfigurationError
from shared.domain.model import Section
from shared.runtime.configuration import load
from tests.unit.ingest.mapping.mappings import apply


class Root(Section):
    """Stand for a source."""

    mapping: MappingConfiguration
    decoding: Decoding = Decoding()


PARTNER = """
mapping:
  version: 2
  each: data.leads
  when: {event: [lead.created, lead.updated]}
  fields:
    submission_id: id
    person.full_name: [name, {join: [first, last]}]
    person.email: contact.email
    person.phone: {from: contact.tel, transform: {e164: SE}}
    address.postal_code: "address['post code']"
    answers.boende: boende
    submitted_at: {from: created, format: epoch_ms}
    answers.samtycke: {from: [ok, agreed], transform: [trim, lower, {lookup: {NO: nej}}]}
  key_values: [questions, {path: answers, shape: name_values}]
  consents: [{field: nyhetsbrev, purpose: newsletter, text: {sv: Ja, en: Yes}, version: 3}]
  not_leads: [{when: {event: lead.deleted}, becomes: deletion, reason: deleted}]
  guess: true
decoding: {json_in: rawRequest}
"""


def loaded(tmp_path: Path, text: str) -> Root:
    file = tmp_path / "tratt.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, Root, {}).model


def test_the_documented_shape_is_taken(tmp_path: Path) -> None:
    mapping = Mapping(loaded(tmp_path, PARTNER).mapping)

    (item,) = apply(
        mapping,
        {
            "event": "lead.created",
            "data": {
                "leads": [{"id": 1, "first": "Lina", "last": "Exempel", "address": {"post code": "01234"}, "ok": "NO"}]
            },
        },
    ).leads

    assert item.members["person"] == {"full_name": "Lina Exempel"}
    assert item.members["address"] == {"postal_code": "01234"}
    assert item.members["answers"] == {"samtycke": "nej"}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            "fields: {person.emial: a}",
            "mapping.fields.person.emial: 'person.emial' is no member of a lead; did you mean person.email?",
        ),
        (
            "fields: {shoe_size: a}",
            "'shoe_size' is no member of a lead; what a lead has no member for is answers.<name>",
        ),
        (
            "fields: {person.email: 'a[b'}",
            "mapping.fields.person.email: 'a[b' cannot be read from '[b' on: write names with dots",
        ),
        (
            "fields: {person.email: [a, 'b[?x>1]']}",
            "mapping.fields.person.email.1: 'b[?x>1]': '[?x>1]' is no filter by equality",
        ),
        (
            "fields: {person.phone: {from: a, transform: e164}}",
            "e164 needs the country where a number without + is dialled",
        ),
        ("fields: {person.phone: {from: a, transform: uper}}", "uper is no transform; known are trim, lower"),
        ("fields: {answers.a: {from: a, transform: {lower: x}}}", "lower takes nothing: write only its name"),
        ("fields: {answers.a: {from: a, transform: {extract: '(a+)+'}}}", "may search for too long"),
        ("fields: {answers.a: {from: a, transform: {extract: '('}}}", "not a regular expression"),
        (
            "fields: {answers.a: {from: a, transform: split_name}}",
            "split_name is for person.first_name and person.last_name",
        ),
        ("fields: {answers.a: {from: a, frm: b}}", "mapping.fields.answers.a.frm: is not a key here"),
        ("fields: {answers.a: {from: a, const: b}}", "write one of from, join and const"),
        ("fields: {answers.a: {default: b}}", "write one of from, join and const"),
        ("fields: {submitted_at: {from: a, format: dd/mm}}", "'dd/mm' is no format of a time"),
        (
            "fields: {submitted_at: {from: a, zone: Stockholm}}",
            "'Stockholm' is no time zone: write one as Europe/Stockholm",
        ),
        ("each: 'data..leads'", "mapping.each: 'data..leads' cannot be read from '..leads'"),
        ("when: {event: {begins_with: x}}", "not a comparison: at_least, at_most"),
        ("not_leads: [{when: {a: b}}]", "mapping.not_leads.0.reason: is required"),
        ("not_leads: [{when: {a: b}, reason: x, becomes: delete}]", "did you mean deletion?"),
        ("key_values: [{path: a, shape: tally}]", "'tally' is no shape; known are auto, typed_field"),
        ("key_values: \"a[?b=='c'].d\"", "a list is found by names, [*] and [0] only"),
        ("answer_names: '(x+)*'", "mapping.answer_names: may search for too long"),
        ("consents: [{field: {from: a, transform: split_name}, purpose: b}]", "consents: split_name is for"),
        ("fields: {answers.a: {join: [{from: a, transform: split_name}]}}", "answers.a: split_name is for"),
        ("consents: [{field: a}]", "mapping.consents.0.purpose: is required"),
        ("gues: true", "mapping.gues: is not a key here"),
    ],
)
def test_a_fault_is_told_with_its_place_and_the_way_out(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        loaded(tmp_path, f"mapping:\n  version: 1\n  {line}\n")

    (found,) = refused.value.faults
    assert found.line == 3
    assert fault in f"{found.key}: {found.message}"


def test_an_unknown_charset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"decoding.charset: is not a charset that is read; known are"):
        loaded(tmp_path, "mapping: {}\ndecoding: {charset: klingon}\n")
