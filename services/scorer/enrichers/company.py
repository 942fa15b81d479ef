"""Facts about the company: its number, legal form, domain and size."""

from functools import lru_cache

from tldextract import TLDExtract

from services.scorer.background import Background
from services.scorer.enrichers import groups
from services.scorer.numerals import first_number
from shared.domain.lead import Company, Lead
from shared.domain.operands import folded
from shared.domain.organisation_number import canonical_organisation_number
from shared.domain.score import Facts

_KIND_BY_FIRST_DIGIT = {
    "1": "estate",
    "2": "public",
    "3": "foreign",
    "5": "limited_company",
    "6": "simple_partnership",
    "7": "cooperative",
    "8": "non_profit",
    "9": "partnership",
}
"""The group digit of a Swedish organisation number; the Swedish Tax Agency assigns it."""
_MONTH_OF_AN_ORGANISATION = 20
"""The third and fourth digit of an organisation's number are at least this; below, they are a month of birth."""
_ONE_PERSON = ("self-employed", "self employed", "myself", "enmans", "bara jag", "egenföretagare")
_AT_MOST = ("<", "färre än", "mindre än", "under ", "less than", "fewer than", "upp till", "up to")
_NOT_COMPANY_DOMAINS = frozenset(
    {"facebook.com", "linkedin.com", "instagram.com", "wixsite.com", "wordpress.com", "bit.ly", "linktr.ee"}
)
"""Site builders, networks and link shorteners that people give as their web page (crm-destinations 5.2)."""
CACHED_DOMAINS = 20_000


class CompanyEnricher:
    """Write `company`: `organisation_number`, `kind`, `domain`, `size`.

    A sole trader's number is a personal number: it is told as `kind: sole_trader` and not stored. `domain` is the
    registrable one of the lead's web page, else of an address that is no free mail. `size` is the least number of
    people that the answer allows: `11-50` is 11, `< 10` is 1.
    """

    name = "company"

    def __init__(self, background: Background) -> None:  # noqa: ARG002 - every enricher is made alike
        # No list is fetched and none cached on disk: the one that the library bundles.
        self._extract = TLDExtract(suffix_list_urls=(), cache_dir=None)
        self._registrable = lru_cache(CACHED_DOMAINS)(self._cut)
        self._registrable("tratt.example.com")  # the list is read at the first use, which belongs to the start

    def enrich(self, lead: Lead, facts: Facts) -> Facts:
        """Read what the person told of the company."""
        company = lead.company
        number, kind = _number_and_kind(company.organisation_number)
        domain = self._domain(company, facts)
        size = _size(company.size)
        if kind is not None or domain is not None or size is not None:
            group = groups.found(self.name, organisation_number=number, kind=kind, domain=domain, size=size)
            return {"company": group}
        told = company.organisation_number or company.domain or company.size
        return {"company": groups.unreadable(self.name) if told else groups.absent(self.name)}

    def _domain(self, company: Company, facts: Facts) -> str | None:
        if company.domain and (domain := self._registrable(company.domain.strip().lower()[:253])):
            return domain
        email = facts["email"]
        return self._registrable(email["domain"]) if email.get("kind") in {"corporate", "role"} else None

    def _cut(self, typed: str) -> str | None:
        domain = self._extract(typed).top_domain_under_public_suffix
        return domain if domain and domain not in _NOT_COMPANY_DOMAINS else None


def _number_and_kind(typed: str | None) -> tuple[str | None, str | None]:
    number = canonical_organisation_number(typed)
    if number is None:
        return None, None
    if int(number[2:4]) < _MONTH_OF_AN_ORGANISATION:
        return None, "sole_trader"
    return number, _KIND_BY_FIRST_DIGIT.get(number[0], "other")


def _size(typed: str | None) -> int | None:
    text = folded((typed or "")[:200])
    if not text:
        return None
    number = first_number(text)
    if text.startswith(_ONE_PERSON) or (number is not None and text.startswith(_AT_MOST)):
        return 1
    return None if number is None else int(number)
