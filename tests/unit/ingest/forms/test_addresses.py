"""Addresses are read as browsers read them, so that what is compared is what a browser would open."""

import pytest

from services.ingest.forms.addresses import Page, bare, origin_of, page_of

THANKS = Page("https", "www.exempelsol.se", 443, "/tack")


@pytest.mark.parametrize(
    "address",
    [
        "https://www.exempelsol.se/tack",
        "HTTPS://WWW.ExempelSol.se/tack",
        "https://www.exempelsol.se:443/tack",
        "https://www.exempelsol.se/tack?a=b#c",
        "https://www.exempelsol.se/x/../tack",
        "https:\\\\www.exempelsol.se\\tack",
    ],
)
def test_one_page_is_the_same_however_it_is_written(address: str) -> None:
    assert page_of(address) == THANKS


@pytest.mark.parametrize(
    "address",
    [
        "http://www.exempelsol.se/tack",
        "https://www.exempelsol.se:8443/tack",
        "https://www.exempelsol.se/tackar",
        "https://www.exempelsol.se.evil.example/tack",
        "https://evil.example/https://www.exempelsol.se/tack",
    ],
)
def test_another_page_is_another_however_alike_it_begins(address: str) -> None:
    assert page_of(address) not in {None, THANKS}


@pytest.mark.parametrize(
    "address",
    ["", "/tack", "//www.exempelsol.se/tack", "javascript:alert(1)", "https://a@www.exempelsol.se/tack", "x" * 5_000],
)
def test_what_is_no_web_page_is_none(address: str) -> None:
    assert page_of(address) is None


def test_an_origin_leaves_the_usual_port_out_and_keeps_another() -> None:
    assert origin_of("HTTPS://Exempelsol.se:443/a?b") == "https://exempelsol.se"
    assert origin_of("http://localhost:3000/") == "http://localhost:3000"
    assert origin_of("https://exempelsöl.se") == "https://xn--exempelsl-77a.se"
    assert origin_of("null") is None


def test_a_bare_address_tells_the_page_and_nothing_of_its_visitor() -> None:
    assert bare("https://www.exempelsol.se/batteri?email=a@example.se#x") == "https://www.exempelsol.se/batteri"
