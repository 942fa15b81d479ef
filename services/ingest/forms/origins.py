"""Which pages may post to a form, told by the header Origin or, where a browser tells none, by the Referer.

It is no proof against machines, which write what they like: it keeps other people's pages from posting to us and from
reading our answers (inbound-sources 5.1).
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from services.ingest.forms.addresses import origin_of
from services.ingest.verification.judgement import JUDGEMENTS, PROVED, Judgement, Reason

Policy = Literal["accept", "refuse"]
Headers = Mapping[bytes, bytes]
"""A request's headers by lower-case name."""
NULL = "null"
"""What a browser writes for a page whose referrer policy hides it, or that stands in a sandbox."""


class Origins:
    """The pages' origins that one source takes; `null` and `missing` say what becomes of those that tell none."""

    def __init__(self, allowed: Sequence[str], *, null: Policy, missing: Policy) -> None:
        self._allowed = frozenset(allowed)
        self._null = null
        self._missing = missing

    def judge(self, headers: Headers) -> Judgement:
        """Tell whether a request comes from one of the pages."""
        told = _told(headers)
        if told is not None:
            return PROVED if told in self._allowed else JUDGEMENTS[Reason.ORIGIN_NOT_ALLOWED]
        policy = self._null if self.silence(headers) == NULL else self._missing
        return PROVED if policy == "accept" else JUDGEMENTS[Reason.ORIGIN_MISSING]

    def silence(self, headers: Headers) -> str | None:
        """Tell how a request hides its page, as a signal: `null` or `missing`; None where it tells it."""
        if _told(headers) is not None:
            return None
        return NULL if _text(headers, b"origin") == NULL else "missing"

    def echoed(self, headers: Headers) -> bytes | None:
        """Return the origin whose pages may read the answer: the request's own, where it is allowed; never `null`."""
        origin = origin_of(_text(headers, b"origin"))
        return origin.encode() if origin in self._allowed and origin is not None else None


def _told(headers: Headers) -> str | None:
    """Return the page's origin; an unreadable one is told and is nobody's."""
    origin = _text(headers, b"origin")
    if origin and origin != NULL:
        return origin_of(origin) or origin
    referrer = _text(headers, b"referer")
    return (origin_of(referrer) or referrer) if referrer else None


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1").strip()
