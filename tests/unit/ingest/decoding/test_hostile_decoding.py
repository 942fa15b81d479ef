"""No bytes make the decoder raise, hang or grow."""

import gzip
import time
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.ingest.decoding.configuration import Decoding
from services.ingest.decoding.decoder import Decoder
from services.ingest.guard import MAX_BODY_BYTES, Document, Json, Unreadable, Unusable
from services.ingest.submission import Submission
from tests.unit.ingest.doors import AT

PATIENCE_S = 0.5
"""Ten times the target, in processor time, which a busy machine stretches too; what is quadratic takes far longer."""
DECODER = Decoder(Decoding(json_in=["*", "a.b"], query="with_body"))
TYPES = st.sampled_from(
    [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=B",
        "multipart/form-data; boundary=",
        "text/xml",
        "application/json; charset=utf-16",
        ";;;=",
        "",
    ]
) | st.text(max_size=30)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def submission(body: bytes, content_type: str, query: bytes = b"", encoding: str = "") -> Submission:
    headers = {b"content-type": content_type.encode(), b"content-encoding": encoding.encode()}
    return Submission("s", "POST", "/", query, headers, body, AT)


@quick
@given(st.binary(max_size=300), TYPES, st.binary(max_size=60), st.sampled_from(["", "gzip", "deflate", "br"]))
@example(b"--B\r\n", "multipart/form-data; boundary=B", b"", "")
@example(b"a[]=&a[[]=&a[]]=", "application/x-www-form-urlencoded", b"a[=", "")
@example(b'a={"b":"\\ud800"}', "", b"", "")
def test_any_bytes_are_read_without_an_error(body: bytes, content_type: str, query: bytes, encoding: str) -> None:
    content = DECODER.read(submission(body, content_type, query, encoding))

    assert isinstance(content, (Document, Unusable, Unreadable))


@quick
@given(st.text(alphabet="ab[]=&%+.{}\"'0123\x00å", max_size=120).map("a".__add__))
def test_no_field_of_a_form_is_lost(text: str) -> None:
    content = Decoder(Decoding()).read(submission(text.encode(), "application/x-www-form-urlencoded"))

    if isinstance(content, Document) and not content.nul_stripped and not content.signals:
        given_values = sorted(value for _, value in parse_qsl(text, keep_blank_values=True))
        assert sorted(leaves(content.value)) == given_values


def leaves(value: Json) -> list[str]:
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in leaves(member)]
    if isinstance(value, list):
        return [leaf for member in value for leaf in leaves(member)]
    return [str(value)]


@quick
@given(st.lists(st.tuples(st.text(alphabet="abå", min_size=1), st.text(alphabet="xyö\r\n-", max_size=20)), max_size=5))
def test_a_multipart_form_says_what_it_was_made_of(fields: list[tuple[str, str]]) -> None:
    parts = [f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields]

    content = Decoder(Decoding()).read(
        submission(("".join(parts) + "--B--\r\n").encode(), "multipart/form-data; boundary=B")
    )

    if not any("\r\n--B" in f"\r\n{value}" for _, value in fields):
        assert isinstance(content, Document)
        assert sorted(leaves(content.value)) == sorted(value for _, value in fields)


FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=B"
PART = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
BOMBS = {
    "percents": (b"a=" + b"%41" * 87_000, FORM, ""),
    "percents alone": (b"%" * 262_000, FORM, ""),
    "broken percents": (b"a=" + b"%%%4" * 65_000, FORM, ""),
    "fields": (b"a=1&" * 65_000, FORM, ""),
    "brackets": (b"a" + b"[" * 200_000 + b"=1", FORM, ""),
    "bracket pairs": (b"a" + b"[]" * 100_000 + b"=1", FORM, ""),
    "appends after indexes": (b"&".join([b"a[%d]=1" % n for n in range(499)] + [b"a[]=1"] * 500), FORM, ""),
    "deep groups": (b"&".join(b"a%d" % n + b"[b]" * 31 + b"=1" for n in range(999)), FORM, ""),
    "spaces": (b" " * 262_000 + b"{", "", ""),
    "lines": (b"a=\r\n" * 65_000, "text/plain", ""),
    "dashes": (b"--B\r\n" * 52_000, MULTIPART, ""),
    "near boundaries": (PART + b"\r\n--" * 65_000 + b"\r\n--B--\r\n", MULTIPART, ""),
    "parts": ((PART + b"\r\n") * 5_000 + b"--B--\r\n", MULTIPART, ""),
    "header lines": (b"--B\r\n" + b"x: y\r\n" * 40_000, MULTIPART, ""),
    "no end": (PART + b"x" * 262_000, MULTIPART, ""),
    "gzip": (gzip.compress(b"0" * 200_000_000, compresslevel=9)[:MAX_BODY_BYTES], "", "gzip"),
    "gzip members": (gzip.compress(b"") * 13_000, "", "gzip"),
    "json in fields": (b"&".join(b"a%d=%s" % (n, b"[" * 100 + b"]" * 100) for n in range(999)), FORM, ""),
    "json in a field": (b"a=" + b"[" * 130_000 + b"]" * 130_000, FORM, ""),
    "parameters": (b"{}", "application/json" + "; a=b" * 50_000, ""),
    "wide json": (b"[" + b"{}," * 87_000 + b"{}]", "text/plain", ""),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_over_at_once(name: str) -> None:
    body, content_type, encoding = BOMBS[name]

    started = time.thread_time()
    content = DECODER.read(submission(body, content_type, encoding=encoding))

    assert time.thread_time() - started < PATIENCE_S
    assert isinstance(content, (Document, Unusable, Unreadable))
