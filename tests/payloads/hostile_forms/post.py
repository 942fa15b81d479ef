"""One post, and how the usual ones are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from urllib.parse import quote_plus

PAGE = "https://www.exempelsol.se"
THANKS = f"{PAGE}/tack"
FOR_COMPANIES = f"{PAGE}/tack-foretag?val=1"
URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "xYzZY"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"

_numbers = count(1)


class Becomes(StrEnum):
    """What a post leaves behind: a lead or a dead letter; nothing, as it says nothing; nothing, as it is refused."""

    KEPT = "kept"
    EMPTY = "empty"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Post:
    """One request. `declared` is a content length that lies; `to` the page that must be answered."""

    name: str
    body: bytes
    headers: Mapping[str, bytes | str] = field(default_factory=lambda: {"content-type": URLENCODED, "origin": PAGE})
    query: str = ""
    method: str = "POST"
    becomes: Becomes = Becomes.KEPT
    statuses: frozenset[int] = frozenset({200, 303})
    declared: int | None = None
    to: str | None = None
    signal: tuple[str, str | bool] | None = None


def fields(**more: str) -> dict[str, str]:
    """Build an invented person's form, a new person each time."""
    number = next(_numbers)
    return {"full_name": f"Fanny Påhittad {number}", "email": f"fanny.{number}@example.se", **more}


def urlencoded(pairs: Sequence[tuple[str, str]] | Mapping[str, str]) -> bytes:
    """Write a form as browsers do."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in items).encode()


def part(name: str, value: bytes | str, more: str = "", headers: str = "") -> bytes:
    """Write one part of a multipart form; `more` follows the name in its disposition."""
    body = value.encode() if isinstance(value, str) else value
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{headers}\r\n'
    return head.encode() + body + b"\r\n"


def multipart(*parts: bytes) -> bytes:
    """Close a multipart form."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def of_type(content_type: str, **more: str) -> dict[str, bytes | str]:
    """Build the headers of a post from the company's own page."""
    return {"content-type": content_type, "origin": PAGE, **more}


def sent(name: str, **more: str) -> Post:
    """Build a post of a person's form with these fields beside."""
    return Post(name, urlencoded(fields(**more)))
