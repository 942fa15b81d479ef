"""Enrichers: each finds out one thing about a lead, without asking anybody outside."""

from collections.abc import Callable
from typing import Protocol

from services.scorer.background import Background
from services.scorer.enrichers.address import AddressEnricher
from services.scorer.enrichers.answers import AnswersEnricher
from services.scorer.enrichers.bot import BotEnricher
from services.scorer.enrichers.company import CompanyEnricher
from services.scorer.enrichers.contactable import ContactableEnricher
from services.scorer.enrichers.email import EmailEnricher
from services.scorer.enrichers.phone import PhoneEnricher
from shared.domain.lead import Lead
from shared.domain.score import Facts


class Enricher(Protocol):
    """Find out one thing about a lead."""

    name: str

    def enrich(self, lead: Lead, facts: Facts) -> Facts:
        """Return the facts to add to those of the enrichers before it in the table.

        Must be a function of its arguments alone (a replay is bit-equal) and never raise on what a person typed.
        A group carries `enricher` and `status` (found, absent, unreadable); what is not known is left out, never None.
        """
        ...


ENRICHERS: dict[str, Callable[[Background], Enricher]] = {
    "email": EmailEnricher,
    "address": AddressEnricher,
    "phone": PhoneEnricher,  # reads the country from address
    "company": CompanyEnricher,  # reads the domain from email
    "answers": AnswersEnricher,
    "contactable": ContactableEnricher,  # reads email and phone
    "bot": BotEnricher,
}
"""In this order: each sees the facts of those before it."""
