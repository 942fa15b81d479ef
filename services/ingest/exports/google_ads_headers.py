"""What the columns of Google's export may be called, in English and Swedish, and what each is to the webhook.

Google documents the column ids (inbound-sources 1.4) and not the headers: the wordings here are likely ones, and
`csv.columns` of the source tells any other.
"""

import re
from collections.abc import Mapping

from services.ingest.sources.google_ads_columns import CONTACT_COLUMNS, PHONE_VERIFIED, SECOND_CHOICE

LEAD_ID = "lead_id"
SUBMITTED = "lead_submit_time"
TEST = "is_test"
CLICK_ID = "gcl_id"
CAMPAIGN_NAME = "campaign_name"
IDS = frozenset({LEAD_ID, "form_id", "campaign_id", "adgroup_id", "asset_group_id", "creative_id"})
MEMBERS = IDS | {SUBMITTED, TEST, CLICK_ID, CAMPAIGN_NAME}
"""Columns that the webhook has as members of their own; but the campaign's name, which it does not tell."""

_MEMBER_WORDS: Mapping[str, tuple[str, ...]] = {
    LEAD_ID: ("google lead id", "id", "leadets id", "leads-id", "lead-id"),
    SUBMITTED: (
        *("submit time", "submission time", "lead submission time", "submitted at", "submitted", "submission date"),
        *(
            "submission date time",
            "date submitted",
            "date",
            "time",
            "date time",
            "created",
            "created time",
            "timestamp",
        ),
        *("inlämnad", "inlämningstid", "inskickad", "inskickat", "skickat", "skickad", "tidpunkt", "datum", "tid"),
        *("datum och tid", "skapad", "timestamp"),
    ),
    "form_id": ("lead form id", "formulär-id", "formulärets id", "leadformulärets id", "leadformulär-id"),
    "campaign_id": ("kampanj-id", "kampanjens id"),
    "adgroup_id": ("ad group id", "annonsgrupp-id", "annonsgrupps-id", "annonsgruppens id"),
    "asset_group_id": ("tillgångsgrupp-id", "tillgångsgrupps-id", "tillgångsgruppens id"),
    "creative_id": ("ad id", "annons-id", "annonsens id"),
    CLICK_ID: ("gclid", "google click id", "click id", "klick-id", "google klick-id", "googles klick-id"),
    TEST: ("test", "test lead", "testlead"),
    CAMPAIGN_NAME: ("campaign", "kampanj", "kampanjnamn", "kampanjens namn"),
}
_COLUMN_WORDS: Mapping[str, tuple[str, ...]] = {
    "FULL_NAME": ("name", "user name", "namn", "fullständigt namn", "för- och efternamn"),
    "FIRST_NAME": ("given name", "förnamn"),
    "LAST_NAME": ("surname", "family name", "efternamn"),
    "EMAIL": ("user email", "e-mail", "email address", "e-post", "e-postadress", "mejl", "mejladress"),
    "PHONE_NUMBER": ("phone", "user phone", "mobile", "telefon", "telefonnummer", "mobil", "mobilnummer"),
    "JOB_TITLE": ("title", "jobbtitel", "befattning", "titel"),
    "COMPANY_NAME": ("company", "företag", "företagsnamn"),
    "STREET_ADDRESS": ("address", "street", "adress", "gatuadress"),
    "POSTAL_CODE": ("zip", "zip code", "zip/postal code", "postcode", "postnummer", "postnr"),
    "CITY": ("town", "stad", "ort", "postort"),
    "REGION": ("state", "state/province", "province", "delstat", "län"),
    "COUNTRY": ("land",),
    "WORK_EMAIL": ("business email", "e-post till arbetet", "jobbmejl", "arbetsmejl", "e-postadress till arbetet"),
    "WORK_PHONE": ("business phone", "telefon till arbetet", "jobbtelefon", "telefonnummer till arbetet"),
    PHONE_VERIFIED: ("telefonnummer verifierat", "verifierat telefonnummer"),
}
_BESIDE = (
    *("form name", "lead form name", "lead form", "form", "formulär", "formulärnamn", "formulärets namn"),
    *("ad group", "ad group name", "annonsgrupp", "annonsgruppens namn", "asset group", "asset group name"),
    *("account", "account name", "customer id", "konto", "kontonamn", "kund-id"),
)
"""Names of the advertiser's own things, which the webhook tells by id: neither the person's words nor ids."""

