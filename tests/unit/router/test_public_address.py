"""Which addresses a destination may have, however they are written."""

import httpx
import pytest

from services.router.destinations.public_address import AddressRefused, is_public
from services.router.destinations.transport import checked_transport
from tests.loopback import loopback, saying

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",  # a cloud's metadata, in the carriers' range
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_leads_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.10.1.1", "::ffff:8.8.8.8", "2a00:1450:400f:80c::200e"])
def test_what_anybody_may_ask_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "127.1", "0x7f000001", "0x7f.1", "2130706433", "017700000001", "0.0.0.0",
        "[::ffff:127.0.0.1]",
    ],
)  # fmt: skip
async def test_no_spelling_of_a_private_address_is_connected_to(host: str) -> None:
    async with loopback(saying(OK)) as server:
        transport = checked_transport(connections=1, allow_private=False)
        with pytest.raises((AddressRefused, httpx.UnsupportedProtocol)):
            await transport.handle_async_request(httpx.Request("POST", server.url(host), content=b"{}"))
        await transport.aclose()
        assert server.connections == 0


async def test_a_private_address_is_reached_where_it_is_allowed() -> None:
    async with loopback(saying(OK)) as server:
        transport = checked_transport(connections=1, allow_private=True)
        response = await transport.handle_async_request(httpx.Request("POST", server.url("localhost"), content=b"{}"))
        await response.aclose()
        await transport.aclose()
    assert response.status_code == 200
    assert server.connections == 1
