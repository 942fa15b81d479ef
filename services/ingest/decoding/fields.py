"""The fields of a form as they were sent: names and values in order, repeats included."""

import re
from collections.abc import Sequence

from services.ingest.decoding.charsets import CHARSETS, text_of
from services.ingest.decoding.percents import unquoted

MAX_FIELDS = 1_000
"""Fields of one form; real ones have fewer than a hundred."""

Fields = Sequence[tuple[str, str]]
RawFields = Sequence[tuple[bytes, bytes]]

_FORM = re.compile(rb"[^\s=&{}<>\"]{1,200}=")
_LINES = re.compile(rb"\A[^\r\n=]{1,200}=[^\r\n]*+\r\n")


def looks_urlencoded(body: bytes) -> bool:
    """Tell whether a body that says nothing of itself begins as a form does."""
    return _FORM.match(body) is not None


def looks_like_lines(body: bytes) -> bool:
    """Tell whether a body is a form that a browser sent as `text/plain`: a field a line."""
    return _LINES.match(body) is not None


def split_lines(body: bytes) -> RawFields:
    """Take a `text/plain` form apart. A line without a name belongs to the value before it."""
    fields: list[tuple[bytes, bytes]] = []
    for line in body.removesuffix(b"\r\n").split(b"\r\n"):
        name, is_field, value = line.partition(b"=")
        if is_field or not fields:
            fields.append((name, value))
        else:
            before, text = fields[-1]
            fields[-1] = (before, text + b"\n" + line)
    return fields


def split_urlencoded(body: bytes) -> RawFields:
    """Take an urlencoded form or a query string apart."""
    parts = [part.partition(b"=") for part in body.strip(b"\r\n").replace(b"+", b" ").split(b"&") if part]
    return [(unquoted(name), unquoted(value)) for name, _, value in parts]


def in_text(fields: RawFields, charsets: Sequence[str]) -> tuple[Fields, bool]:
    """Decode the fields, all in one charset, and tell whether it had to be guessed.

    `charsets` are tried after UTF-8; a field `_charset_` names the one the page was in (HTML, form submission).
    """
    try:
        return [(name.decode(), value.decode()) for name, value in fields], False
    except UnicodeDecodeError:
        pass
    named = next((value.decode("latin-1").lower() for name, value in fields if name == b"_charset_"), "")
    tried = [named, *charsets] if named in CHARSETS else charsets
    return [(text_of(name, tried), text_of(value, tried)) for name, value in fields], True
