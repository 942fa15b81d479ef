"""A secret that is sent along opens the door only where it stands as configured, and only when it is right."""

from base64 import b64encode
from dataclasses import replace

import pytest

from services.ingest.guard import Content, Document, read_json
from services.ingest.submission import Verdict
from services.ingest.verification.judgement import Judgement, Reason
from tests.unit.ingest.verification.senders import SENDERS, judge, make_verifier, request

ACCEPTED = Judgement(Verdict.AUTHENTIC)
NEW, OLD = "nyckel-efter-rotationen-å", "nyckel-före-rotationen"
HEADER = {"header_token": {"name": "X-Api-Key", "tokens": [NEW, OLD]}}
BEARER = {"header_token": {"name": "Authorization", "scheme": "Bearer", "tokens": OLD}}
QUERY = {"query_token": {"name": "key", "tokens": [NEW, OLD]}}
BODY = {"body_field": {"path": "auth.token", "tokens": [NEW, OLD]}}
BASIC = {"basic": {"user": "partner", "passwords": [NEW, OLD]}}
SEGMENT = "0123456789abcdef"
PATH = {"secret_path": SEGMENT}


def basic(text: str) -> str:
    return "Basic " + b64encode(text.encode()).decode()


@pytest.mark.parametrize("token", [NEW, OLD, f" {OLD} "])
def test_every_valid_header_token_opens(token: str) -> None:
    assert judge(HEADER, request(headers={"x-api-key": token})) == ACCEPTED


@pytest.mark.parametrize("token", ["", "wrong", OLD[:-1], OLD + "x", OLD.upper(), "å", "x" * 60_000])
def test_a_wrong_header_token_does_not_open(token: str) -> None:
    assert judge(HEADER, request(headers={"x-api-key": token})).reason is Reason.TOKEN_WRONG


def test_a_missing_header_token_is_told_from_a_wrong_one() -> None:
    assert judge(HEADER, request()).reason is Reason.TOKEN_MISSING


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (f"Bearer {OLD}", None),
        (f"bearer   {OLD}", None),
        (OLD, Reason.TOKEN_MALFORMED),
        (f"Basic {OLD}", Reason.TOKEN_MALFORMED),
        ("Bearer", Reason.TOKEN_WRONG),
    ],
)
def test_a_scheme_stands_before_the_token(value: str, reason: Reason | None) -> None:
    assert judge(BEARER, request(headers={"authorization": value})).reason is reason


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("a=1&key=nyckel-f%C3%B6re-rotationen", None),
        ("k%65y=nyckel-f%c3%b6re-rotationen", None),
        ("key=wrong", Reason.TOKEN_WRONG),
        ("key", Reason.TOKEN_WRONG),
        ("key=nyckel-f%C3%B6re-rotationen&key=wrong", Reason.TOKEN_WRONG),
        ("Key=nyckel-f%C3%B6re-rotationen", Reason.TOKEN_MISSING),
        ("", Reason.TOKEN_MISSING),
        ("&&=&%zz=%", Reason.TOKEN_MISSING),
    ],
)
def test_a_query_token_opens_where_it_is_right_each_time(query: str, reason: Reason | None) -> None:
    assert judge(QUERY, request(query=query)).reason is reason


