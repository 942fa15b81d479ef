"""W3C trace context, as far as events carry it: read a caller's `traceparent`, begin one, continue one.

No spans: on the way in even an unsampled one doubles what a request costs (stack 2.3). The trace id travels in
the events instead, so that a collector can join the ends.
Source: https://www.w3.org/TR/trace-context/
"""

import re
from random import getrandbits

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_LENGTH = 55


def parse(header: str | None) -> str | None:
    """Return a caller's trace parent as version 00, or None where it is absent or not one.

    A later version may append fields after a dash; they are dropped, as the standard asks.
    """
    if header is None:
        return None
    head, rest = header[:_LENGTH], header[_LENGTH:]
    if _TRACEPARENT.fullmatch(head) is None:
        return None
    if rest and (head.startswith("00") or not rest.startswith("-")):
        return None
    return f"00{head[2:]}"


def begin() -> str:
    """Make a trace parent of a new trace, not sampled: whoever wants it recorded says so in their own."""
    ids = _random_hex(16 + 8)
    return f"00-{ids[:32]}-{ids[32:]}-00"


def child(parent: str | None) -> str:
    """Continue a trace with a step of its own, or begin one where there is none. `parent` is one of ours."""
    if parent is None:
        return begin()
    return f"{parent[:36]}{_random_hex(8)}{parent[52:]}"


def trace_id(parent: str) -> str:
    """Tell the trace that a trace parent belongs to."""
    return parent[3:35]


def _random_hex(length: int) -> str:
    # A name that must not collide, no secret: the system's randomness is a call into the kernel for each.
    return f"{getrandbits(8 * length):0{2 * length}x}"
