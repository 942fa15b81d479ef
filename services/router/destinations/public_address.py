"""Which addresses a destination may have: public ones only, judged where the socket is made.

A name is judged by what it resolves to, at the moment of connecting, so neither an odd spelling (`0x7f000001`)
nor a name that changes between check and use (DNS rebinding) leads inside (crm-destinations 3.4).
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp.connector import AddrInfoType

from shared.domain.errors import TrattError

_REACHABLE_V6 = ip_network("2000::/3")
"""Global unicast. What lies outside reaches inside by other names: NAT64, IPv4-compatible, site-local."""
_INSIDE = (ip_network("192.0.0.0/24"), ip_network("2002::/16"))
"""Protocol assignments and 6to4, of which the standard library calls some global."""


class AddressRefused(TrattError):
    """Say that a destination's address is not public: a person must change it, or set `allow_private`."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that anybody on the internet may be asked at."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return _is_outside(parsed.ipv4_mapped)
        return parsed in _REACHABLE_V6 and _is_outside(parsed)
    return _is_outside(parsed)


def _is_outside(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not any(address in network for network in _INSIDE)


def public_socket(info: AddrInfoType) -> socket.socket:
    """Make the socket for one resolved address.

    Raises:
        AddressRefused: the address is not public. Not an OSError, so the next address is not tried instead.
    """
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise AddressRefused("its address is not public: set allow_private, or mend the url")
    return socket.socket(family, kind, protocol)
