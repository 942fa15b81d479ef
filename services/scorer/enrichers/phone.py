"""Facts about the phone number: whether it can exist, in its international form."""

from services.scorer.background import Background
from services.scorer.enrichers import groups
from shared.domain.contact_points import parse_phone
from shared.domain.lead import Lead
from shared.domain.score import Facts


class PhoneEnricher:
    """Write `phone`: `valid`, and where it is, `e164`, `country`, `kind` and `extension`.

    A number without country code is read as dialled in the lead's country (of `facts.address`), else in the company's.
    """

    name = "phone"

    def __init__(self, background: Background) -> None:
        self._country = background.country

    def enrich(self, lead: Lead, facts: Facts) -> Facts:
        """Read the number as typed."""
        if not lead.person.phone:
            return {"phone": groups.absent(self.name)}
        phone = parse_phone(lead.person.phone, facts["address"].get("country", self._country))
        if phone is None:
            return {"phone": groups.unreadable(self.name, valid=False)}
        return {
            "phone": groups.found(
                self.name,
                valid=True,
                e164=phone.e164,
                country=phone.country,
                kind=phone.kind,
                extension=phone.extension,
            )
        }
