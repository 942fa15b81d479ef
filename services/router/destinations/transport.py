"""The way out: an HTTP transport that reaches public addresses only, follows nothing and remembers nothing.

httpx in front of aiohttp, and the transport called without httpx's client: 140 microseconds of CPU a request, where the
client takes 330 and httpx alone 2,400 (measured at 8 in flight; stack 2.8). It leaves out exactly what must not happen
here: redirects, cookies, proxies and credentials from the environment.
"""

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from services.router.destinations.public_address import public_socket

KEEP_ALIVE_S = 15.0
"""Shorter than common servers keep idle connections, so that a request seldom meets one just closed."""


def checked_transport(*, connections: int, allow_private: bool) -> httpx.AsyncBaseTransport:
    """Make a transport with a pool of its own. Certificates as SSL_CERT_FILE says, else those of the Mozilla list."""
    verified = httpx.create_ssl_context()

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=connections,
            ssl=verified,
            keepalive_timeout=KEEP_ALIVE_S,
            # One address after the other: a race would ask the next one before the first was judged.
            happy_eyeballs_delay=None,
            socket_factory=None if allow_private else public_socket,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    return AiohttpTransport(verify=verified, client=session)
