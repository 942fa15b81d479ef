"""Keys, made of the secrets as the sender shows them: what signs, and what tells whether a signature fits."""

import hashlib
import hmac
from binascii import a2b_base64, unhexlify
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.ingest.verification.scheme import Algorithm, Encoding, Scheme, SecretEncoding

PUBLIC_PREFIX = "whpk_"
PRIVATE_PREFIX = "whsk_"
SECRET_PREFIX = "whsec_"  # noqa: S105 - what stands before a secret
"""Prefixes of Standard Webhooks: spec/standard-webhooks.md, Signature scheme."""

ED25519_BYTES = 32
SIGNATURE_BYTES: Mapping[Algorithm, int] = {
    "hmac_sha256": 32,
    "hmac_sha1": 20,
    "hmac_sha512": 64,
    "sha256": 32,
    "ed25519": 64,
}
_DIGESTS: Mapping[Algorithm, str] = {"hmac_sha256": "sha256", "hmac_sha1": "sha1", "hmac_sha512": "sha512"}


def _base64(text: bytes) -> bytes:
    bare = text.rstrip(b"=")  # some senders leave the padding out
    return a2b_base64(bare + b"=" * (-len(bare) % 4), strict_mode=True)


def _base64url(text: bytes) -> bytes:
    return _base64(text.translate(bytes.maketrans(b"-_", b"+/")))


DECODERS: Mapping[Encoding, Callable[[bytes], bytes]] = {"hex": unhexlify, "base64": _base64, "base64url": _base64url}
"""Strict ones: what is not of the encoding raises ValueError."""


class Key(Protocol):
    """One secret of a sender."""

    @property
    def algorithm(self) -> Algorithm:
        """What it signs with."""
        ...

    @property
    def material(self) -> bytes:
        """Its bytes, where both sides know them."""
        ...

    def fits(self, signatures: Sequence[bytes], text: bytes) -> bool:
        """Tell whether one of the signatures, each of the algorithm's size, is this key's. Each is compared."""
        ...


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A secret that both sides know."""

    algorithm: Algorithm
    material: bytes = field(repr=False)

    def sign(self, text: bytes) -> bytes:
        """Sign a text, which already holds the secret where the hash is a plain one."""
        digest = _DIGESTS.get(self.algorithm)
        if digest is None:
            return hashlib.sha256(text).digest()
        return hmac.digest(self.material, text, digest)

    def fits(self, signatures: Sequence[bytes], text: bytes) -> bool:
        """Tell whether one of the signatures is this key's, in a time that does not depend on which bytes differ."""
        ours = self.sign(text)
        return sum([hmac.compare_digest(ours, signature) for signature in signatures]) > 0


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a sender's ed25519 pair."""

    key: Ed25519PublicKey
    algorithm: Algorithm = "ed25519"
    material: bytes = b""

    def fits(self, signatures: Sequence[bytes], text: bytes) -> bool:
        """Tell whether one of the signatures was made with the private half. Nothing here is secret."""
        return any(self._is_signed(signature, text) for signature in signatures)

    def _is_signed(self, signature: bytes, text: bytes) -> bool:
        try:
            self.key.verify(signature, text)
        except InvalidSignature:
            return False
        return True


def make_key(secret: str, scheme: Scheme) -> Key:
    """Make the key that verifies.

    Raises:
        ValueError: the secret is not of the encoding; the text holds nothing of it.
    """
    if scheme.algorithm != "ed25519" and not secret.startswith(PUBLIC_PREFIX):
        return make_shared_key(secret, scheme)
    if secret.startswith(PRIVATE_PREFIX):
        raise ValueError("is a private key (whsk_): only the sender may have it; ask for the public one (whpk_)")
    material = _decode(secret.removeprefix(PUBLIC_PREFIX), _encoding_of_pairs(scheme))
    if len(material) != ED25519_BYTES:
        raise ValueError(f"is no ed25519 public key, which has {ED25519_BYTES} bytes: copy it again")
    return PublicKey(Ed25519PublicKey.from_public_bytes(material))


def make_shared_key(secret: str, scheme: Scheme) -> SharedKey:
    """Make the key of a secret that both sides know.

    Raises:
        ValueError: as above.
    """
    material = _decode(secret, scheme.secret_encoding)
    if not material:
        raise ValueError("is empty: copy it from the sender's page")
    return SharedKey(scheme.algorithm, material)


def make_private_key(secret: str, scheme: Scheme) -> Ed25519PrivateKey:
    """Make the sender's half of an ed25519 pair: `whsk_` and the private key's 32 bytes, then the public one's.

    Raises:
        ValueError: it is no such key.
    """
    material = _decode(secret.removeprefix(PRIVATE_PREFIX), _encoding_of_pairs(scheme))
    if len(material) < ED25519_BYTES:
        raise ValueError(f"is no ed25519 private key, which has {ED25519_BYTES} bytes or more")
    return Ed25519PrivateKey.from_private_bytes(material[:ED25519_BYTES])


def _encoding_of_pairs(scheme: Scheme) -> SecretEncoding:
    return "base64" if scheme.secret_encoding == "utf8" else scheme.secret_encoding  # noqa: S105 - an encoding's name


def _decode(secret: str, encoding: SecretEncoding) -> bytes:
    if encoding == "utf8":
        return secret.encode(errors="surrogatepass")
    try:
        if encoding == "hex":
            return unhexlify(secret.strip())
        return _base64(secret.strip().removeprefix(SECRET_PREFIX if encoding == "whsec" else "").encode())
    except ValueError:
        name = "hexadecimal" if encoding == "hex" else "base64"
        raise ValueError(f"is not {name}: copy it again, or set secret_encoding") from None  # the cause would quote it
