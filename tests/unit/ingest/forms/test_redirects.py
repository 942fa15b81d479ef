"""People are sent to configured pages only, with the parameters that the campaign needs."""

from urllib.parse import parse_qs, urlsplit

import pytest

from services.ingest.forms.redirects import MAX_VALUE, Redirects
from tests.payloads.hostile_forms.post import FOR_COMPANIES, PAGE, THANKS
from tests.payloads.hostile_forms.redirects import redirects as hostile


def redirects(*pages: str) -> Redirects:
    return Redirects(pages or (THANKS, FOR_COMPANIES), asked_in=["redirect", "next"], kept=["utm_source", "gclid"])


@pytest.mark.parametrize("asked", [f"{PAGE}/tack-foretag", f" {PAGE}:443/tack-foretag?x=1 ", "/tack-foretag"])
def test_a_form_chooses_among_the_pages(asked: str) -> None:
    assert redirects().address({"next": asked}, "") == FOR_COMPANIES


@pytest.mark.parametrize("asked", ["//evil.example", f"{PAGE}/tack-foretag/", f"{PAGE}@evil.example/tack-foretag", ""])
def test_a_page_that_is_not_listed_becomes_the_usual_one(asked: str) -> None:
    assert redirects().address({"redirect": asked}, "") == THANKS


def test_the_first_that_is_listed_counts() -> None:
    assert redirects().address({"next": ["https://evil.example", "/tack-foretag"]}, "") == FOR_COMPANIES


def test_nobody_is_sent_anywhere_where_no_page_is_configured() -> None:
    assert Redirects([], asked_in=["next"], kept=["gclid"]).address({"next": THANKS, "gclid": "a"}, "") is None


def test_parameters_come_from_fields_then_from_the_pages_address() -> None:
    fields = {"utm_source": "brev", "page_url": f"{PAGE}/?utm_source=other&gclid=EAIaIQ_Ab-c"}

    address = redirects().address(fields, "")

    assert address == f"{THANKS}?utm_source=brev&gclid=EAIaIQ_Ab-c"
    assert redirects().address({}, f"{PAGE}/x?gclid=R&other=1") == f"{THANKS}?gclid=R"


def test_a_click_of_an_earlier_visit_is_not_counted_again() -> None:
    assert redirects().address({"first_landing_url": f"{PAGE}/?gclid=old"}, "") == THANKS


def test_what_the_configured_page_says_itself_stays() -> None:
    address = redirects(f"{PAGE}/tack?utm_source=form#top").address({"utm_source": "x", "gclid": "g"}, "")

    assert address == f"{PAGE}/tack?utm_source=form&gclid=g#top"


def test_a_parameter_longer_than_any_click_id_is_left_out() -> None:
    assert redirects().address({"gclid": "g" * (MAX_VALUE + 1), "utm_source": "a"}, "") == f"{THANKS}?utm_source=a"


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "a&next=//evil", "a#b", "å\u560d\u560a", "\ud800", "a b+c%"])
def test_a_value_stays_one_parameter_whatever_is_in_it(value: str) -> None:
    address = redirects().address({"gclid": value}, "") or ""

    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    assert parse_qs(urlsplit(address).query) == {"gclid": [value.replace("\ud800", "?")]}


def test_no_hostile_form_reaches_another_page() -> None:
    asked = [post.body.decode() for post in hostile()]

    addresses = {(redirects().address(parse_qs(body), "") or "").partition("?")[0] for body in asked}

    assert addresses == {THANKS, f"{PAGE}/tack-foretag"}
