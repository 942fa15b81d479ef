"""What offices call the columns of a customer file, in Swedish and English, and the statuses of a customer."""

import re
from collections.abc import Mapping

Columns = Mapping[str, tuple[str, ...]]
"""Names of ours, each with the headers that mean it. Case, spaces, punctuation and a trailing number do not matter."""

_EMAIL = ("e-post", "e-postadress", "epost", "mail", "mejl", "mejladress", "mailadress", "e-mail", "email address")
_PHONE = ("telefon", "telefonnummer", "tel", "mobil", "mobiltelefon", "mobilnummer", "phone number", "mobile")

CUSTOMER_COLUMNS: Columns = {
    "customer_id": ("kundnr", "kundnummer", "kund-id", "kundid", "customer number", "customer no", "account id", "id"),
    "name": ("namn", "företag", "företagsnamn", "kund", "kundnamn", "bolag", "company", "company name", "account name"),
    "organisation_number": (
        *("org.nr", "orgnr", "organisationsnummer", "org nummer", "organisationsnr", "org no", "vat", "vat number"),
        *("organization number", "company number", "registration number", "momsnummer", "momsregnr", "vat-nr"),
    ),
    "email": _EMAIL,
    "phone": _PHONE,
    "domain": ("domän", "webbplats", "hemsida", "webb", "website", "web", "url"),
    "postal_code": ("postnr", "postnummer", "zip", "zip code", "postcode"),
    "city": ("ort", "postort", "stad", "town"),
    "country": ("land", "landskod", "country code"),
    "owner": ("ägare", "säljare", "kundansvarig", "ansvarig", "account owner", "account manager", "sales rep"),
    "status": ("kundstatus", "kundtyp", "typ", "customer status", "type"),
    "products": ("produkter", "produkt", "product", "tjänster", "köpta produkter"),
}
SUPPRESSION_COLUMNS: Columns = {
    "email": _EMAIL,
    "phone": _PHONE,
    "reason": ("orsak", "anledning", "skäl"),
    "until": ("till", "till och med", "t.o.m.", "tom", "slutdatum", "end date", "expires"),
}

_STATUSES: Columns = {
    "customer": ("kund", "aktiv", "aktiv kund", "active", "existing customer", "client"),
    "former": ("tidigare kund", "tidigare", "f.d. kund", "före detta", "inaktiv", "avslutad", "churned", "inactive"),
    "open_opportunity": ("affärsmöjlighet", "öppen affär", "pågående affär", "offert", "opportunity", "open deal"),
    "partner": ("samarbetspartner", "återförsäljare", "reseller"),
    "competitor": ("konkurrent",),
    "employee": ("anställd", "medarbetare", "personal", "staff"),
    "blocked": ("spärrad", "blockerad", "svartlistad", "kontakta ej", "do not contact", "blacklisted"),
}
_BESIDE_WORDS = re.compile(r"[^a-zåäöéü]+|\d+$")


def plain_header(text: str) -> str:
    """Return a header or status as it is compared: letters only."""
    return _BESIDE_WORDS.sub("", text.casefold())


def _by_word(words: Columns) -> dict[str, str]:
    return {plain_header(word): name for name, several in words.items() for word in (name, *several)}


STATUS_WORDS: Mapping[str, str] = _by_word(_STATUSES)


def column_of(header: str, columns: Columns) -> str | None:
    """Tell which column of ours a header means; None for one we have no use for."""
    return _by_word(columns).get(plain_header(header))
