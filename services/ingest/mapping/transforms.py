"""What may be done to a text on its way into a lead, by name. Whatever cannot be done leaves the text as it is."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

from services.ingest.mapping.parameters import parameters_of
from services.ingest.mapping.texts import is_empty
from services.ingest.mapping.words import flag_of
from shared.domain.contact_points import e164
from shared.domain.patterns import MAX_SUBJECT, guarded

Transform = Callable[[str], str | None]
"""Takes a text that says something; None where nothing is left of it."""
Argument: TypeAlias = object
"""What the configuration gives a transform: text, a mapping, or None where it is only named."""

_NUMBER = re.compile(r"[-+]?\d[\d\s\u00a0\u202f.,'\u2019]*+")
_DECIMALS = re.compile(r"[.,](\d{1,2}|\d{4,}|(?<=\b0[.,])\d{3})$")
"""Three digits behind a sign are thousands, but not behind a lone nought."""
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d{1,2}")
"""As programs write large and small numbers: Java's 12,345,678.0 is 1.2345678E7."""
_COUNTRY = re.compile("[A-Z]{2}")


def make_transform(name: str, argument: Argument) -> Transform:
    """Make a transform of its name and what is given with it.

    Raises:
        ValueError: there is none of that name, or it cannot do with what is given.
    """
    if name in _PLAIN:
        if argument is not None:
            raise ValueError(f"{name} takes nothing: write only its name")
        return _PLAIN[name]
    if name not in _MADE:
        raise ValueError(f"{name} is no transform; known are {', '.join(TRANSFORMS)}")
    return _MADE[name](argument)


def first_name(full: str) -> str | None:
    """Return the first word of a name; of `Last, First` what follows the comma."""
    last, comma, given = full.partition(",")
    words = (given if comma and given.strip() else last).split()
    return words[0] if words else None


def last_name(full: str) -> str | None:
    """Return what follows the first word of a name; of `Last, First` what precedes the comma."""
    last, comma, given = full.partition(",")
    if comma and given.strip():
        return last.strip() or None
    return " ".join(full.split()[1:]) or None


def plain_number(text: str) -> str | None:
    """Write the first number in a text as `1200.5`, whether it came as `1 200,50 kr` or as `1,200.50`."""
    if _SCIENTIFIC.fullmatch(text.strip()):
        return f"{Decimal(text.strip()).normalize():f}"
    found = _NUMBER.search(text[:MAX_SUBJECT])
    if found is None:
        return text
    digits = re.sub(r"[\s\u00a0\u202f'\u2019]", "", found[0]).rstrip(".,")
    decimals = _DECIMALS.search(digits)
    whole = re.sub("[.,]", "", digits[: decimals.start()] if decimals else digits)
    return f"{whole}.{decimals[1]}".rstrip("0").rstrip(".") if decimals else whole


def _boolean(text: str) -> str | None:
    known = flag_of(text)
    return text if known is None else str(known).lower()


def _e164(argument: Argument) -> Transform:
    country = str(argument or "").upper()
    if not _COUNTRY.fullmatch(country):
        raise ValueError("e164 needs the country where a number without + is dialled, as {e164: SE}")

    def transform(text: str) -> str | None:
        return e164(text, country) or text

    return transform


def _lookup(argument: Argument) -> Transform:
    if not isinstance(argument, Mapping) or not argument:
        raise ValueError("lookup needs what to write for what, as {lookup: {villa: house}}")
    table = {str(key).strip().casefold(): str(value) for key, value in argument.items()}
    return lambda text: table.get(text.strip().casefold(), text)


def _extract(argument: Argument) -> Transform:
    pattern = guarded(str(argument or ""))
    if not pattern.pattern:
        raise ValueError("extract needs a regular expression, as {extract: 'order (\\d+)'}")

    def transform(text: str) -> str | None:
        found = pattern.search(text[:MAX_SUBJECT])
        return (found[1] if pattern.groups else found[0]) if found else None

    return transform


def _parameter(argument: Argument) -> Transform:
    name = str(argument or "")
    if not name:
        raise ValueError("parameter needs the name of one in a URL, as {parameter: utm_source}")
    return lambda text: parameters_of(text).get(name)


def _without(argument: Argument) -> Transform:
    prefix = str(argument or "")
    if not prefix:
        raise ValueError("remove_prefix needs the prefix, as {remove_prefix: 'p:'}")
    return lambda text: text.removeprefix(prefix)


_PLAIN: Mapping[str, Transform] = {
    "trim": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "collapse": lambda text: " ".join(text.split()),
    "digits": lambda text: re.sub(r"\D", "", text),
    "first_name": first_name,
    "last_name": last_name,
    "number": plain_number,
    "boolean": _boolean,
}
_MADE: Mapping[str, Callable[[Argument], Transform]] = {
    "e164": _e164,
    "lookup": _lookup,
    "extract": _extract,
    "parameter": _parameter,
    "remove_prefix": _without,
}
TRANSFORMS = (*_PLAIN, "split_name", *_MADE)
"""Every name that may be written; `split_name` is the first or the last name, as its target is."""


def in_turn(transforms: tuple[Transform, ...]) -> Transform:
    """Make one transform of several, which leaves off where nothing is left."""

    def transform(text: str) -> str | None:
        said: str | None = text
        for each in transforms:
            if said is None or is_empty(said):
                return None
            said = each(said)
        return None if said is None or is_empty(said) else said

    return transform
