"""The fields of a `multipart/form-data` body. Files are left out and told by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from multipart import (  # type: ignore[import-untyped]  # the library ships no types
    MultipartError,
    ParserLimitReached,
    PushMultipartParser,
)

from services.ingest.decoding.fields import MAX_FIELDS, RawFields
from services.ingest.guard import FINDINGS, Unreadable, Unusable

_FIRST_LINE = re.compile(rb"\A--([^\s]{1,200})\r\n")
MAX_BOUNDARY = 200
"""Characters; RFC 2046 allows 70."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A form taken apart. `files`: field and file name of each file that was left out."""

    fields: RawFields
    files: Sequence[str]


def split_multipart(body: bytes, boundary: str | None) -> Parts | Unusable | Unreadable:
    """Take a form apart; where the header lost the boundary, the first line tells it."""
    first = _FIRST_LINE.match(body)
    known = boundary.encode("latin-1") if boundary else first[1] if first else b""
    if not known or len(known) > MAX_BOUNDARY:
        return Unreadable("not a multipart form: it has no boundary", code="not_multipart")
    try:
        return _parts(body, known)
    except ParserLimitReached:
        return Unusable("too_many_fields", FINDINGS["too_many_fields"], ())
    except MultipartError as error:
        return Unreadable(f"not a multipart form: {error}", code="not_multipart")


def _parts(body: bytes, boundary: bytes) -> Parts:
    fields: list[tuple[bytes, bytes]] = []
    files: list[str] = []
    name: bytes | None = None
    value = b""
    with PushMultipartParser(
        boundary, content_length=len(body), max_segment_count=MAX_FIELDS, header_charset="latin-1"
    ) as parser:
        for event in parser.parse(body):
            if isinstance(event, (bytes, bytearray)):
                value += event if name is not None else b""
            elif event is not None:
                name, value = _raw(event.name or "") if event.filename is None else None, b""
                if event.filename:
                    files.append(f"{_readable(event.name or '')}: {_readable(event.filename)}")
            elif name is not None:
                fields.append((name, value))
    return Parts(fields, files)


def _raw(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:  # it was written with percents, in UTF-8
        return text.encode(errors="replace")


def _readable(text: str) -> str:
    return _raw(text).decode(errors="replace").replace("\0", "")
