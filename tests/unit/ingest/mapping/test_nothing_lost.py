"""Whatever a payload holds: no error, no hang, and every text of it in a field, an answer or a signal."""

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.ingest.guard import Document, Json, read_json
from services.ingest.mapping.mapped import Mapped, Request
from services.ingest.mapping.mapping import Mapping
from services.ingest.mapping.moments import any_moment
from services.ingest.mapping.shapes import WRAPPING
from services.ingest.mapping.words import consent_of
from tests.unit.ingest.doors import AT
from tests.unit.ingest.mapping.mappings import GUESS, compiled, lead, said

PATIENCE_S = 0.5
"""Ten times the target, in processor time, which a busy machine stretches too; what is quadratic takes far longer."""
NAMES = st.sampled_from(
    [*WRAPPING, "email", "phone", "name", "first_name", "last_name", "created_at", "value", "label"]
)
NAMES |= st.sampled_from(["fields", "answers", "data", "leads", "owner", "contact", "address", "city", "utm_source"])
NAMES |= st.sampled_from(
    ["gclid", "page_url", "newsletter", "consent", "question", "answer", "event", "form", "company"]
)
NAMES |= st.text(max_size=6)
TEXTS = st.sampled_from(
    ["lina@exempel.se", "olle@exempel.se", "+46701740605", "Lina Exempel", "true", "ja", "nej", "n/a"]
)
TEXTS |= st.sampled_from(
    ["2026-05-01T10:00:00Z", "1777638600000", "https://exempel.se/?gclid=Cj0&utm_source=g", "", " "]
)
TEXTS |= st.text(max_size=8)
PAYLOADS = st.dictionaries(
    NAMES,
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXTS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
        max_leaves=15,
    ),
    max_size=6,
)
MAPPINGS = [
    GUESS,
    {"fields": {"person.email": ["email", "contact.email"], "person.full_name": {"join": ["name", "first_name"]}}},
    {"fields": {"submission_id": "id", "submitted_at": "created_at", "person.phone": "fields[*].value"}, **GUESS},
    {"fields": {"answers.boende": "answers", "signals.owner": "owner"}, "honeypot": "company"},
    {"consents": [{"field": "newsletter", "purpose": "newsletter"}, {"field": "consent", "purpose": "sales_contact"}]},
    {"key_values": [], "answer_names": "[a-z]", "fields": {"person.email": "data[?key=='email'].value"}},
]
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def mapped_of(mapping: Mapping, payload: Any) -> tuple[Json, Mapped] | None:  # Any: whatever JSON holds
    try:
        body = json.dumps(payload).encode()
    except UnicodeEncodeError:
        return None
    document = read_json(body)
    if not isinstance(document, Document):
        return None
    return document.value, mapping.apply(document, Request({}, AT))


@pytest.mark.parametrize("configuration", MAPPINGS, ids=str)
@quick
@given(payload=PAYLOADS)
@example(
    payload={"data": [{"key": "email", "value": ["a@exempel.se", "b@exempel.se"]}], "email": ["x@exempel.se", "y"]}
)
@example(payload={"phone": ["lina@exempel.se", "annan"]})
@example(payload={"fields": {"a": {"value": [], "answer": "lina@exempel.se"}}})
@example(payload={"fields": {"a": {"value": "1"}, "b": {"value": {"c": "2"}}}})
@example(payload={"fields": {"a": {"label": "A", "value": "1"}, "b": {"label": "lina@exempel.se"}}})
@example(payload={"leads": [{"email": "lina@exempel.se"}, {"email": "olle@exempel.se", "owner": {"email": "x@y.se"}}]})
def test_every_text_is_kept(configuration: dict[str, Any], payload: dict[str, Any]) -> None:
    result = mapped_of(compiled(**configuration), payload)
    if result is None:
        return
    value, mapped = result

    items = [*mapped.leads, *(other.item for other in mapped.others)]
    kept = " ".join(json.dumps(item.members, default=str, ensure_ascii=False) for item in items)
    kept += " ".join(str(item.submission_id) for item in items)

    for item in items:
        lead(item)
    for text in said(value):
        is_told_otherwise = consent_of(text) is not None or any_moment(text) is not None
        assert is_told_otherwise or json.dumps(text.strip(), ensure_ascii=False)[1:-1] in kept, text


