"""A signature scheme: how a sender signs, without its secrets. A preset is one of these."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from services.ingest.verification.template import FIELDS, fields_of

Algorithm = Literal["hmac_sha256", "hmac_sha1", "hmac_sha512", "sha256", "ed25519"]
Encoding = Literal["hex", "base64", "base64url"]
HeaderFormat = Literal["plain", "prefix", "optional_prefix", "pairs", "list"]
SecretEncoding = Literal["utf8", "base64", "whsec", "hex"]
TimestampUnit = Literal["s", "ms"]

TOLERANCE = timedelta(minutes=5)
"""What most vendors and the Standard Webhooks libraries allow between signing and receipt."""


def _standard_versions() -> Mapping[Algorithm, str]:
    return {"hmac_sha256": "v1", "ed25519": "v1a"}


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one sender signs. Header names are in any case.

    `encoding` and `signed` list what is accepted; the first of each is what we sign with. `signature_member`,
    `timestamp_member` and `separator` belong to the header format `pairs` (`t=…,v1=…`), `prefix` to `prefix` and
    `optional_prefix`, `versions` (by algorithm) to `list` (`v1,… v1a,…`).
    """

    header: str = ""
    algorithm: Algorithm = "hmac_sha256"
    encoding: tuple[Encoding, ...] = ("hex",)
    header_format: HeaderFormat = "plain"
    prefix: str = ""
    signature_member: str = "v1"
    timestamp_member: str | None = None
    separator: str = ","
    versions: Mapping[Algorithm, str] = field(default_factory=_standard_versions)
    signed: tuple[str, ...] = ("{body}",)
    id_header: str | None = None
    timestamp_header: str | None = None
    timestamp_unit: TimestampUnit = "s"
    tolerance: timedelta = TOLERANCE
    secret_encoding: SecretEncoding = "utf8"  # noqa: S105 - the name of an encoding

    @property
    def is_timed(self) -> bool:
        """Tell whether a request says when it was signed."""
        return self.timestamp_header is not None or self.timestamp_member is not None

    @property
    def needs_public_url(self) -> bool:
        """Tell whether the address that the sender calls is signed: behind a proxy only the configuration knows it."""
        return any(not fields_of(text).isdisjoint({"url", "decoded_url"}) for text in self.signed)


def find_fault(scheme: Scheme) -> str | None:
    """Return what makes a scheme unsafe or impossible, as a sentence that names the way out."""
    return next(_faults(scheme), None)


def _faults(scheme: Scheme) -> Iterator[str]:
    if not scheme.header:
        yield "header is missing: name the header that carries the signature, or choose a preset"
    if scheme.header_format in {"prefix", "optional_prefix"} and not scheme.prefix:
        yield f"prefix is missing: header_format {scheme.header_format} needs the text before the signature"
    if scheme.header_format == "list" and scheme.algorithm not in scheme.versions:
        yield f"versions does not name {scheme.algorithm}: write versions: {{{scheme.algorithm}: v1}}"
    if scheme.timestamp_member is not None and scheme.header_format != "pairs":
        yield "timestamp_member belongs to header_format pairs: use timestamp_header"
    if scheme.timestamp_member is not None and scheme.timestamp_header is not None:
        yield "timestamp_header and timestamp_member are both given: keep the one that the sender signs"
    for text in scheme.signed:
        yield from _faults_of_text(text, scheme)


def _faults_of_text(text: str, scheme: Scheme) -> Iterator[str]:
    names = fields_of(text)
    if unknown := sorted(names - FIELDS):
        yield f"signed names {{{unknown[0]}}}: use {', '.join(f'{{{name}}}' for name in sorted(FIELDS))}"
    if "body" not in names:
        yield "signed does not hold {body}, so anybody could change it: add it (that of a GET is empty)"
    if "id" in names and scheme.id_header is None:
        yield "signed holds {id}: name its header in id_header"
    if "timestamp" in names and not scheme.is_timed:
        yield "signed holds {timestamp}: name its header in timestamp_header (of pairs: timestamp_member)"
    if "timestamp" not in names and scheme.is_timed:
        yield "signed does not hold {timestamp}, so anybody could change it: add it, or leave the time out"
    if "secret" not in names and scheme.algorithm == "sha256":
        yield "signed does not hold {secret}, without which a plain sha256 proves nothing: add it, or use hmac_sha256"
    if "secret" in names and scheme.algorithm == "ed25519":
        yield "signed holds {secret}, but an ed25519 key is public: leave it out"
