"""One request as the fuzzer sends it, and as it lies in a file: readable, and exact to the byte."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zlib import crc32

from services.ingest.submission import Submission

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
ENDING = ".sent"


@dataclass(frozen=True, slots=True)
class Sent:
    """A body with the headers (by lower-case name) and the query string that came with it."""

    body: bytes
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    query: bytes = b""

    @property
    def number(self) -> int:
        """A number made of the content, so that whatever a target draws by chance is the same each time."""
        return crc32(self.written())

    def submission(self) -> Submission:
        return Submission("fuzzed", "POST", "/v1/sources/fuzzed", self.query, self.headers, self.body, AT)

    def written(self) -> bytes:
        """Write it as a file: query, headers, an empty line and the body. Odd bytes but the body's are escaped."""
        lines = [b"?" + _escaped(self.query), *(name + b": " + _escaped(text) for name, text in self.headers.items())]
        return b"\n".join([*lines, b"", self.body])


def read_sent(written: bytes) -> Sent:
    """Read such a file."""
    head, _, body = written.partition(b"\n\n")
    query, *lines = head.split(b"\n")
    headers = {name: _plain(text) for name, _, text in (line.partition(b": ") for line in lines)}
    return Sent(body, headers, _plain(query[1:]))


def _escaped(text: bytes) -> bytes:
    return text.decode("latin-1").encode("unicode_escape")


def _plain(text: bytes) -> bytes:
    return text.decode("unicode_escape").encode("latin-1")