def test_what_a_transform_leaves_nothing_of_is_kept_as_an_answer() -> None:
    mapping = compiled(fields={"person.last_name": {"from": "name", "transform": "last_name"}})

    result = mapped_of(mapping, {"name": ["Lina Exempel", "Exempelsol"]})

    assert result is not None
    (item,) = result[1].leads
    assert item.members["person"] == {"last_name": "Exempel"}
    assert item.members["answers"] == {"name": ["Lina Exempel", "Exempelsol"]}


def test_a_nul_in_the_address_of_a_page_is_taken_out() -> None:
    result = mapped_of(compiled(**GUESS), {"page_url": "https://exempel.se/?utm_source=%00google&gclid=%00"})

    assert result is not None
    (item,) = result[1].leads
    assert item.members["attribution"]["last_touch"]["source"] == "google"
    assert item.members["attribution"]["click_ids"] == {}


@quick
@given(
    payload=st.recursive(st.none() | st.booleans() | TEXTS, lambda inner: st.lists(inner, max_size=4), max_leaves=10)
)
def test_a_body_that_is_no_object_gives_no_error(payload: Any) -> None:
    for configuration in (GUESS, {"each": "a[*].b", "guess": True}, {"each": "[*]"}):
        result = mapped_of(compiled(**configuration), payload)
        assert result is None or not result[1].leads


@quick
@given(st.text(alphabet="ab.[]*?='\"$@\\() 0-1å", max_size=30), PAYLOADS)
def test_any_path_is_refused_at_start_or_followed_to_what_is_there(path: str, payload: dict[str, Any]) -> None:
    try:
        mapping = compiled(fields={"person.email": path}, each=path)
    except ValueError:
        return

    value, mapped = mapped_of(mapping, payload) or (None, Mapped())

    assert {item.members["person"].get("email") for item in mapped.leads} <= {None, *said(value)}


def nested(depth: int) -> Any:
    value: Any = "lina@exempel.se"
    for level in range(depth):
        value = {f"person{level}": value} if level % 2 else [value]
    return {"data": value}


BOMBS = {
    "wide": {f"field number {number} of you": f"text {number}" for number in range(1_990)},
    "wide names": {f"{'email address ' * 8}{number}": "lina@exempel.se" for number in range(1_200)},
    "long names": {"x" * 8_000 + str(number): "y" for number in range(30)},
    "deep": nested(30),
    "list of objects": {"leads": [{"email": f"lina{number}@exempel.se"} for number in range(990)]},
    "list of questions": {"fields": [{"key": str(number), "label": "Namn", "value": "x"} for number in range(490)]},
    "one question": {"fields": [{"key": "a", "label": "Namn", "value": "x"} for _ in range(490)]},
    "options": {
        "fields": [
            {"key": str(number), "label": "A", "value": ["1"] * 20, "options": [{"id": "1", "text": "x"}] * 20}
            for number in range(20)
        ]
    },
    "urls": {f"u{number}": "https://exempel.se/?" + "utm_source=a&" * 600 for number in range(30)},
    "events": [{"event": "a." * 4_000} for _ in range(30)],
    "around": {"leads": [{"email": "lina@exempel.se"}] * 500, "meta": {str(number): "x" for number in range(900)}},
    "long texts": {f"email{number}": "a@" * 4_000 for number in range(30)},
    "phones": {f"phone{number}": "+" + "1 " * 4_000 for number in range(30)},
    "dates": {f"created_at{number}": "Mon, " * 1_600 for number in range(30)} | {"created_at": "(" * 8_000},
}


@pytest.mark.parametrize("configuration", MAPPINGS, ids=str)
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_over_at_once(name: str, configuration: dict[str, Any]) -> None:
    mapping = compiled(**configuration)
    document = read_json(json.dumps(BOMBS[name]).encode())
    assert isinstance(document, Document)

    started = time.thread_time()
    mapped = mapping.apply(document, Request({}, AT))

    assert time.thread_time() - started < PATIENCE_S
    assert mapped.leads or mapped.others
