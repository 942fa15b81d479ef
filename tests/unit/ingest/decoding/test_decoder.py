"""Whatever a sender posts comes out as one value, or with what is wrong with it."""

import gzip
import json
import zlib
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.decoding.configuration import Decoding
from services.ingest.decoding.decoder import Decoder
from services.ingest.decoding.percents import unquoted
from services.ingest.guard import (
    MAX_BODY_BYTES,
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUES,
    Content,
    Document,
    Json,
    Unreadable,
    Unusable,
)
from services.ingest.submission import Submission
from tests.unit.ingest.doors import AT

FORM = "application/x-www-form-urlencoded"


def read(
    body: bytes,
    content_type: str = "",
    *,
    query: bytes = b"",
    encoding: str = "",
    method: str = "POST",
    decoding: Decoding | None = None,
) -> Content:
    headers = {b"content-type": content_type.encode(), b"content-encoding": encoding.encode()}
    submission = Submission("s", method, "/", query, {k: v for k, v in headers.items() if v}, body, AT)
    return Decoder(decoding or Decoding()).read(submission)


@pytest.mark.parametrize(
    ("body", "content_type", "value"),
    [
        (b'{"a": 9007199254740993}', "application/json", {"a": "9007199254740993"}),
        (b'{"a": 1.50}', "application/vnd.api+json; charset=UTF-8", {"a": "1.50"}),
        (b' {"a": "b"}', "text/plain;charset=UTF-8", {"a": "b"}),
        (b"[1]", "", ["1"]),
        (b'{"a": "b"}', FORM, {"a": "b"}),
        (b'\xef\xbb\xbf{"a": "b"}', "application/octet-stream", {"a": "b"}),
        ('{"å": "ä"}'.encode("utf-16"), "application/json", {"å": "ä"}),
        ('{"å": "ä"}'.encode("latin-1"), "application/json; charset=ISO-8859-1", {"å": "ä"}),
        (b'"{\\"a\\": 1}"', "application/json", {"a": "1"}),
        (b"a=b&c=d", "application/json", {"a": "b", "c": "d"}),
        (b"a=b&c=d", "", {"a": "b", "c": "d"}),
        (b"a=b&c=", FORM, {"a": "b", "c": ""}),
        (b"a=b+c%20d%2B&a=%E5", FORM, {"a": ["b c d+", "å"]}),
        (b"a=1&a=2&a=3", FORM, {"a": ["1", "2", "3"]}),
        (b"a=b\r\nc=two words\r\nstill=x\r\n", "text/plain", {"a": "b", "c": "two words", "still": "x"}),
        (b"a=first\r\nsecond line\r\n", "text/plain", {"a": "first\nsecond line"}),
        (b"&&a=b&", FORM, {"a": "b"}),
        (b"{not json=1", FORM, {"{not json": "1"}),
        ("namn=Åsa".encode(), FORM, {"namn": "Åsa"}),
        ("namn=Åsa".encode("cp1252"), FORM, {"namn": "Åsa"}),
        ("_charset_=windows-1251&n=Да".encode("cp1251"), FORM, {"_charset_": "windows-1251", "n": "Да"}),
    ],
)
def test_every_way_of_writing_gives_one_value(body: bytes, content_type: str, value: Json) -> None:
    content = read(body, content_type)

    assert isinstance(content, Document)
    assert content.value == value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"a[b][]=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
        (b"a[0][x]=1&a[1][x]=2", {"a": [{"x": "1"}, {"x": "2"}]}),
        (b"a[1]=x&a[7]=y", {"a": {"1": "x", "7": "y"}}),
        (b"a%5Bpost%20code%5D=1", {"a": {"post code": "1"}}),
        (b"a[]=1", {"a": ["1"]}),
        (b"a[99999999999]=1", {"a": {"99999999999": "1"}}),
        (b"a=1&a[b]=2", {"a": "1", "a[b]": "2"}),
        (b"a[b]=1&a=2", {"a": {"b": "1"}, "a[]": "2"}),
        (b"a[b=1&[c]=2&d]=3", {"a[b": "1", "[c]": "2", "d]": "3"}),
        ("Ålder [år]=47".encode(), {"Ålder [år]": "47"}),
    ],
)
def test_brackets_nest_and_contradictions_lose_nothing(body: bytes, value: Json) -> None:
    content = read(body, FORM)

    assert isinstance(content, Document)
    assert content.value == value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a[b][value]": "1", "a[b][title]": null}', {"a": {"b": {"value": "1", "title": None}}}),
        (b'{"a[]": ["1", "2"], "b": {"c[d]": "1"}}', {"a": ["1", "2"], "b": {"c[d]": "1"}}),
        (b'{"a": {"b": "1"}, "a[c]": true}', {"a": {"b": "1"}, "a[c]": True}),
        (b'{"a[b]": {"x": "1"}, "a[b][y]": "2"}', {"a": {"b": {"x": "1"}}, "a[b][y]": "2"}),
    ],
)
def test_names_of_a_form_that_a_relay_made_json_of_nest_as_well(body: bytes, value: Json) -> None:
    content = read(body, "application/json")

    assert isinstance(content, Document)
    assert content.value == value


