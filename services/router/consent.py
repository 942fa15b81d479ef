"""May we? The basis a lead gives for a purpose, and for each channel. Pure.

An inbound request is the basis for contact about that request; a purchased lead needs proof of consent; a refusal
always wins over an older yes. What the law asks is in reliability 5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from shared.domain.business import Purpose, PurposeBasis
from shared.domain.decision import ContactPermission
from shared.domain.events import LeadScoredData
from shared.domain.lead import Consent

CONTACT = "sales_contact"
"""The purpose that contact by a seller serves."""
CHANNELS = ("phone", "email", "sms", "post")
_EVER = datetime.min.replace(tzinfo=UTC)
CACHED_PERMISSIONS = 1_000
"""Most leads share a handful; only suppressions add reasons of their own."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Whether a purpose may be served. `channels` limits a consent to what was agreed; empty is all."""

    granted: bool
    why: str
    channels: tuple[str, ...] = ()


def basis_for(name: str, data: LeadScoredData, purposes: Mapping[str, Purpose]) -> Basis:
    """Find the lead's basis for a purpose, or say what is missing."""
    purpose = purposes.get(name)
    if purpose is None:
        return Basis(granted=False, why=f"purpose {name} is not configured")
    said = _latest(name, data.lead.consents)
    if said is not None and not said.granted:
        return Basis(granted=False, why=f"consent to {name} was refused")
    if _required(purpose, data) == "request":
        return Basis(granted=True, why="asked to be contacted about this")
    return _consented(name, purpose, said, data)


def contact_permissions(
    data: LeadScoredData, purposes: Mapping[str, Purpose], *, suppressed: str | None
) -> dict[str, ContactPermission]:
    """Say for each channel whether a seller may use it for this lead, and why."""
    if suppressed is not None:
        return dict.fromkeys(CHANNELS, _told(allowed=False, why=f"do not contact: {suppressed}"))
    basis = basis_for(CONTACT, data, purposes)
    if not basis.granted:
        return dict.fromkeys(CHANNELS, _told(allowed=False, why=basis.why))
    agreed = basis.channels or purposes[CONTACT].channels
    return {channel: _permission(channel, data, agreed=agreed, because=basis.why) for channel in CHANNELS}


def _latest(name: str, consents: list[Consent]) -> Consent | None:
    said = [consent for consent in consents if consent.purpose == name]
    return max(said, key=_newest_then_strictest, default=None)


def _newest_then_strictest(consent: Consent) -> tuple[datetime, bool]:
    return consent.at or _EVER, not consent.granted


def _is_purchased(data: LeadScoredData) -> bool:
    return data.lead.purchase is not None or data.source_kind == "purchased"


def _required(purpose: Purpose, data: LeadScoredData) -> str:
    if _is_purchased(data):
        return "consent"
    return purpose.basis.inbound if isinstance(purpose.basis, PurposeBasis) else purpose.basis


def _consented(name: str, purpose: Purpose, said: Consent | None, data: LeadScoredData) -> Basis:
    if purpose.double_opt_in:
        return Basis(granted=False, why=f"consent to {name} is not confirmed")
    if said is not None:
        return Basis(granted=True, why=f"consent to {name}", channels=tuple(said.channels))
    purchase = data.lead.purchase
    if purchase is not None and purchase.opt_in_at is not None and isinstance(purpose.basis, PurposeBasis):
        return Basis(granted=True, why="opted in at the vendor")
    return Basis(granted=False, why=f"no consent to {name}")


def _permission(channel: str, data: LeadScoredData, *, agreed: Sequence[str], because: str) -> ContactPermission:
    if agreed and channel not in agreed:
        return _told(allowed=False, why="not a channel of this basis")
    if not _is_known(channel, data):
        return _told(allowed=False, why="not known")
    return _told(allowed=True, why=because)


@lru_cache(CACHED_PERMISSIONS)
def _told(*, allowed: bool, why: str) -> ContactPermission:
    return ContactPermission(allowed=allowed, why=why)


def _is_known(channel: str, data: LeadScoredData) -> bool:
    lead = data.lead
    if channel == "email":
        return lead.person.email is not None and _readable(data, "email")
    if channel == "post":
        return lead.address.street is not None and lead.address.city is not None
    return lead.person.phone is not None and _readable(data, "phone")


def _readable(data: LeadScoredData, group: str) -> bool:
    return (data.facts.get(group) or {}).get("status") != "unreadable"
