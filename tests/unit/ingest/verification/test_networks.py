"""An address opens the door only when it is the sender's own, whatever a header claims."""

import pytest

from services.ingest.verification.judgement import Reason
from tests.unit.ingest.verification.senders import judge, request

ALLOW = ["54.241.34.25", "203.0.113.0/24", "2001:db8::/32"]
DIRECT = {"networks": {"allow": ALLOW}}
PROXIED = {"networks": {"allow": ALLOW, "trusted_proxies": ["10.0.0.0/8", "::1"]}}


@pytest.mark.parametrize("peer", ["54.241.34.25", "203.0.113.77", "2001:db8::1", "::ffff:54.241.34.25"])
def test_an_allowed_address_opens(peer: str) -> None:
    assert judge(DIRECT, request(), peer=peer).reason is None


@pytest.mark.parametrize("peer", ["54.241.34.26", "127.0.0.1", "2001:db9::1", "::ffff:54.241.34.26"])
def test_any_other_address_does_not(peer: str) -> None:
    assert judge(DIRECT, request(), peer=peer).reason is Reason.ADDRESS_NOT_ALLOWED


@pytest.mark.parametrize("peer", [None, "", "unix:", "testclient", "54.241.34.25.1"])
def test_without_an_address_nothing_is_shown(peer: str | None) -> None:
    assert judge(DIRECT, request(), peer=peer).reason is Reason.ADDRESS_UNKNOWN


def test_nobody_is_believed_about_whom_he_forwards_for() -> None:
    came = request(headers={"x-forwarded-for": "54.241.34.25"})

    assert judge(DIRECT, came, peer="198.51.100.9").reason is Reason.ADDRESS_NOT_ALLOWED
    assert judge(PROXIED, came, peer="198.51.100.9").reason is Reason.ADDRESS_NOT_ALLOWED


@pytest.mark.parametrize(
    ("forwarded", "reason"),
    [
        ("54.241.34.25", None),
        (" 198.51.100.9 , 54.241.34.25 ", None),
        ("54.241.34.25, 10.1.2.3, 10.9.9.9", None),
        ("54.241.34.25:4711", None),
        ("[2001:db8::5]:4711", None),
        ("2001:db8::5", None),
        ("54.241.34.25, 198.51.100.9", Reason.ADDRESS_NOT_ALLOWED),
        ("10.1.2.3", Reason.ADDRESS_NOT_ALLOWED),
        ("54.241.34.25, unknown", Reason.ADDRESS_UNKNOWN),
        ("54.241.34.25,", Reason.ADDRESS_UNKNOWN),
        ("å", Reason.ADDRESS_UNKNOWN),
        ("54.241.34.25," * 1000 + "54.241.34.25", Reason.ADDRESS_UNKNOWN),
    ],
)
def test_a_trusted_proxy_is_believed_for_the_last_address_that_is_no_proxy(
    forwarded: str, reason: Reason | None
) -> None:
    came = request(headers={"x-forwarded-for": forwarded})

    assert judge(PROXIED, came, peer="10.0.0.7").reason is reason


def test_made_up_hops_do_not_hide_behind_proxies() -> None:
    came = request(headers={"x-forwarded-for": "54.241.34.25," + "10.0.0.1," * 40 + "10.0.0.1"})

    assert judge(PROXIED, came, peer="10.0.0.7").reason is Reason.ADDRESS_NOT_ALLOWED


def test_a_proxy_that_says_nothing_is_the_sender_itself() -> None:
    assert judge(PROXIED, request(), peer="10.0.0.7").reason is Reason.ADDRESS_NOT_ALLOWED
