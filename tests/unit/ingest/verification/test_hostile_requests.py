"""Whatever stands in a request, it is judged: nothing raises, nothing hangs, and nothing opens by chance."""

from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.guard import read_json
from services.ingest.submission import Verdict
from services.ingest.verification.verifier import Verifier
from tests.unit.ingest.verification.senders import AT, PUBLIC_URL, SENDERS, make_verifier, request

SLOWEST_S = 0.05
TOKENS = {
    "header_token": {"name": "x-key", "tokens": "hemlig"},
    "query_token": {"name": "key", "tokens": "hemlig"},
    "body_field": {"path": "a.b", "tokens": "hemlig"},
    "basic": {"user": "u", "passwords": "hemlig"},
    "secret_path": "0123456789abcdef",
}
NETWORKS = make_verifier({"networks": {"allow": ["203.0.113.0/24"], "trusted_proxies": ["10.0.0.0/8"]}})
VERIFIERS: list[Verifier] = [
    *(make_verifier(sender.configuration, public_url=PUBLIC_URL) for sender in SENDERS.values()),
    *(make_verifier({name: section}) for name, section in TOKENS.items()),
]
NAMES = sorted({name.encode() for sender in SENDERS.values() for name in sender.headers})
NAMES += [b"x-key", b"authorization", b"x-forwarded-for"]
FRAGMENTS = [b"v1,", b"v1a,", b"t=", b",v1=", b"sha256=", b"hmacsha256=", b"Basic ", b"=", b" ", b"\xff", b"1777638600"]

values = st.binary(max_size=80) | st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=40)).map(b"".join)
signatures = st.binary(min_size=32, max_size=64).map(lambda raw: raw.hex().encode())
headers = st.dictionaries(st.sampled_from(NAMES), values | signatures, max_size=6)


@settings(max_examples=400, deadline=None)
@given(
    headers=headers,
    body=st.binary(max_size=60) | st.sampled_from([b'{"a": {"b": "x"}}', b'{"a": [{"b": 1}]}', b'{"a": {"b": NaN}}']),
    path=st.text(max_size=40),
    query=st.binary(max_size=60),
    peer=st.none() | st.text(max_size=20) | st.ip_addresses().map(str),
)
def test_nothing_raises_and_nothing_opens(
    headers: dict[bytes, bytes], body: bytes, path: str, query: bytes, peer: str | None
) -> None:
    came = replace(request(), headers=headers, body=body, path=path, query=query)
    content = read_json(body)
    for verifier in VERIFIERS:
        assert verifier.verify(came, content, now=AT, peer=peer).verdict is not Verdict.AUTHENTIC
    NETWORKS.verify(came, content, now=AT, peer=peer)  # an address may be one that is allowed


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b" ",
        "sha256=åäö".encode(),
        b"\xff\xfe",
        b"=" * 60_000,
        b"," * 60_000,
        b" v1,x" * 12_000,
        b"t=1," * 15_000,
        b"v1=" + b"0" * 64 + b",v1=" * 10_000,
        b"v1a," + b"A" * 86 + b"== " + b"v1a,AAAA " * 6_000,
    ],
    ids=lambda value: f"{value[:12]!r} x {len(value)}",
)
@pytest.mark.parametrize("name", SENDERS)
def test_an_odd_signature_header_is_refused_at_once(name: str, value: bytes) -> None:
    sender = SENDERS[name]
    came = sender.submission()
    odd = replace(came, headers={**came.headers, sender.signature_header.encode(): value})
    verifier = make_verifier(sender.configuration, public_url=sender.public_url)

    begun = perf_counter()
    judgement = verifier.verify(odd, read_json(odd.body), now=sender.at)

    assert judgement.verdict is Verdict.NOT_AUTHENTIC
    assert perf_counter() - begun < SLOWEST_S


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(SENDERS)), st.data())
def test_one_changed_byte_of_the_body_is_noticed(name: str, data: st.DataObject) -> None:
    sender = SENDERS[name]
    came = sender.submission()
    place = data.draw(st.integers(0, len(came.body) - 1))
    flipped = came.body[place] ^ data.draw(st.integers(1, 255))
    changed = replace(came, body=came.body[:place] + bytes([flipped]) + came.body[place + 1 :])

    assert sender.judge(changed).verdict is Verdict.NOT_AUTHENTIC
