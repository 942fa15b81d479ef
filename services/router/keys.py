"""The keys a lead, a customer or a person is known by: keyed hashes, never the address or number itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.router.customer_rows import CustomerRow, SuppressionRow
from shared.domain.contact_points import canonical_email, mailbox
from shared.domain.events import LeadScoredData
from shared.domain.ids import keyed_hash
from shared.domain.organisation_number import canonical_organisation_number


class KeyKind(StrEnum):
    """What a key was made of. The order is that of the match tiers (crm-destinations 5.3)."""

    CUSTOMER_ID = "customer_id"
    ORGANISATION_NUMBER = "organisation_number"
    EMAIL = "email"
    MAILBOX = "mailbox"
    PHONE = "phone"
    DOMAIN = "domain"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class LeadKeys:
    """One lead's keys: hash by kind, absent where the lead tells nothing.

    `person` is what the claim on a person is made of; two addresses of one mailbox share it.
    """

    by_kind: Mapping[KeyKind, str]
    person: tuple[KeyKind, str]

    @property
    def contact(self) -> str:
        """Tell the exact contact point's hash: two leads with the same one are certainly one person's."""
        return self.by_kind.get(KeyKind.EMAIL) or self.by_kind.get(KeyKind.PHONE) or self.person[1]


def lead_keys(data: LeadScoredData, *, secret: bytes) -> LeadKeys:
    """Make the keys of a scored lead. Phone comes from the facts: normalising it again would cost 40 microseconds."""
    email = canonical_email(data.lead.person.email)
    values = {
        KeyKind.CUSTOMER_ID: _told_customer_id(data),
        KeyKind.ORGANISATION_NUMBER: canonical_organisation_number(data.lead.company.organisation_number),
        KeyKind.EMAIL: email,
        KeyKind.MAILBOX: mailbox(email) if email else None,
        KeyKind.PHONE: (data.facts.get("phone") or {}).get("e164"),
    }
    by_kind = {kind: keyed_hash(secret, kind, value) for kind, value in values.items() if value}
    return LeadKeys(by_kind, _person(by_kind, data.lead_id, secret))


def _person(by_kind: Mapping[KeyKind, str], lead_id: str, secret: bytes) -> tuple[KeyKind, str]:
    for kind in (KeyKind.MAILBOX, KeyKind.PHONE):
        if kind in by_kind:
            return kind, by_kind[kind]
    return KeyKind.LEAD, keyed_hash(secret, KeyKind.LEAD, lead_id)


def _told_customer_id(data: LeadScoredData) -> str | None:
    """Find the customer's own id, as a form or a link may carry it. Who recommended the lead is somebody else."""
    answers = data.facts.get("answers") or {}
    for told in (
        answers.get("customer_id"),
        data.lead.answers.get("customer_id"),
        data.lead.signals.get("customer_id"),
    ):
        if isinstance(told, str) and told.strip():
            return told.strip()
    return None


def customer_keys_of(row: CustomerRow, *, secret: bytes) -> Iterator[tuple[KeyKind, str]]:
    """Make the keys a customer is found by. Phones and domains wait for the tiers that will ask for them."""
    yield KeyKind.CUSTOMER_ID, keyed_hash(secret, KeyKind.CUSTOMER_ID, row.customer_id)
    if row.organisation_number:
        yield KeyKind.ORGANISATION_NUMBER, keyed_hash(secret, KeyKind.ORGANISATION_NUMBER, row.organisation_number)
    for email in row.emails:
        yield KeyKind.EMAIL, keyed_hash(secret, KeyKind.EMAIL, email)
        yield KeyKind.MAILBOX, keyed_hash(secret, KeyKind.MAILBOX, mailbox(email))
    for phone in row.phones:
        yield KeyKind.PHONE, keyed_hash(secret, KeyKind.PHONE, phone)
    for domain in row.domains:
        yield KeyKind.DOMAIN, keyed_hash(secret, KeyKind.DOMAIN, domain)


def suppression_keys_of(row: SuppressionRow, *, secret: bytes) -> Iterator[tuple[KeyKind, str]]:
    """Make the keys by which somebody is left alone."""
    for email in row.emails:
        yield KeyKind.EMAIL, keyed_hash(secret, KeyKind.EMAIL, email)
    for phone in row.phones:
        yield KeyKind.PHONE, keyed_hash(secret, KeyKind.PHONE, phone)
