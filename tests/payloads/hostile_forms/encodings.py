"""Charsets: right, wrong, and lied about; and compression."""

import gzip
import json
import zlib
from collections.abc import Iterator
from urllib.parse import quote

from tests.payloads.hostile_forms.post import BOUNDARY, URLENCODED, Becomes, Post, fields, multipart, of_type, part

_CODECS = ("utf-8", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "shift_jis", "utf-7", "mac-roman")
_CLAIMS = ("", "utf-8", "iso-8859-1", "utf-16", "x-no-such-charset")
_PERCENTS = {
    "latin-1 in percents": "%E5sa+%D6berg",
    "half a percent": "100%",
    "percents that are none": "%zz%G0",
    "overlong utf-8": "%C0%AFetc",
    "a lone continuation byte": "%80%80",
    "half of a surrogate pair": "%ED%A0%80",
    "a byte order mark": "%EF%BB%BFFanny",
    "nul": "Fa%00nny",
    "percents twice over": "%2541sa",
    "the last character there is": "%F4%8F%BF%BF",
    "beyond the last character": "%F4%90%80%80",
}
_GZIPPED = gzip.compress(b"full_name=Fanny&email=packed%40example.se")


def encodings() -> Iterator[Post]:
    """Make them."""
    yield from _charsets()
    yield from _multipart_charsets()
    yield from _packed()
    for name, value in _PERCENTS.items():
        yield Post(f"percents: {name}", f"email={quote(fields()['email'])}&full_name={value}".encode())


def _charsets() -> Iterator[Post]:
    for codec in _CODECS:
        for claim in _CLAIMS:
            person = fields()
            text = f"full_name=Åsa Öberg&email={person['email']}"
            media_type = f"{URLENCODED}; charset={claim}" if claim else URLENCODED
            yield Post(f"form in {codec} that says '{claim}'", text.encode(codec, "replace"), of_type(media_type))
    for codec in _CODECS:
        body = json.dumps(fields(full_name="Åsa Öberg"), ensure_ascii=False).encode(codec, "replace")
        yield Post(f"json in {codec}", body, of_type("application/json"))
        yield Post(f"json as text in {codec}", body, of_type("text/plain; charset=utf-16"))


def _multipart_charsets() -> Iterator[Post]:
    for codec in ("latin-1", "utf-16", "shift_jis"):
        email = part("email", fields()["email"])
        body = multipart(email, part("full_name", "Åsa Öberg".encode(codec, "replace")))
        yield Post(f"multipart in {codec}", body, of_type(f"multipart/form-data; boundary={BOUNDARY}; charset=utf-8"))
        told = part(
            "full_name", "Åsa".encode(codec, "replace"), headers=f"Content-Type: text/plain; charset={codec}\r\n"
        )
        yield Post(
            f"multipart part that says {codec}",
            multipart(part("_charset_", codec), part("email", fields()["email"]), told),
            of_type(f"multipart/form-data; boundary={BOUNDARY}"),
        )


def _packed() -> Iterator[Post]:
    bomb = gzip.compress(b"email=" + b"a" * 20_000_000)
    bodies = {
        "gzip": (_GZIPPED, "gzip"),
        "gzip that nobody told": (_GZIPPED, ""),
        "no gzip at all": (b"email=plain%40example.se", "gzip"),
        "half a gzip": (_GZIPPED[:-12], "gzip"),
        "deflate": (zlib.compress(b"email=deflated%40example.se"), "deflate"),
        "brotli that is none": (b"email=br%40example.se", "br"),
        "gzip within gzip": (gzip.compress(_GZIPPED), "gzip"),
        "a bomb": (bomb, "gzip"),
        "an unknown packing": (b"email=snappy%40example.se", "x-snappy"),
    }
    for name, (body, encoding) in bodies.items():
        headers = of_type(URLENCODED, **({"content-encoding": encoding} if encoding else {}))
        # Unpacked once it is a field's name without a value, which says nothing.
        becomes = Becomes.EMPTY if name == "gzip within gzip" else Becomes.KEPT
        yield Post(f"packed: {name}", body, headers, becomes=becomes)
