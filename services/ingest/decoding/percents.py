"""The bytes that percents write: `%C3%A5`."""

from collections.abc import Mapping

_DIGITS = b"0123456789abcdefABCDEF"
_WRITTEN: Mapping[bytes, bytes] = {
    bytes([first, second]): bytes.fromhex(chr(first) + chr(second)) for first in _DIGITS for second in _DIGITS
}


def unquoted(text: bytes) -> bytes:
    """Replace percents with the bytes they write; one that writes none stays.

    `urllib.parse.unquote_to_bytes` does the same, but raises and catches an error for each that writes none: 256 KiB of
    them took 90 ms.
    """
    if b"%" not in text:
        return text
    first, *parts = text.split(b"%")
    return first + b"".join([_WRITTEN[part[:2]] + part[2:] if part[:2] in _WRITTEN else b"%" + part for part in parts])
