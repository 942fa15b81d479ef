"""Addresses of pages, read as browsers read them and compared by their parts, never by how they begin."""

from typing import Annotated, NamedTuple

from pydantic import AfterValidator
from pydantic_core import Url, ValidationError

MAX_ADDRESS = 4_000
"""Characters of an address that is looked at; browsers and proxies cut longer ones off."""
_WEB = frozenset({"http", "https"})


class Page(NamedTuple):
    """What of an address tells one page from another. `host` is in punycode, `port` the scheme's own where none is."""

    scheme: str
    host: str
    port: int | None
    path: str


def page_of(address: str) -> Page | None:
    """Read an absolute address as a browser would (backslashes, tabs and all); None where it is no web page's.

    One with a user name in it is none either: it looks like another site's to whoever reads it.
    """
    url = _url(address)
    if url is None or url.host is None:
        return None
    return Page(url.scheme, url.host, url.port, url.path or "/")


def origin_of(address: str) -> str | None:
    """Return an address's origin as browsers write it in the header, without the scheme's own port."""
    url = _url(address)
    if url is None or url.host is None:
        return None
    is_usual = url.port == (443 if url.scheme == "https" else 80)
    return f"{url.scheme}://{url.host}" if is_usual else f"{url.scheme}://{url.host}:{url.port}"


def bare(address: str) -> str | None:
    """Return an address without its query and fragment, which may hold anything."""
    url = _url(address)
    return str(url).partition("#")[0].partition("?")[0] if url is not None else None


def _url(address: str) -> Url | None:
    if len(address) > MAX_ADDRESS:
        return None
    try:
        url = Url(address)
    except ValidationError:
        return None
    return url if url.scheme in _WEB and url.username is None and url.password is None else None


def _configured_page(address: str) -> str:
    if page_of(address) is None:
        raise ValueError("write the page's whole address, as https://www.example.com/thanks")
    return str(Url(address))


def _configured_origin(address: str) -> str:
    url, origin = _url(address), origin_of(address)
    if url is None or origin is None or "*" in origin or str(url).rstrip("/") != origin:
        raise ValueError("write scheme and host of the pages alone, as https://www.example.com")
    return origin


PageAddress = Annotated[str, AfterValidator(_configured_page)]
"""A page's address in the configuration, written as it goes into a header: ASCII, and nothing that ends a line."""
Origin = Annotated[str, AfterValidator(_configured_origin)]
"""An origin in the configuration."""
