"""Facts about where the lead is: postal code, municipality and county, in Sweden."""

import re

from services.scorer.background import Background
from services.scorer.enrichers import groups
from services.scorer.reference_data import Place
from shared.domain.lead import Address, Lead
from shared.domain.operands import folded
from shared.domain.score import Facts

_SWEDISH_CODE = re.compile(r"(?:SE?[- ]?)?([0-9]{3})[ \u00a0]?([0-9]{2})(?![0-9])", re.IGNORECASE)
_COUNTRIES = {
    **dict.fromkeys(("sverige", "sweden", "swe"), "SE"),
    **dict.fromkeys(("norge", "norway", "nor"), "NO"),
    **dict.fromkeys(("danmark", "denmark", "dnk"), "DK"),
    **dict.fromkeys(("finland", "suomi", "fin"), "FI"),
    **dict.fromkeys(("tyskland", "germany", "deutschland", "deu"), "DE"),
    **dict.fromkeys(("storbritannien", "united kingdom", "gbr", "uk"), "GB"),
    **dict.fromkeys(("usa", "united states"), "US"),
}
"""What senders write for a country beside its ISO 3166 code."""


class AddressEnricher:
    """Write `address`: `postal_code` (five digits), `city`, `municipality`, `municipality_code`, `county`, `country`.

    `by` says what the place was found by: postal_code, else city, else region. A name that several places share tells
    only what all of them have in common. `country` is there only where the lead told it.
    """

    name = "address"

    def __init__(self, background: Background) -> None:
        self._country = background.country
        self._reference = background.reference

    def enrich(self, lead: Lead, facts: Facts) -> Facts:  # noqa: ARG002 - the port's signature
        """Read the address as typed."""
        address = lead.address
        if not (address.postal_code or address.city or address.region or address.country):
            return {"address": groups.absent(self.name)}
        country = country_code(address.country)
        if (country or self._country) != "SE":
            return {"address": self._abroad(address, country)}
        code = swedish_postal_code(address.postal_code)
        by, place = self._place(address, code)
        if place is None and code is None and not address.city and country is None:
            return {"address": groups.unreadable(self.name)}
        place = place or Place()
        return {
            "address": groups.found(
                self.name,
                postal_code=code,
                city=_stripped(address.city) or place.locality,
                municipality=place.municipality,
                municipality_code=place.municipality_code,
                county=place.county,
                country=country,
                by=by,
            )
        }

    def _place(self, address: Address, code: str | None) -> tuple[str | None, Place | None]:
        if code is not None and (place := self._reference.postal_codes.get(code)):
            return "postal_code", place
        if address.city and (place := self._reference.cities.get(folded(address.city))):
            return "city", place
        region = folded(address.region or "").removesuffix(" county")
        place = self._reference.counties.get(region)
        return ("region", place) if place else (None, None)

    def _abroad(self, address: Address, country: str | None) -> Facts:
        return groups.found(
            self.name, postal_code=_stripped(address.postal_code), city=_stripped(address.city), country=country
        )


def swedish_postal_code(typed: str | None) -> str | None:
    """Return five digits of `753 20`, `75320` or `SE-753 20 Uppsala`, or None."""
    match = _SWEDISH_CODE.match((typed or "").strip())
    return match[1] + match[2] if match else None


def country_code(typed: str | None) -> str | None:
    """Return a country's two letters, or None where it is not told or not known to us."""
    name = folded(typed or "")
    if name in _COUNTRIES:
        return _COUNTRIES[name]
    return name.upper() if len(name) == len("SE") and name.isascii() and name.isalpha() else None


def _stripped(typed: str | None) -> str | None:
    return (typed or "").strip() or None
