"""The forms in which a header carries signatures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.ingest.verification.scheme import HeaderFormat, Scheme

MAX_HEADER_BYTES = 4096
"""The longest signature header seen has 150 bytes; with a few rotated keys it stays below 1,000."""
MAX_SIGNATURES = 8
"""Each costs a comparison (ed25519: 0.1 ms) that anybody can ask for."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a header says: signatures as written, each with its version (empty but in lists), and the time if there."""

    signatures: Sequence[tuple[bytes, bytes]]
    timestamp: bytes | None = None


class HeaderReader:
    """Reads a signature's header, as its scheme says. Names and versions are compared exactly."""

    def __init__(self, scheme: Scheme) -> None:
        self._read = _FORMATS[scheme.header_format]
        self.prefix = scheme.prefix.encode()
        self.separator = scheme.separator.encode()
        self.signature_member = scheme.signature_member.encode()
        self.timestamp_member = (scheme.timestamp_member or "").encode()

    def read(self, value: bytes) -> Signed | None:
        """Return what the header says, or None where it is not of the form."""
        if len(value) > MAX_HEADER_BYTES:
            return None
        signed = self._read(self, value.strip())
        return signed if signed is not None and 0 < len(signed.signatures) <= MAX_SIGNATURES else None


def _plain(_: HeaderReader, value: bytes) -> Signed:
    return Signed([(b"", value)])


def _prefix(reader: HeaderReader, value: bytes) -> Signed | None:
    return Signed([(b"", value.removeprefix(reader.prefix))]) if value.startswith(reader.prefix) else None


def _optional_prefix(reader: HeaderReader, value: bytes) -> Signed:
    return Signed([(b"", value.removeprefix(reader.prefix))])


def _pairs(reader: HeaderReader, value: bytes) -> Signed | None:
    members = [item.strip().partition(b"=")[::2] for item in value.split(reader.separator)]
    times = [text for name, text in members if name == reader.timestamp_member]
    signatures = [(b"", text) for name, text in members if name == reader.signature_member]
    # With two times nobody can say which one was signed.
    return None if len(times) > 1 else Signed(signatures, times[0] if times else None)


def _list(_: HeaderReader, value: bytes) -> Signed:
    return Signed([item.partition(b",")[::2] for item in value.split()])


_FORMATS: Mapping[HeaderFormat, Callable[[HeaderReader, bytes], Signed | None]] = {
    "plain": _plain,
    "prefix": _prefix,
    "optional_prefix": _optional_prefix,
    "pairs": _pairs,
    "list": _list,
}
