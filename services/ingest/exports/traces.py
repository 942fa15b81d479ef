"""What a lead leaves by which it is known again where no id tells: who, when, and by which form."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.contact_points import canonical_email, parse_phone
from shared.domain.lead import Lead, Person

HEALED = "healed"
"""The signal of a lead that its sender's file or list told, not its webhook."""
LATE = timedelta(days=1)
"""How long after its submission a lead may have come, that tells no time of its own but that of its receipt."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One lead as it is compared. `contacts` are its canonical e-mail and phone number, for as long as a command runs.

    `submitted_at` is None where its sender told no time.
    """

    lead_id: str
    contacts: frozenset[str]
    click_id: str | None
    form_id: str | None
    campaign_id: str | None
    submitted_at: datetime | None
    received_at: datetime
    is_healed: bool

    @property
    def who(self) -> frozenset[str]:
        """What tells the person: the contacts, or where there are none the click."""
        return self.contacts or frozenset({self.click_id} if self.click_id else ())

    def may_be(self, other: "Trace") -> bool:
        """Tell whether two leads are of one person and contradict each other in nothing that both tell but the time."""
        if not self.who & {*other.contacts, other.click_id}:
            return False
        return not any(
            mine and theirs and mine != theirs
            for mine, theirs in (
                (self.click_id, other.click_id),
                (self.form_id, other.form_id),
                (self.campaign_id, other.campaign_id),
            )
        )

    def apart(self, arrived: "Trace") -> timedelta | None:
        """Tell how far apart in time this one and one that arrived are; None where this one tells no time."""
        if self.submitted_at is None:
            return None
        if arrived.submitted_at is not None:
            return abs(self.submitted_at - arrived.submitted_at)
        return timedelta() if timedelta() <= arrived.received_at - self.submitted_at <= LATE else LATE


def trace_of(lead: Lead, country: str) -> Trace:
    """Make the trace of a lead; numbers are dialled in `country`."""
    return Trace(
        lead_id=lead.id,
        contacts=frozenset(contacts_of(lead.person, country)),
        click_id=lead.attribution.click_ids.get("gclid"),
        form_id=lead.attribution.form_id,
        campaign_id=lead.attribution.campaign_id,
        submitted_at=None if lead.submitted_at == lead.received_at else lead.submitted_at,
        received_at=lead.received_at,
        is_healed=HEALED in lead.signals,
    )


def contacts_of(person: Person, country: str) -> Iterator[str]:
    """Yield a person's e-mail and phone number in the form in which they may be compared, the e-mail first."""
    if email := canonical_email(person.email):
        yield email
    if phone := parse_phone(person.phone, country):
        yield phone.e164
