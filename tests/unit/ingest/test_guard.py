"""The guard reads whatever bytes come, and says what is wrong instead of raising."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.ingest.guard import (
    FINDINGS,
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUES,
    Document,
    Json,
    Unreadable,
    Unusable,
    inspected,
    read_json,
)
from services.ingest.nesting import MAX_NESTED, is_deeper, top_level

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)
quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b'"\\')
def test_any_bytes_are_read_without_an_error(body: bytes) -> None:
    assert isinstance(read_json(body), (Document, Unusable, Unreadable))


@quick
@given(values, st.integers(0, 400))
def test_any_json_with_a_byte_changed_is_read_without_an_error(value: object, place: int) -> None:
    body = bytearray(json.dumps(value).encode())
    body[place % len(body)] ^= 0x15

    assert isinstance(read_json(bytes(body)), (Document, Unusable, Unreadable))


@quick
@given(st.text(alphabet='[]{}",:\\ab1\n', max_size=200))
def test_what_json_refuses_is_unreadable_and_nothing_else_is(text: str) -> None:
    try:
        json.loads(text, strict=False)
    except json.JSONDecodeError:
        assert isinstance(read_json(text.encode()), Unreadable)
    else:
        assert not isinstance(read_json(text.encode()), Unreadable)


@quick
@given(st.dictionaries(st.text(alphabet="abcåä?.", max_size=5), st.text(alphabet='abcåä\\"/\n', max_size=20)))
def test_ordinary_texts_come_out_as_they_went_in(value: dict[str, Json]) -> None:
    assert read_json(json.dumps(value).encode()) == Document(value)


@quick
@given(st.lists(st.text(alphabet='[]{}",\\åa', max_size=6), unique=True, max_size=5), st.integers(MAX_DEPTH + 1, 3_000))
def test_the_top_level_of_a_bomb_is_found(names: list[str], depth: int) -> None:
    members = json.dumps(dict.fromkeys(names, "a ] text"), ensure_ascii=False)[1:-1]
    bomb = '[{"a":1},' * depth + "1" + "]" * depth

    content = read_json(f'{{{members}{"," if names else ""} "the bomb": {bomb}, "the key": "k"}}'.encode())

    assert isinstance(content, Unusable)
    assert content.code == "too_deep"
    assert content.members == (*((name, "a ] text") for name in names), ("the bomb", []), ("the key", "k"))


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("too_deep", nested(MAX_DEPTH + 1)),
        ("too_deep", b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
        ("too_many_values", b"[" + b"1," * (MAX_VALUES - 1) + b"1]"),
        ("text_too_long", b'"' + b"x" * (MAX_TEXT + 1) + b'"'),
        ("text_too_long", b'{"' + b"x" * (MAX_TEXT + 1) + b'": 1}'),
        ("number_too_long", b"9" * 5_000),
        ("number_too_large", b"1e400"),
        ("not_a_number", b"[NaN]"),
        ("not_a_number", b"[-Infinity]"),
        ("duplicate_member", b'{"a": 1, "a": 1}'),
        ("duplicate_member", b'{"a": 1, "a\\u0000": 1}'),
        ("lone_surrogate", b'"\\ud800"'),
        ("lone_surrogate", b'{"\\udc00": 1}'),
        ("not_utf8", b'{"a": "\xe5"}'),
    ],
)
def test_what_is_beyond_a_limit_is_named(code: str, body: bytes) -> None:
    content = read_json(body)

    assert isinstance(content, Unusable)
    assert (content.code, content.reason) == (code, FINDINGS[code])


@pytest.mark.parametrize(
    "body",
    [
        nested(MAX_DEPTH),
        b"[" + b"1," * (MAX_VALUES - 2) + b"1]",
        b'"' + b"x" * MAX_TEXT + b'"',
        b"\xef\xbb\xbf{}",
        '{"å": "ä"}'.encode("utf-16"),
        b'"\\ud83d\\ude00"',
        b'"a raw\nline"',
        b'"' + b"[" * 100 + b'"',
    ],
)
def test_what_is_at_a_limit_can_be_used(body: bytes) -> None:
    assert isinstance(read_json(body), Document)


def test_numbers_come_as_their_text() -> None:
    content = read_json(b'{"id": 9007199254740993, "e": 1.50, "big": 18446744073709551617}')

    assert content == Document({"id": "9007199254740993", "e": "1.50", "big": "18446744073709551617"})


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'"a\u0000b"', "ab"),
        (b'"a\x00b"', "ab"),
        (rb'["\\\u0000"]', ["\\"]),
        (rb'{"\u0000k": "\u0000"}', {"k": ""}),
    ],
)
def test_nul_is_taken_out_and_told(body: bytes, value: Json) -> None:
    assert read_json(body) == Document(value, nul_stripped=True)


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert read_json(rb'"\\u0000"') == Document("\\u0000")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{\n  "google_key": "k",\n}', "line 3, column 1"),
        (b"", "line 1, column 1"),
        (b'{"a": ' + b"[" * 5_000, "line 1, column 7"),
        (b'{"a": ' + b"[\n" * 50 + b"]" * 50 + b" x}", "line 51, column 52"),
    ],
)
def test_what_does_not_parse_is_told_with_its_place(body: bytes, where: str) -> None:
    content = read_json(body)

    assert isinstance(content, Unreadable)
    assert where in content.reason


def test_repeated_members_are_all_told() -> None:
    content = read_json(b'{"google_key": "right", "google_key": "wrong"}')

    assert isinstance(content, Unusable)
    assert content.members == (("google_key", "right"), ("google_key", "wrong"))


@pytest.mark.parametrize("text", ['"[[["', '["]", "\\"[["]', "[" * 3 + "]" * 3, "[[]], [[]]"])
def test_brackets_are_counted_outside_texts(text: str) -> None:
    assert not is_deeper(text, 3)
    assert is_deeper("[" + text + "]" + "[[[[]]]]", 3)


def test_the_top_level_keeps_its_place() -> None:
    assert top_level('{"a": [[1,\n2], 3], "b": [1]}') == '{"a": []\n      , "b": [1]}'


def depth(value: object) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inside is None else 1 + max(map(depth, inside), default=0)


bracketed = st.recursive(
    st.text(alphabet='[]{}"\\aå\n', max_size=4) | st.integers(0, 9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[]{}"\\aå', max_size=3), inner, max_size=3)
    ),
    max_leaves=25,
)


@quick
@given(bracketed, st.integers(1, 6), st.booleans())
def test_depth_is_counted_exactly_in_whatever_parses(value: object, limit: int, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=1)

    assert is_deeper(text, limit) is (depth(value) > limit)


@quick
@given(st.text(alphabet='[]{}",:\\1 ', max_size=60), st.integers(1, 6))
@example('"\\\\"[[[[', 3)
@example("[[[[]", 3)
@example("[[[]][[[", 3)
def test_no_parser_goes_deeper_than_the_limit_unseen(text: str, limit: int) -> None:
    if is_deeper(text, limit):
        return
    try:
        json.loads(text, strict=False)
        parsed = text
    except json.JSONDecodeError as error:
        parsed = text[: error.pos]

    assert reached(parsed) <= limit


def reached(text: str) -> int:
    """Count the deepest level before the end, one character after the other."""
    level, deepest, is_text, is_escaped = 0, 0, False, False
    for char in text:
        is_escaped, was_escaped = is_text and char == "\\" and not is_escaped, is_escaped
        if char == '"' and not was_escaped:
            is_text = not is_text
        level += 0 if is_text else {"[": 1, "{": 1, "]": -1, "}": -1}.get(char, 0)
        deepest = max(deepest, level)
    return deepest


@quick
@given(st.dictionaries(st.text(alphabet='[]{}"\\aå', max_size=4), bracketed, max_size=5), st.booleans())
def test_the_top_level_stays_and_what_is_nested_becomes_an_empty_list(value: dict[str, object], is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=1)

    left = top_level(text)

    assert left.count("\n") == text.count("\n")
    assert json.loads(left) == {name: member if depth(member) < 2 else [] for name, member in value.items()}


def test_a_top_level_of_too_many_nested_values_is_cut() -> None:
    text = '{"key": "k"' + ', "a": [[1]]' * (MAX_NESTED + 1) + "}"

    assert json.loads(top_level(text), object_pairs_hook=len) == MAX_NESTED + 1


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(("value", "code"), [(b"1", "not_utf8"), (b"[" * 5_000 + b"]" * 5_000, "too_deep")])
def test_what_is_not_utf8_keeps_its_members(mark: bytes, value: bytes, code: str) -> None:
    content = read_json(mark + b'{"key": "k", "a": ' + value + b', "b": "\xe5"}')

    assert isinstance(content, Unusable)
    assert content.code == code
    assert content.members[0] == ("key", "k")


def test_what_was_put_together_is_held_to_the_depth_as_well() -> None:
    value: Json = "deep"
    for _ in range(MAX_DEPTH - 1):
        value = [value]

    content = inspected({"key": "k", "a": [value]})

    assert inspected({"a": value}) == Document({"a": value})
    assert isinstance(content, Unusable)
    assert content.code == "too_deep"
    assert content.members == (("key", "k"), ("a", []))
