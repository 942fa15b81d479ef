"""The check of the address that a submission comes from."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

from services.ingest.verification.evidence import Evidence
from services.ingest.verification.judgement import Reason

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

FORWARDED = b"x-forwarded-for"
MAX_FORWARDED_BYTES = 4096
MAX_HOPS = 20
"""Proxies between a sender and us; a longer list is not read to its end."""


class NetworkCheck:
    """Tells whether a request comes from an allowed address.

    `X-Forwarded-For` is believed only of a trusted proxy, and read from its right end: what stands left of the last
    address that is not a proxy's can be made up by anybody.
    """

    def __init__(self, allowed: Sequence[Network], trusted_proxies: Sequence[Network]) -> None:
        self._allowed = tuple(allowed)
        self._trusted_proxies = tuple(trusted_proxies)

    def fault(self, evidence: Evidence) -> Reason | None:
        """Return why the address proves nothing, or None."""
        address = self._sender(evidence)
        if address is None:
            return Reason.ADDRESS_UNKNOWN
        return None if _is_in(address, self._allowed) else Reason.ADDRESS_NOT_ALLOWED

    def _sender(self, evidence: Evidence) -> Address | None:
        address = _address(evidence.peer or "")
        forwarded = evidence.submission.headers.get(FORWARDED, b"")
        if address is None or not forwarded or not _is_in(address, self._trusted_proxies):
            return address
        if len(forwarded) > MAX_FORWARDED_BYTES:
            return None
        hops = forwarded.decode("latin-1").split(",")
        for hop in reversed(hops[-MAX_HOPS:]):
            address = _address(hop)
            if address is None or not _is_in(address, self._trusted_proxies):
                return address
        return address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _address(text: str) -> Address | None:
    """Read an address, also as proxies write it: with a port, in brackets, or IPv4 inside IPv6."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
