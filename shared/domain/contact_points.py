"""E-mail addresses and phone numbers in the one form in which they may be compared."""

import re
from dataclasses import dataclass
from functools import cache

import idna
import phonenumbers

_PLAIN_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_EXTENSION = re.compile(r"(?i)(?:ankn|anknytning|ext|x)\.?\s*(\d+)\s*$")
_NONE = re.compile("(?!)")
"""Matches nothing."""
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
MAX_EMAIL = 254
"""RFC 5321's limit of a path, in characters."""

_DOTLESS = frozenset({"gmail.com", "googlemail.com"})
_TAGGED = _DOTLESS | {
    "outlook.com",
    "hotmail.com",
    "live.com",
    "icloud.com",
    "proton.me",
    "protonmail.com",
    "fastmail.com",
}
"""Providers where what follows a + in the local part is the same mailbox (crm-destinations 5.2)."""
_KINDS = {
    phonenumbers.PhoneNumberType.MOBILE: "mobile",
    phonenumbers.PhoneNumberType.FIXED_LINE: "fixed",
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
}


def canonical_email(typed: str | None) -> str | None:
    """Return the address for comparison (trimmed, lower case, domain in IDNA), or None when it is none.

    Costs microseconds for an ordinary address. Only ASCII letters are lower-cased: look-alikes such as the Kelvin
    sign must never merge two people (reliability 4.2).
    """
    if typed is None:
        return None
    address = typed.strip()
    address = address.lower() if address.isascii() else address.translate(_ASCII_LOWER)
    if len(address) <= MAX_EMAIL and _PLAIN_EMAIL.fullmatch(address):
        return address
    return _unusual_email(address)


def _unusual_email(address: str) -> str | None:
    address = _INVISIBLE.sub("", address).removeprefix("mailto:").strip("<> \t\r\n").rstrip(".")
    local, at, domain = address.rpartition("@")
    if not at or not local or any(char.isspace() or char in '<>",;' for char in local) or "@" in local:
        return None
    try:
        domain = idna.encode(domain, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return None
    whole = f"{local}@{domain}"
    return whole if "." in domain and len(whole) <= MAX_EMAIL else None


def mailbox(canonical: str) -> str:
    """Return the probable mailbox behind an address: tags and Gmail's dots dropped. Weaker than the address itself."""
    local, _, domain = canonical.rpartition("@")
    if domain in _TAGGED:
        local = local.split("+", 1)[0] or local
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that exists by its country's plan. `kind`: mobile, fixed, fixed_or_mobile or other."""

    e164: str
    country: str | None
    kind: str
    extension: str | None = None


def e164(typed: str | None, country: str) -> str | None:
    """Return a number as `parse_phone` writes it; None when it cannot exist."""
    if typed and _written_mobile(country).fullmatch(typed):
        return typed
    phone = parse_phone(typed, country)
    return phone.e164 if phone else None


@cache
def _written_mobile(country: str) -> re.Pattern[str]:
    """Match a country's mobile numbers that are in E.164 already, as ad platforms send them: nothing is left to parse.

    It asks the country's plan what the library asks of it, in one look. Where several countries share a calling code,
    or a number could begin with a prefix to be cut off, it matches nothing, and the library decides.
    """
    code = phonenumbers.country_code_for_region(country)
    plan = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    if plan is None or phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code] != (country,):
        return _NONE
    prefix, mobile, whole = plan.national_prefix_for_parsing, plan.mobile, plan.general_desc
    if mobile is None or not mobile.national_number_pattern or whole is None:
        return _NONE
    cut = f"(?!{prefix})" if prefix else ""
    lengths = "|".join(rf"\d{{{length}}}" for length in mobile.possible_length or whole.possible_length)
    exists = rf"(?=(?:{lengths})\Z)(?=(?:{whole.national_number_pattern})\Z)(?:{mobile.national_number_pattern})"
    return re.compile(rf"\+{code}{cut}{exists}", re.ASCII)


def parse_phone(typed: str | None, country: str) -> Phone | None:
    """Read a number as one dialled in `country` (ISO 3166, two letters); None when it cannot exist.

    A Swedish `ankn 12` is cut first: the library would read its letters as digits (crm-destinations 5.2).
    Costs 20-40 microseconds (stack 1).
    """
    if not typed:
        return None
    text = _INVISIBLE.sub("", typed).removeprefix("tel:").removeprefix("p:").strip()
    extension = _EXTENSION.search(text)
    if extension:
        text = text[: extension.start()]
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.UNKNOWN:  # as `is_valid_number` says, which would ask all of it again
        return None
    return Phone(
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        country=phonenumbers.region_code_for_number(number),
        kind=_KINDS.get(kind, "other"),
        extension=extension[1] if extension else None,
    )
