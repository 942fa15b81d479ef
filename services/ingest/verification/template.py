"""The text that a sender signs, written as a template: `{timestamp}.{body}`."""

import re
from collections.abc import Callable, Mapping, Sequence

from services.ingest.submission import Submission

_FIELD = re.compile(r"\{(\w*)\}")

HUBSPOT_DECODED: Mapping[bytes, bytes] = {
    b"%%%02X" % ord(character): character.encode() for character in ":/?@!$'()*,;"
}
"""What HubSpot decodes in the URL it signs: developers.hubspot.com, Validating requests, v3, the table."""
_ENCODED = re.compile(b"|".join(HUBSPOT_DECODED), re.IGNORECASE)

Reader = Callable[[Submission, bytes], bytes]
"""Takes a submission and the public URL without its trailing slash."""


def _path(submission: Submission) -> bytes:
    return submission.path.encode(errors="surrogatepass")


def _url(submission: Submission, public_url: bytes) -> bytes:
    query = b"?" + submission.query if submission.query else b""
    return public_url + _path(submission) + query


def _decoded_url(submission: Submission, public_url: bytes) -> bytes:
    return _ENCODED.sub(lambda found: HUBSPOT_DECODED[found[0].upper()], _url(submission, public_url))


READERS: Mapping[str, Reader] = {
    "body": lambda submission, _: submission.body,
    "method": lambda submission, _: submission.method.encode(errors="surrogatepass"),
    "path": lambda submission, _: _path(submission),
    "query": lambda submission, _: submission.query,
    "url": _url,
    "decoded_url": _decoded_url,
}
"""What a request itself says, by the field's name."""
FIELDS = frozenset({*READERS, "id", "timestamp", "secret"})
"""Every field of a template. `id` and `timestamp` are signed as the sender wrote them, `secret` is the key's bytes."""


def fields_of(text: str) -> frozenset[str]:
    """Return the names of a template's fields, unknown ones too."""
    return frozenset(_FIELD.findall(text))


class Templates:
    """The texts that a sender may have signed, compiled. `texts` hold known fields only."""

    def __init__(self, texts: Sequence[str], public_url: str | None) -> None:
        self._public_url = (public_url or "").removesuffix("/").encode()
        self._parts = [_parts(text) for text in texts]
        names = frozenset[str]().union(*map(fields_of, texts))
        self._readers = [(name, READERS[name]) for name in READERS if name in names]
        self.hold_secret = "secret" in names

    def values(self, submission: Submission, *, message_id: bytes, timestamp: bytes) -> dict[str, bytes]:
        """Read every field but the secret."""
        values = {name: read(submission, self._public_url) for name, read in self._readers}
        values["id"] = message_id
        values["timestamp"] = timestamp
        return values

    def fill(self, values: Mapping[str, bytes]) -> Sequence[bytes]:
        """Write the texts, each once, in their order."""
        texts = [
            b"".join([values[part] if is_field else part.encode() for is_field, part in parts]) for parts in self._parts
        ]
        return texts if len(texts) == 1 else list(dict.fromkeys(texts))


def _parts(text: str) -> Sequence[tuple[bool, str]]:
    # A split by a pattern with one group gives text and field in turns.
    return [(bool(number % 2), part) for number, part in enumerate(_FIELD.split(text)) if part]
