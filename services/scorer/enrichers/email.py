"""Facts about the e-mail address: its form for comparison, and what kind of mailbox it is."""

from functools import lru_cache

from services.scorer.background import Background
from services.scorer.enrichers import groups
from shared.domain.contact_points import canonical_email, mailbox
from shared.domain.lead import Lead
from shared.domain.score import Facts

CACHED_DOMAINS = 20_000
"""A few domains hold most addresses; an entry is about 200 bytes."""


class EmailEnricher:
    """Write `email`: `canonical`, `mailbox` (weaker), `domain`, and `kind`: disposable, free, role or corporate.

    `role` is said of a company's own domain only: info@ names the company, not a person. Domains of Internet
    providers count as free.
    """

    name = "email"

    def __init__(self, background: Background) -> None:
        self._reference = background.reference
        self._domain_kind = lru_cache(CACHED_DOMAINS)(self._look_up)

    def enrich(self, lead: Lead, facts: Facts) -> Facts:  # noqa: ARG002 - the port's signature
        """Read the address as typed."""
        if not lead.person.email:
            return {"email": groups.absent(self.name)}
        canonical = canonical_email(lead.person.email)
        if canonical is None:
            return {"email": groups.unreadable(self.name)}
        local, _, domain = canonical.rpartition("@")
        kind = self._domain_kind(domain)
        if kind == "corporate" and local.split("+", 1)[0] in self._reference.role_mail:
            kind = "role"
        return {
            "email": groups.found(self.name, canonical=canonical, mailbox=mailbox(canonical), domain=domain, kind=kind)
        }

    def _look_up(self, domain: str) -> str:
        names = domain.split(".")
        above = [".".join(names[start:]) for start in range(len(names) - 1)]
        if any(name in self._reference.disposable_mail for name in above):
            return "disposable"
        return "free" if domain in self._reference.free_mail else "corporate"
