"""The parameters of a page's address: read without trusting them, written so that they cannot be anything else."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

MAX_PARAMETERS = 100
"""Parameters of one address that are looked through."""


def parameters_of(address: str) -> dict[str, str]:
    """Return an address's parameters; of a repeated one the first. Nothing where it cannot be read."""
    try:
        given = parse_qsl(urlsplit(address).query, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        return {}
    return dict(reversed(given))


def with_parameters(address: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Add parameters to an address, each percent-encoded down to ASCII: no line can end in them."""
    if not parameters:
        return address
    before, hash_sign, fragment = address.partition("#")
    sign = "" if before.endswith(("?", "&")) else "&" if "?" in before else "?"
    return f"{before}{sign}{urlencode(parameters, quote_via=quote, safe='', errors='replace')}{hash_sign}{fragment}"
