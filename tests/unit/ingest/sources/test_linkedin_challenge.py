"""LinkedIn's challenge: answered as its page has it, and never with a signature that somebody could use."""

import json

import pytest

from services.ingest.submission import Verdict
from tests.unit.ingest.linkedin import challenge, door, request

CODE = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
BY_NEWEST = "7a06b61f986b579c02c0fd73859a258da4efe6ed99dd869ae41cbf680868ce59"
BY_OLDER = "e9567c49fee6d803311de224f2be5dc1b7f61cae1810ae05866223f4caa1724f"
"""Made with `openssl dgst -sha256 -hmac`."""
PATH_SECRET = "a-path-that-nobody-guesses"


@pytest.mark.parametrize(
    "query", ["challengeCode={}", "challengeCode={}&applicationId=12345", "applicationId=1&challengeCode={}"]
)
def test_a_challenge_is_answered_with_the_newest_secret(query: str) -> None:
    greeting = door().greet(challenge(query.format(CODE)))

    assert greeting is not None
    assert greeting.media_type == "application/json"
    assert json.loads(greeting.body) == {"challengeCode": CODE, "challengeResponse": BY_NEWEST}


def test_the_first_secret_is_the_newest() -> None:
    greeting = door(client_secrets=["linkedin-client-secret", "the-newest-secret"]).greet(
        challenge(f"challengeCode={CODE}")
    )

    assert greeting is not None
    assert json.loads(greeting.body)["challengeResponse"] == BY_OLDER


@pytest.mark.parametrize(
    "query",
    [
        "",
        "challengeCode=",
        f"challengecode={CODE}",
        f"challengeCode={CODE}&challengeCode=another",
        "challengeCode=" + "a" * 129,
        "challengeCode=%C3%A5",
        "challengeCode=%00",
        "hub.challenge=1",
        "&".join(f"a{number}=1" for number in range(100)),
    ],
)
def test_what_is_no_challenge_is_not_answered(query: str) -> None:
    assert door().greet(challenge(query)) is None


@pytest.mark.parametrize(
    "forged",
    [
        "hmacsha256%3D%7B%22type%22%3A%22LEAD_ACTION%22%7D",
        "%7B%22leadAction%22%3A%22DELETED%22%7D",
        "%5B%5D",
        "hmacsha256=abc",
    ],
)
def test_a_challenge_never_signs_what_could_be_a_notice(forged: str) -> None:
    assert door().greet(challenge(f"challengeCode={forged}")) is None


def test_bytes_that_no_url_has_are_no_challenge() -> None:
    assert door().greet(request(method="GET", query=b"challengeCode=\xff")) is None


def test_a_get_is_never_a_notice() -> None:
    linkedin, came = door(signature="off"), request(method="GET")

    assert linkedin.verify(came, linkedin.read(came)).verdict is Verdict.NOT_AUTHENTIC


def test_a_challenge_must_know_the_secret_path() -> None:
    linkedin = door(secret_path=PATH_SECRET)

    assert linkedin.has_secret_path
    assert linkedin.greet(challenge(f"challengeCode={CODE}", path=f"/{PATH_SECRET}")) is not None
    assert linkedin.greet(challenge(f"challengeCode={CODE}")) is None
