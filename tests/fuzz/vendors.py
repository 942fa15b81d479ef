"""How each vendor signs, written down a second time from the vendors' pages: the judge of what the verifier says.

Nothing of the product is used. A page's formula is one line here; see services/ingest/verification/presets.py for them.
"""

import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.fuzz.sent import AT, Sent

SECRET = b"an-invented-secret-that-nothing-draws"
WHSEC = "whsec_" + b64encode(SECRET).decode()
PRIVATE = Ed25519PrivateKey.from_private_bytes(sha256(SECRET).digest())
WHPK = "whpk_" + b64encode(PRIVATE.public_key().public_bytes_raw()).decode()
URL = b"https://leads.example.com/v1/sources/fuzzed"
SECONDS = b"%d" % AT.timestamp()
MILLISECONDS = b"%d" % (AT.timestamp() * 1000)
LEAST_SHARED = 40
"""Characters of a signature that must stand in a header that is believed: all but the end of the shortest, whose last
character of base64 has bits without a meaning."""

Headers = Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Vendor:
    """A sender: the headers it signs with, and the texts that a request with such headers must have signed."""

    preset: str
    header: bytes
    write: Callable[[bytes], bytes]
    sign: Callable[[bytes], bytes]
    texts: Callable[[Sent], Sequence[bytes]]
    others: Headers
    time: Callable[[Headers], bytes | None] | None = None
    unit: int = 1
    tolerance_s: int = 300
    secret: str = SECRET.decode()

    def signed(self, sent: Sent) -> Sent:
        """Sign a request as the vendor does."""
        stamped = replace(sent, headers={**sent.headers, **self.others})
        return replace(stamped, headers={**stamped.headers, self.header: self.write(self.sign(self.texts(stamped)[0]))})

    def may_be_authentic(self, sent: Sent, now: datetime) -> bool:
        """Tell whether the header holds a right signature of this very request, however it is encoded, in its time.

        Blanks around a header's value are no part of it (RFC 9110, 5.5).
        """
        sent = replace(sent, headers={name: value.strip() for name, value in sent.headers.items()})
        given = sent.headers.get(self.header, b"")
        if not any(_holds(given, self.sign(text)) for text in self.texts(sent)):
            return False
        if self.time is None:
            return True
        stamp = self.time(sent.headers)
        return (
            stamp is not None and stamp.isdigit() and abs(int(stamp) / self.unit - now.timestamp()) <= self.tolerance_s
        )


def _holds(given: bytes, signature: bytes) -> bool:
    written = (signature.hex().encode(), b64encode(signature)[:LEAST_SHARED])
    return written[0] in given.lower() or written[1] in given


def _hmac(text: bytes) -> bytes:
    return hmac.digest(SECRET, text, "sha256")


def _hex(signature: bytes) -> bytes:
    return signature.hex().encode()


def _time_in(header: bytes) -> Callable[[Headers], bytes | None]:
    return lambda headers: headers.get(header)


def _time_among_pairs(header: bytes) -> Callable[[Headers], bytes | None]:
    def read(headers: Headers) -> bytes | None:
        pairs = [pair.strip() for pair in headers.get(header, b"").split(b",")]
        return next((pair[2:] for pair in pairs if pair.startswith(b"t=")), None)

    return read


def _pairs(header: bytes) -> Callable[[Sent], Sequence[bytes]]:
    read = _time_among_pairs(header)
    return lambda sent: [(read(sent.headers) or SECONDS) + b"." + sent.body]


def _stamped(header: bytes, sign: bytes) -> Callable[[Sent], Sequence[bytes]]:
    return lambda sent: [sent.headers.get(header, b"") + sign + sent.body]


def _standard(sent: Sent) -> Sequence[bytes]:
    return [b".".join((sent.headers.get(b"webhook-id", b""), sent.headers.get(b"webhook-timestamp", b""), sent.body))]


def _hubspot(sent: Sent) -> Sequence[bytes]:
    url = URL + (b"?" + sent.query if sent.query else b"")
    decoded = url
    for sign in b":/?@!$'()*,;":
        for escape in (b"%%%02X" % sign, b"%%%02x" % sign):
            decoded = decoded.replace(escape, bytes([sign]))
    stamp = sent.headers.get(b"x-hubspot-request-timestamp", b"")
    return [b"POST" + each + sent.body + stamp for each in (url, decoded)]


def _body(sent: Sent) -> Sequence[bytes]:
    return [sent.body]


_STRIPE, _CALENDLY = b"stripe-signature", b"calendly-webhook-signature"
_STANDARD = {b"webhook-id": b"msg_fuzzed", b"webhook-timestamp": SECONDS}
_STANDARD_TIME = _time_in(b"webhook-timestamp")

VENDORS: Mapping[str, Vendor] = {
    "standard_webhooks": Vendor(
        "standard_webhooks", b"webhook-signature", lambda given: b"v1," + b64encode(given), _hmac, _standard, _STANDARD,
        time=_STANDARD_TIME, secret=WHSEC,
    ),
    "standard_webhooks_ed25519": Vendor(
        "standard_webhooks", b"webhook-signature", lambda given: b"v1a," + b64encode(given), PRIVATE.sign, _standard,
        _STANDARD, time=_STANDARD_TIME, secret=WHPK,
    ),
    "typeform": Vendor(
        "typeform", b"typeform-signature", lambda given: b"sha256=" + b64encode(given), _hmac, _body, {}
    ),
    "calendly": Vendor(
        "calendly", _CALENDLY, lambda given: b"t=" + SECONDS + b",v1=" + _hex(given), _hmac, _pairs(_CALENDLY), {},
        time=_time_among_pairs(_CALENDLY), tolerance_s=180,
    ),
    "webflow": Vendor(
        "webflow", b"x-webflow-signature", _hex, _hmac, _stamped(b"x-webflow-timestamp", b":"),
        {b"x-webflow-timestamp": MILLISECONDS}, time=_time_in(b"x-webflow-timestamp"), unit=1000,
    ),
    "hubspot_v1": Vendor(
        "hubspot_v1", b"x-hubspot-signature", _hex, lambda text: sha256(SECRET + text).digest(), _body, {}
    ),
    "hubspot_v3": Vendor(
        "hubspot_v3", b"x-hubspot-signature-v3", b64encode, _hmac, _hubspot,
        {b"x-hubspot-request-timestamp": MILLISECONDS}, time=_time_in(b"x-hubspot-request-timestamp"), unit=1000,
    ),
    "stripe": Vendor(
        "stripe", _STRIPE, lambda given: b"t=" + SECONDS + b",v1=" + _hex(given), _hmac, _pairs(_STRIPE), {},
        time=_time_among_pairs(_STRIPE),
    ),
    "github": Vendor("github", b"x-hub-signature-256", lambda given: b"sha256=" + _hex(given), _hmac, _body, {}),
    "tally": Vendor("tally", b"tally-signature", b64encode, _hmac, _body, {}),
    "meta": Vendor("meta", b"x-hub-signature-256", lambda given: b"sha256=" + _hex(given), _hmac, _body, {}),
    "linkedin": Vendor(
        "linkedin", b"x-li-signature", _hex, _hmac, lambda sent: [b"hmacsha256=" + sent.body, sent.body], {}
    ),
}  # fmt: skip
"""Every preset of the verifier, Standard Webhooks in both of its algorithms."""