def test_names_in_json_nest_no_deeper_than_the_guard_allows() -> None:
    body = json.dumps({"a" + "[b]" * (MAX_DEPTH - 1): {"c": {"d": "1"}}}).encode()

    assert isinstance(read(body, "application/json"), Unusable)
    assert isinstance(read(body, "application/json", decoding=Decoding(brackets=False)), Document)


def test_brackets_are_left_alone_where_the_sender_means_them() -> None:
    content = read(b"a[b]=1", FORM, decoding=Decoding(brackets=False))

    assert content == Document({"a[b]": "1"})


def multipart(*parts: bytes, boundary: bytes = b"B") -> bytes:
    return b"".join(b"--" + boundary + b"\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + (
        b"--" + boundary + b"--\r\n"
    )


def test_files_in_a_multipart_form_are_left_out_and_named() -> None:
    body = multipart(
        b'name="namn"\r\n\r\nLina Exempel',
        'name="e-post på jobbet"\r\n\r\nlina@exempel.se'.encode(),
        b'name="ritning"; filename="tak.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF',
        b'name="tom"; filename=""\r\n\r\n',
    )

    content = read(body, "multipart/form-data; boundary=B")

    assert content == Document(
        {"namn": "Lina Exempel", "e-post på jobbet": "lina@exempel.se"}, signals=(("files", "ritning: tak.pdf"),)
    )


def test_a_lost_boundary_is_told_by_the_first_line() -> None:
    assert read(multipart(b'name="a"\r\n\r\n1', boundary=b"xyz"), "multipart/form-data") == Document({"a": "1"})


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data; boundary=other", "multipart/form-data; boundary=" + "x" * 300]
)
def test_a_multipart_form_that_does_not_parse_is_unreadable(content_type: str) -> None:
    assert isinstance(read(multipart(b'name="a"\r\n\r\n1')[:-9], content_type), Unreadable)


def test_json_within_a_form_field_replaces_the_field() -> None:
    raw = json.dumps({"q3_name": {"first": "Lina"}, "note": "x" * 100})
    body = multipart(b'name="formID"\r\n\r\n1', b'name="rawRequest"\r\n\r\n' + raw.encode())

    content = read(body, "multipart/form-data; boundary=B", decoding=Decoding(json_in=["rawRequest"]))

    assert content == Document({"formID": "1", "rawRequest": {"q3_name": {"first": "Lina"}, "note": "x" * 100}})


@pytest.mark.parametrize(
    ("body", "json_in", "value"),
    [
        (b'data.json={"a":["b"]}', ["data.json"], {"data.json": {"a": ["b"]}}),
        (b"a={no json}&b=[1]", ["*"], {"a": "{no json}", "b": ["1"]}),
        (b'a[b]={"c":1}', ["a.b"], {"a": {"b": {"c": "1"}}}),
        (b"a=1", ["rawRequest"], {"a": "1"}),
    ],
)
def test_what_is_no_json_stays_text(body: bytes, json_in: list[str], value: Json) -> None:
    assert read(body, FORM, decoding=Decoding(json_in=json_in)) == Document(value)


def test_json_in_a_field_may_be_longer_than_a_text_may() -> None:
    listed: list[Json] = [f"answer {number}" for number in range(1_000)]

    content = read(b"raw=" + json.dumps(listed).encode(), FORM, decoding=Decoding(json_in=["raw"]))

    assert content == Document({"raw": listed})


def test_a_request_without_a_body_is_read_from_its_query() -> None:
    assert read(b"", query=b"name=Lina+Exempel&a[b]=1", method="GET") == Document(
        {"name": "Lina Exempel", "a": {"b": "1"}}
    )


def test_the_query_beside_a_body_counts_only_where_asked() -> None:
    beside = Decoding(query="with_body")

    assert read(b'{"a": 1}', query=b"a=2&form=7") == Document({"a": "1"})
    assert read(b'{"a": 1}', query=b"a=2&form=7", decoding=beside) == Document({"a": "1", "form": "7"})


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b'{"a": 1}'), "gzip"),
        (gzip.compress(b'{"a": 1}'), ""),
        (gzip.compress(b'{"a"') + gzip.compress(b": 1}"), "gzip"),
        (zlib.compress(b'{"a": 1}'), "deflate"),
        (b'{"a": 1}', "gzip"),
    ],
)
def test_compressed_bodies_are_unpacked(body: bytes, encoding: str) -> None:
    assert read(body, "application/json", encoding=encoding) == Document({"a": "1"})


