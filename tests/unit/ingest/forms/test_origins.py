"""A form takes posts from its own pages, and lets only those read its answers."""

import pytest

from services.ingest.forms.cors import MAX_ASKED, USUAL_HEADERS, cors_headers
from services.ingest.forms.origins import Origins, Policy
from services.ingest.submission import Verdict
from services.ingest.verification.judgement import PROVED, Reason

PAGE = "https://www.exempelsol.se"


def origins(*, null: Policy = "accept", missing: Policy = "accept") -> Origins:
    return Origins([PAGE, "http://localhost:3000"], null=null, missing=missing)


def headers(**given: str) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in given.items()}


@pytest.mark.parametrize("origin", [PAGE, PAGE.upper(), f"{PAGE}:443", "http://localhost:3000"])
def test_its_own_pages_may_post(origin: str) -> None:
    assert origins().judge(headers(origin=origin)) == PROVED
    assert origins().silence(headers(origin=origin)) is None


@pytest.mark.parametrize(
    "given",
    [
        headers(origin="https://evil.example"),
        headers(origin=f"{PAGE}.evil.example"),
        headers(origin="http://www.exempelsol.se"),
        headers(origin=f"{PAGE}, https://evil.example"),
        headers(origin="*"),
        headers(origin="https://evil.example", referer=f"{PAGE}/"),
        headers(referer="https://evil.example/x"),
        headers(origin="null", referer="https://evil.example/x"),
        headers(referer="not an address"),
    ],
)
def test_another_page_may_not(given: dict[bytes, bytes]) -> None:
    judgement = origins().judge(given)

    assert (judgement.verdict, judgement.reason) == (Verdict.NOT_AUTHENTIC, Reason.ORIGIN_NOT_ALLOWED)


def test_the_referrer_tells_the_page_where_the_origin_does_not() -> None:
    for given in (headers(referer=f"{PAGE}/batteri?x=1"), headers(origin="null", referer=f"{PAGE}/batteri")):
        assert origins(null="refuse", missing="refuse").judge(given) == PROVED
        assert origins().silence(given) is None


def test_a_post_that_tells_no_page_is_taken_and_marked_or_refused_as_configured() -> None:
    for given, signal in ((headers(), "missing"), (headers(origin=""), "missing"), (headers(origin="null"), "null")):
        assert origins().judge(given) == PROVED
        assert origins().silence(given) == signal
    assert origins(missing="refuse").judge(headers()).reason is Reason.ORIGIN_MISSING
    assert origins(null="refuse").judge(headers(origin="null")).reason is Reason.ORIGIN_MISSING
    assert origins(null="refuse").judge(headers()) == PROVED


def test_only_an_allowed_origin_is_echoed_and_never_null() -> None:
    assert origins().echoed(headers(origin=PAGE)) == PAGE.encode()
    assert origins().echoed(headers(origin="null")) is None
    assert origins().echoed(headers(origin="https://evil.example")) is None
    assert origins().echoed(headers(referer=PAGE)) is None


def test_a_preflight_is_granted_the_headers_that_it_asks_for() -> None:
    asked = {
        b"access-control-request-method": b"POST",
        b"access-control-request-headers": b"content-type, sentry-trace",
    }

    granted = dict(cors_headers(PAGE.encode(), asked))

    assert granted[b"access-control-allow-origin"] == PAGE.encode()
    assert granted[b"access-control-allow-headers"] == b"content-type, sentry-trace"
    assert b"POST" in granted[b"access-control-allow-methods"]
    assert int(granted[b"access-control-max-age"]) > 0


@pytest.mark.parametrize("wanted", [b"", b"a b", b"x: y", b"a\xff", b"a," * MAX_ASKED])
def test_a_preflight_that_asks_for_nonsense_gets_the_usual_headers(wanted: bytes) -> None:
    asked = {b"access-control-request-method": b"POST", b"access-control-request-headers": wanted}

    assert dict(cors_headers(PAGE.encode(), asked))[b"access-control-allow-headers"] == USUAL_HEADERS


def test_an_answer_to_nobody_varies_by_origin_all_the_same() -> None:
    assert list(cors_headers(None, {b"access-control-request-method": b"POST"})) == [(b"vary", b"Origin")]
