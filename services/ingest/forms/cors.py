"""What lets a page's script post to us and read the answer: headers that name its origin, and no other.

Source: the Fetch standard, "CORS protocol". Nothing here proves who posts.
"""

import re
from collections.abc import Mapping, Sequence

Header = tuple[bytes, bytes]

METHODS = b"POST, OPTIONS"
USUAL_HEADERS = b"content-type, accept, x-requested-with, idempotency-key"
MAX_AGE = b"7200"
"""Seconds that a browser remembers a preflight: Chrome keeps none longer."""
MAX_ASKED = 1_000
"""Bytes of a preflight's wish that are repeated."""
_NAMES = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+(?:\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*+")
ASKS_METHOD = b"access-control-request-method"
_ASKS_HEADERS = b"access-control-request-headers"
_VARY = (b"vary", b"Origin")
"""Also where nothing is allowed: a cache must not show one origin's answer to another."""


def cors_headers(origin: bytes | None, asked: Mapping[bytes, bytes]) -> Sequence[Header]:
    """Make the headers of an answer to a page of this origin (None: not an allowed one), preflights included.

    A preflight is granted the headers it asks for: scripts that watch a page's speed or errors add their own to every
    request, and a lead must not be lost over one that we do not read.
    """
    if origin is None:
        return (_VARY,)
    shared = (_VARY, (b"access-control-allow-origin", origin))
    if ASKS_METHOD not in asked:
        return (*shared, (b"access-control-expose-headers", b"retry-after"))
    wanted = asked.get(_ASKS_HEADERS, b"").strip()
    is_list = len(wanted) <= MAX_ASKED and _NAMES.fullmatch(wanted) is not None
    return (
        *shared,
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", wanted if is_list else USUAL_HEADERS),
        (b"access-control-max-age", MAX_AGE),
    )
