"""Unpacking compressed bodies within the size that an uncompressed one may have."""

import zlib

from services.ingest.guard import MAX_BODY_BYTES, Unreadable, Unusable

GZIP = b"\x1f\x8b"
MAX_MEMBERS = 16
"""Parts of one gzip body; real ones have one."""
_WINDOWS = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}
"""zlib's `wbits` by content encoding."""


def is_packed(body: bytes, encoding: bytes | None) -> bool:
    """Tell whether a body is compressed. A sender may forget to say so, and a proxy may have unpacked what says so."""
    if body.startswith(GZIP):
        return True
    return encoding is not None and encoding.strip().lower() not in {b"", b"identity", b"gzip", b"x-gzip"}


def unpacked(body: bytes, encoding: bytes | None) -> bytes | Unusable | Unreadable:
    """Unpack a body; no more of it is unpacked than a body may have."""
    name = b"gzip" if body.startswith(GZIP) else (encoding or b"").strip().lower()
    window = _WINDOWS.get(name)
    if window is None:
        return Unreadable("the body is compressed in a way that is not read: send it with gzip, or as it is")
    whole, left = b"", body
    for _ in range(MAX_MEMBERS):
        member = zlib.decompressobj(window)
        try:
            whole += member.decompress(left, MAX_BODY_BYTES + 1 - len(whole))
        except zlib.error:
            return Unreadable("the body says it is compressed and cannot be unpacked", code="not_compressed")
        if len(whole) > MAX_BODY_BYTES:
            return Unusable("unpacks_too_large", f"unpacked it has more than {MAX_BODY_BYTES} bytes", ())
        if not member.eof:
            return Unreadable("the compressed body ends too early", code="not_compressed")
        left = member.unused_data
        if not left.startswith(GZIP):
            return whole
    return Unreadable(f"the compressed body has more than {MAX_MEMBERS} parts", code="not_compressed")
