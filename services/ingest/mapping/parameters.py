"""The parameters of a page's address, which a visitor's browser tells: read without trusting them."""

from urllib.parse import parse_qsl, urlsplit

from services.ingest.mapping.texts import is_empty

MAX_PARAMETERS = 100
"""Parameters of one address that are looked through."""


def parameters_of(address: str) -> dict[str, str]:
    """Return an address's parameters; of a repeated one the first that says something. None where it cannot be read.

    NUL is taken out after decoding: no store takes it, and the guard could not see it behind its percents.
    """
    try:
        given = parse_qsl(urlsplit(address).query, max_num_fields=MAX_PARAMETERS)
    except ValueError:  # no address after all, or one with too many parameters
        return {}
    texts = ((name.replace("\0", ""), text.replace("\0", "")) for name, text in reversed(given))
    return {name: text for name, text in texts if not is_empty(text)}
