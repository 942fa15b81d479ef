"""Reading a payload from a file: how it was sent is told by the file's ending, and by its first line."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from services.commands.examples.payload import Payload

JSON = "application/json"
MEDIA_TYPES: Mapping[str, str] = {
    ".json": JSON,
    ".form": "application/x-www-form-urlencoded",
    ".txt": "text/plain; charset=utf-8",
}
"""What a file of each ending was sent as; of any other it was JSON, as nearly all senders write."""
QUERY = ".query"
"""A query string without a body."""
STANDARD_INPUT = Path("-")

_BOUNDARY = re.compile(rb"\A--([^\s]{1,70})\r?\nContent-Disposition:", re.IGNORECASE)


def payload_in(file: Path, *, media_type: str | None = None, headers: Mapping[str, str] | None = None) -> Payload:
    """Read a file, or standard input, as the request it was. `media_type` goes before what the file itself tells."""
    if file == STANDARD_INPUT:
        return payload_of(sys.stdin.buffer.read(), file.suffix, media_type=media_type, headers=headers)
    return payload_of(file.read_bytes(), file.suffix, media_type=media_type, headers=headers)


def payload_of(
    written: bytes, ending: str, *, media_type: str | None = None, headers: Mapping[str, str] | None = None
) -> Payload:
    """Make a request of what a file of that ending holds."""
    if ending == QUERY:
        return Payload(b"", headers or {}, query=written.decode().strip(), method="GET")
    known = media_type or _multipart(written) or MEDIA_TYPES.get(ending, JSON)
    return Payload(written, {"content-type": known, **(headers or {})})


def _multipart(written: bytes) -> str | None:
    first = _BOUNDARY.match(written)
    return f"multipart/form-data; boundary={first[1].decode('latin-1')}" if first else None
