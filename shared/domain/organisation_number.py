"""Swedish organisation numbers in the one form in which they may be compared."""

import re

from stdnum import luhn

_SEPARATORS = re.compile(r"[\s.\u2010-\u2015-]")
_CENTURIES = ("16", "18", "19", "20")
"""What may stand before the ten digits: 16 for an organisation, a century for a person's own firm."""


def canonical_organisation_number(typed: str | None) -> str | None:
    """Return the ten digits, or None where it is no Swedish number.

    Takes `556703-7485`, `165567037485` and the VAT number `SE556703748501` (crm-destinations 5.2). A sole trader's
    number is a personal number: store what comes out as a keyed hash only.
    """
    if typed is None:
        return None
    digits = _SEPARATORS.sub("", typed).upper()
    if digits.startswith("SE"):
        digits = digits[2:].removesuffix("01") if len(digits) == len("SE556703748501") else digits[2:]
    if len(digits) == len("165567037485") and digits.startswith(_CENTURIES):
        digits = digits[2:]
    if len(digits) != len("5567037485") or not (digits.isascii() and digits.isdigit()):
        return None
    return digits if luhn.is_valid(digits) else None