_PRESETS = """
    VEHICLE_MODEL VEHICLE_TYPE PREFERRED_DEALERSHIP VEHICLE_PURCHASE_TIMELINE VEHICLE_OWNERSHIP VEHICLE_PAYMENT_TYPE
    VEHICLE_CONDITION COMPANY_SIZE ANNUAL_SALES YEARS_IN_BUSINESS JOB_DEPARTMENT JOB_ROLE JOB_INDUSTRY
    YEARS_OF_EXPERIENCE EDUCATION_PROGRAM EDUCATION_COURSE LEVEL_OF_EDUCATION PRODUCT SERVICE OFFER CATEGORY
    PREFERRED_CONTACT_METHOD PREFERRED_LOCATION PREFERRED_CONTACT_TIME PURCHASE_TIMELINE PROPERTY_TYPE
    REALTOR_HELP_GOAL PROPERTY_COMMUNITY PRICE_RANGE NUMBER_OF_BEDROOMS FURNISHED_PROPERTY PETS_ALLOWED_PROPERTY
    NEXT_PLANNED_PURCHASE EVENT_SIGNUP_INTEREST PREFERRED_SHOPPING_PLACES FAVORITE_BRAND EVENT_BOOKING_INTEREST
    TRANSPORTATION_COMMERCIAL_LICENSE_TYPE DESTINATION_COUNTRY DESTINATION_CITY DEPARTURE_COUNTRY DEPARTURE_CITY
    DEPARTURE_DATE RETURN_DATE NUMBER_OF_TRAVELERS TRAVEL_BUDGET TRAVEL_ACCOMMODATION
    GOVERNMENT_ISSUED_ID_CPF_BR GOVERNMENT_ISSUED_ID_DNI_AR GOVERNMENT_ISSUED_ID_DNI_PE GOVERNMENT_ISSUED_ID_RUT_CL
    GOVERNMENT_ISSUED_ID_CC_CO GOVERNMENT_ISSUED_ID_CI_EC GOVERNMENT_ISSUED_ID_RFC_MX
"""
PRESET_QUESTIONS = frozenset(_PRESETS.split())
"""Questions of Google's own, by column id; a form has either these or its own (inbound-sources 1.4)."""
_AGE = re.compile(r"over[ _]\d\d[ _]age", re.IGNORECASE)
_BESIDE_WORDS = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")


def column_of(header: str) -> str | None:
    """Tell what a column is to the webhook: one of MEMBERS, else a column id; None for one to leave out."""
    plain = _plain(header)
    if plain in _KNOWN:
        return _KNOWN[plain]
    as_id = _SPACES.sub("_", header.strip())
    if as_id.upper() in PRESET_QUESTIONS or _AGE.fullmatch(header.strip()):
        return as_id.upper()
    # So does Google spell a question in the webhook: lower case, underscores, punctuation kept (inbound-sources 1.3).
    return as_id.lower() or None


def is_known(header: str) -> bool:
    """Tell whether a header is one of Google's own, not a question of the form's."""
    return _plain(header) in _KNOWN


def _plain(header: str) -> str:
    return _BESIDE_WORDS.sub("", header.casefold())


def _known() -> dict[str, str | None]:
    words: dict[str, str | None] = dict.fromkeys(map(_plain, _BESIDE))
    for name in (*MEMBERS, *CONTACT_COLUMNS, *SECOND_CHOICE, PHONE_VERIFIED):
        others = _MEMBER_WORDS.get(name) or _COLUMN_WORDS.get(name, ())
        words |= dict.fromkeys(map(_plain, (name, *others)), name)
    return words


_KNOWN = _known()
