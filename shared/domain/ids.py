"""Ids are derived, not drawn: a lead, event or delivery has the same id wherever and however often it is made."""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

TRATT = UUID("6f1f3c0e-6d0b-5a57-9d53-1d3a6a0f7c11")
"""Namespace of every derived id. Changing it would make every repeat look new."""
_TRATT_BYTES = TRATT.bytes
_VARIANTS = {f"{digit:x}": f"{digit & 0x3 | 0x8:x}" for digit in range(16)}
"""The digit that tells a UUID's variant: its two upper bits are 10 (RFC 9562, 4.1)."""

PROBABLE_BUCKET_S = 600
"""Content without an id of its own counts as the same submission within ten minutes (reliability: a double click)."""


def derived(kind: str, *parts: object) -> str:
    """Derive an id from what it stands for; parts are told apart, so ("a", "bc") is not ("ab", "c").

    It is `uuid5(TRATT, …)`, written out: a third of the time, and a lead has a dozen such ids on its way.
    """
    name = "\x1f".join((kind, *map(str, parts)))
    digits = hashlib.sha1(_TRATT_BYTES + name.encode(), usedforsecurity=False).hexdigest()
    variant = _VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def lead_id(source: str, submission_id: str) -> str:
    """Derive a lead's id from its source and the sender's own id of the submission."""
    return derived("lead", source, submission_id)


def delivery_id(lead: str, destination: str, decision_number: int) -> str:
    """Derive the id under which a destination sees one decision about one lead, at every attempt."""
    return derived("delivery", lead, destination, decision_number)


def content_hash(content: bytes) -> str:
    """Hash a submission's content, so that a repeat is told from a correction."""
    return hashlib.sha256(content).hexdigest()[:32]


def keyed_hash(key: bytes, kind: str, value: str) -> str:
    """Hash personal data for look-up: 32 hex characters of HMAC-SHA256. Without the key nobody can try addresses."""
    return hmac.digest(key, f"{kind}:{value}".encode(), "sha256").hex()[:32]


def probable_submission_id(key: bytes, content: bytes, received_at: datetime) -> str:
    """Make up an id for a submission that came without one: content and ten-minute bucket, marked `probable`."""
    bucket = int(received_at.timestamp()) // PROBABLE_BUCKET_S
    return "probable-" + hmac.digest(key, b"%d:" % bucket + content, "sha256").hex()[:32]


def person_key(key: bytes, *, email: str | None, phone: str | None, lead: str) -> str:
    """Tell which partition a person's events share: from the canonical e-mail, else the E.164 phone, else the lead id.

    It is a partition key, never an identity: who is whom is the router's knowledge.
    """
    if email:
        return keyed_hash(key, "email", email)
    if phone:
        return keyed_hash(key, "phone", phone)
    return keyed_hash(key, "lead", lead)
