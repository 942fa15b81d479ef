"""The check of a signature: over the raw bytes, with every key that is valid now, within the replay window."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.ingest.verification.evidence import Evidence
from services.ingest.verification.headers import MAX_HEADER_BYTES, HeaderReader, Signed
from services.ingest.verification.judgement import Reason
from services.ingest.verification.keys import DECODERS, SIGNATURE_BYTES, Key
from services.ingest.verification.scheme import Scheme
from services.ingest.verification.template import Templates

MAX_TIMESTAMP_DIGITS = 16
"""Milliseconds have 13 digits until the year 2286."""


class SignatureCheck:
    """Tells whether one of the keys signed the request. `is_optional`: what carries no signature at all passes."""

    def __init__(
        self, scheme: Scheme, keys: Sequence[Key], *, is_optional: bool = False, public_url: str | None = None
    ) -> None:
        self._header = scheme.header.lower().encode()
        self._reader = HeaderReader(scheme)
        self._templates = Templates(scheme.signed, public_url)
        self._id_header = scheme.id_header.lower().encode() if scheme.id_header else None
        self._timestamp_header = scheme.timestamp_header.lower().encode() if scheme.timestamp_header else None
        self._window = _Window(scheme) if scheme.is_timed else None
        self._decoders = [DECODERS[encoding] for encoding in scheme.encoding]
        is_list = scheme.header_format == "list"
        self._keys = [(key, scheme.versions.get(key.algorithm, "").encode() if is_list else b"") for key in keys]
        self._is_optional = is_optional

    def fault(self, evidence: Evidence) -> Reason | None:
        """Return why the signature proves nothing, or None. Whether it fits is told before whether it is stale."""
        headers = evidence.submission.headers
        header = headers.get(self._header)
        if header is None:
            return Reason.UNSIGNED if self._is_optional else Reason.SIGNATURE_MISSING
        signed = self._reader.read(header)
        if signed is None:
            return Reason.SIGNATURE_MALFORMED
        message_id = headers.get(self._id_header, b"").strip() if self._id_header else b""
        timestamp = headers.get(self._timestamp_header, b"").strip() if self._timestamp_header else signed.timestamp
        return (
            self._incomplete(message_id, timestamp)
            or self._mismatch(evidence, signed, message_id=message_id, timestamp=timestamp or b"")
            or (self._window.fault(timestamp or b"", evidence.now) if self._window else None)
        )

    def _incomplete(self, message_id: bytes, timestamp: bytes | None) -> Reason | None:
        if self._id_header and not 0 < len(message_id) <= MAX_HEADER_BYTES:
            return Reason.ID_MISSING
        if self._window is None:
            return None
        if not timestamp:
            return Reason.TIMESTAMP_MISSING
        is_number = timestamp.isdigit() and len(timestamp) <= MAX_TIMESTAMP_DIGITS
        return None if is_number else Reason.TIMESTAMP_MALFORMED

    def _mismatch(self, evidence: Evidence, signed: Signed, *, message_id: bytes, timestamp: bytes) -> Reason | None:
        values = self._templates.values(evidence.submission, message_id=message_id, timestamp=timestamp)
        texts = () if self._templates.hold_secret else self._templates.fill(values)
        fitting, is_readable = 0, False
        # Every key is tried, so that time does not tell which one fits.
        for key, version in self._keys:
            signatures = self._decoded(signed, key, version)
            if not signatures:
                continue
            is_readable = True
            if self._templates.hold_secret:
                texts = self._templates.fill(values | {"secret": key.material})
            for text in texts:
                fitting += key.fits(signatures, text)
        if fitting:
            return None
        return Reason.SIGNATURE_WRONG if is_readable else Reason.SIGNATURE_MALFORMED

    def _decoded(self, signed: Signed, key: Key, version: bytes) -> Sequence[bytes]:
        size = SIGNATURE_BYTES[key.algorithm]
        decoded = []
        for its_version, text in signed.signatures:
            if its_version != version:
                continue
            for decode in self._decoders:
                try:
                    signature = decode(text)
                except ValueError:
                    continue
                if len(signature) == size:
                    decoded.append(signature)
        return decoded


class _Window:
    """How far from now a request may be signed, either way."""

    def __init__(self, scheme: Scheme) -> None:
        self._units_per_s = 1000 if scheme.timestamp_unit == "ms" else 1
        self._tolerance_s = scheme.tolerance / timedelta(seconds=1)

    def fault(self, timestamp: bytes, now: datetime) -> Reason | None:
        age_s = now.timestamp() - int(timestamp) / self._units_per_s
        if age_s > self._tolerance_s:
            return Reason.TOO_OLD
        return Reason.IN_THE_FUTURE if age_s < -self._tolerance_s else None