@pytest.mark.parametrize("query", ["min+nyckel=a+b", "min%20nyckel=a%20b"])
def test_a_query_may_write_a_space_as_plus(query: str) -> None:
    assert judge({"query_token": {"name": "min nyckel", "tokens": "a b"}}, request(query=query)) == ACCEPTED


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"auth": {"token": "nyckel-före-rotationen"}}', None),
        ('{"auth.token": "nyckel-före-rotationen"}', None),
        ('{"auth": {"token": ["nyckel-före-rotationen"]}}', None),
        ('{"auth": {"token": ["nyckel-före-rotationen", "wrong"]}}', Reason.TOKEN_WRONG),
        ('{"auth": {"token": ["nyckel-före-rotationen", 1]}}', Reason.TOKEN_WRONG),
        ('{"auth": {"token": {"a": 1}}}', Reason.TOKEN_WRONG),
        ('{"auth": {"token": null}}', Reason.TOKEN_WRONG),
        ('{"auth": {"token": "\\ud800"}}', Reason.TOKEN_WRONG),
        ('{"auth": "nyckel-före-rotationen"}', Reason.TOKEN_MISSING),
        ('{"auth": []}', Reason.TOKEN_MISSING),
        ('["nyckel-före-rotationen"]', Reason.TOKEN_MISSING),
        ('{"a": {"auth": {"token": "nyckel-före-rotationen"}}}', Reason.TOKEN_MISSING),
        ('{"auth": {"token": "nyckel-före-rotationen"}', Reason.BODY_UNREADABLE),
    ],
)
def test_a_token_in_the_body_opens_where_it_is_right_each_time(body: str, reason: Reason | None) -> None:
    assert judge(BODY, request(body), content=read_json(body.encode())).reason is reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"auth": {"token": "nyckel-före-rotationen"}, "x": NaN}', None),
        ('{"auth": {"token": "nyckel-före-rotationen"}, "auth": {"token": "wrong"}}', Reason.TOKEN_WRONG),
    ],
)
def test_a_token_is_found_in_a_body_that_cannot_be_used(body: str, reason: Reason | None) -> None:
    content: Content = read_json(body.encode())

    assert not isinstance(content, Document)
    assert judge(BODY, request(body), content=content).reason is reason


def test_of_an_unreadable_body_nobody_can_tell() -> None:
    content = read_json(b"{")

    assert judge(BODY, request("{"), content=content).verdict is Verdict.CANNOT_TELL


def test_who_fails_another_check_is_not_told_that_the_body_is_unreadable() -> None:
    content = read_json(b"{")

    assert judge({**HEADER, **BODY}, request("{"), content=content).reason is Reason.TOKEN_MISSING


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (basic(f"partner:{NEW}"), None),
        (basic(f"partner:{OLD}").replace("Basic", "BASIC"), None),
        (basic(f"Partner:{OLD}"), Reason.TOKEN_WRONG),
        (basic("partner:"), Reason.TOKEN_WRONG),
        (basic("partner"), Reason.TOKEN_WRONG),
        ("Basic", Reason.TOKEN_WRONG),
        ("Basic !!", Reason.TOKEN_MALFORMED),
        ("Basic åäö", Reason.TOKEN_MALFORMED),
        (f"Bearer {OLD}", Reason.TOKEN_MALFORMED),
    ],
)
def test_basic_needs_user_and_password(value: str, reason: Reason | None) -> None:
    assert judge(BASIC, request(headers={"authorization": value})).reason is reason


def test_a_token_may_be_written_in_latin_1() -> None:
    written = {
        b"x-api-key": NEW.encode("latin-1"),
        b"authorization": b"Basic " + b64encode(f"partner:{NEW}".encode("latin-1")),
    }

    assert judge({**HEADER, **BASIC}, replace(request(), headers=written)) == ACCEPTED
    assert (
        judge(HEADER, replace(request(), headers={b"x-api-key": NEW.encode("latin-1")[:-1]})).reason
        is Reason.TOKEN_WRONG
    )


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (f"/v1/sources/phone/{SEGMENT}", None),
        (f"/v1/sources/phone/{SEGMENT}/", None),
        ("/v1/sources/phone", Reason.PATH_WRONG),
        ("/v1/sources/phone/", Reason.PATH_WRONG),
        (f"/v1/sources/phone/{SEGMENT}x", Reason.PATH_WRONG),
        (f"/v1/sources/{SEGMENT}/phone", Reason.PATH_WRONG),
        ("", Reason.PATH_WRONG),
        ("/v1/sources/phone/\ud800å", Reason.PATH_WRONG),
    ],
)
def test_a_secret_ends_the_path(path: str, reason: Reason | None) -> None:
    assert judge(PATH, request(path=path)).reason is reason


def test_everything_that_is_configured_must_hold() -> None:
    github = SENDERS["github"]
    verifier = make_verifier({**github.configuration, **HEADER})
    both = github.submission(x_api_key=OLD)

    assert verifier.verify(both, Document({}), now=github.at) == ACCEPTED
    assert verifier.verify(github.submission(), Document({}), now=github.at).reason is Reason.TOKEN_MISSING
    assert verifier.verify(request(headers={"x-api-key": OLD}), Document({}), now=github.at).reason is (
        Reason.SIGNATURE_MISSING
    )
