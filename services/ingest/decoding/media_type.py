"""What the header `content-type` says of a body."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from services.ingest.decoding.charsets import CHARSETS

CACHED_HEADERS = 256
"""A source's senders have a handful; a multipart boundary is new each time and passes through."""
MAX_HEADER = 1_000
"""Characters that are looked at."""


class Kind(Enum):
    """How a body says it is written."""

    JSON = "json"
    URLENCODED = "urlencoded"
    MULTIPART = "multipart"
    XML = "xml"
    TEXT = "text"
    """Plain text, or anything else, or nothing: then the body itself must tell."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """A content type. `charset` is one we can read, or None."""

    kind: Kind
    charset: str | None = None
    boundary: str | None = None


@lru_cache(CACHED_HEADERS)
def media_type(header: bytes) -> MediaType:
    """Read the header; what cannot be read says nothing."""
    essence, *parameters = header[:MAX_HEADER].decode("latin-1").split(";")
    given = {
        name.strip().lower(): value.strip().strip('"') for name, _, value in (one.partition("=") for one in parameters)
    }
    charset = given.get("charset", "").lower()
    return MediaType(
        _kind(essence.strip().lower()), charset if charset in CHARSETS else None, given.get("boundary") or None
    )


def _kind(essence: str) -> Kind:
    if essence.endswith(("/json", "+json")):
        return Kind.JSON
    if essence == "application/x-www-form-urlencoded":
        return Kind.URLENCODED
    if essence.startswith("multipart/"):
        return Kind.MULTIPART
    return Kind.XML if essence.endswith(("/xml", "+xml")) else Kind.TEXT
