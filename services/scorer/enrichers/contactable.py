"""The fact whether anybody could reach this person at all."""

from services.scorer.background import Background
from shared.domain.lead import Lead
from shared.domain.score import Facts


class ContactableEnricher:
    """Write `contactable`: a valid phone number, or an e-mail address that reads as one and is not disposable."""

    name = "contactable"

    def __init__(self, background: Background) -> None:
        """Need nothing."""

    def enrich(self, lead: Lead, facts: Facts) -> Facts:  # noqa: ARG002 - the port's signature
        """Judge by `facts.phone` and `facts.email`."""
        by_email = facts["email"].get("kind", "disposable") != "disposable"
        return {"contactable": by_email or bool(facts["phone"].get("valid"))}