@pytest.mark.parametrize(
    ("body", "encoding", "code"),
    [
        (gzip.compress(b" " * (MAX_BODY_BYTES + 1)), "gzip", "unpacks_too_large"),
        (gzip.compress(b"{}")[:-4], "gzip", "not_compressed"),
        (b"\x1f\x8bnonsense", "gzip", "not_compressed"),
        (gzip.compress(b"") * 50, "gzip", "not_compressed"),
        (b"xxx", "br", "not_json"),
    ],
)
def test_what_cannot_be_unpacked_is_told(body: bytes, encoding: str, code: str) -> None:
    content = read(body, "application/json", encoding=encoding)

    assert isinstance(content, (Unusable, Unreadable))
    assert content.code == code


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"&".join(b"a=1" for _ in range(1_001)), FORM, "too_many_fields"),
        (b"a=" + b"x" * 9_000, FORM, "text_too_long"),
        (b"a" + b"[b]" * 40 + b"=1", FORM, "too_deep"),
        (
            b"a" + b"[]" * 31 + b"=1&" + b"&".join(b"b%d" % n + b"[c]" * 30 + b"=1" for n in range(100)),
            FORM,
            "too_many_values",
        ),
        (b'{"a": 1, "a": 2}', "text/plain", "duplicate_member"),
        (b'raw={"a": 1, "a": 2}', FORM, "duplicate_member"),
    ],
)
def test_what_is_beyond_a_limit_keeps_its_members_for_the_proof(body: bytes, content_type: str, code: str) -> None:
    content = read(body, content_type, decoding=Decoding(json_in=["raw"]))

    assert isinstance(content, Unusable)
    assert content.code == code
    assert content.members or code == "too_many_fields"


@pytest.mark.parametrize("body", [b"<lead><name>Lina</name></lead>", b"", b"hello", b"{"])
def test_what_is_nothing_we_read_says_so(body: bytes) -> None:
    assert isinstance(read(body), Unreadable)


def test_nul_is_taken_out_of_forms_and_told() -> None:
    assert read(b"a%00b=c%00", FORM) == Document({"ab": "c"}, nul_stripped=True)


def test_a_guessed_charset_is_told() -> None:
    assert read(b"n=\xc5sa", FORM) == Document({"n": "Åsa"}, signals=(("charset_guessed", True),))


def test_a_charset_that_is_a_trap_is_not_used() -> None:
    assert read(b'{"a": "b"}', "application/json; charset=zip") == Document({"a": "b"})
    with pytest.raises(ValueError, match="not a charset that is read"):
        Decoding(charset="rot13")


def test_json_in_fields_cannot_nest_deeper_than_a_body() -> None:
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    content = read(b"key=k&raw=" + deep, FORM, decoding=Decoding(json_in=["raw"]))

    assert isinstance(content, Unusable)
    assert content.code == "too_deep"
    assert ("key", "k") in content.members


def test_a_files_name_is_held_to_the_limits_of_a_text() -> None:
    head = b'--B\r\nContent-Disposition: form-data; name="\x00a"; filename="bbbbb\x00c"\r\n\r\nx\r\n'
    content = read(head * 900 + b"--B--\r\n", "multipart/form-data; boundary=B")

    assert isinstance(content, Document)
    files = str(dict(content.signals)["files"])
    assert files.startswith("a: bbbbbc; a: bbbbbc")
    assert len(files) == MAX_TEXT


def test_a_query_beside_a_body_is_held_to_the_limits_with_it() -> None:
    beside = Decoding(query="with_body")
    wide = b'{"a": [' + b"1," * (MAX_VALUES - 4) + b"1]}"

    assert read(b'{"a": 1}', query=b"b=%00&c=%E5", decoding=beside) == Document(
        {"b": "", "c": "å", "a": "1"}, nul_stripped=True, signals=(("charset_guessed", True),)
    )
    assert isinstance(read(wide, query=b"b=1", decoding=beside), Document)
    assert isinstance(read(wide, query=b"b=1&c=2", decoding=beside), Unusable)


@given(st.lists(st.sampled_from([b"%", b"4", b"1", b"%4", b"%C3%a5", b"=", b"\xff", b"z", b"\r\n"])).map(b"".join))
def test_percents_are_read_as_the_standard_library_does(text: bytes) -> None:
    assert unquoted(text) == unquote_to_bytes(text)
