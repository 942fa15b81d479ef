"""What vendors leave open is accepted either way, and senders without a preset are described in the configuration."""

from typing import Any

import pytest

from services.ingest.submission import Verdict
from services.ingest.verification.judgement import Judgement, Reason
from tests.unit.ingest.verification.senders import SECONDS, SENDERS, Sender, judge, request

ACCEPTED = Judgement(Verdict.AUTHENTIC)
PLAIN = "a41e693b4c8f95ec1e21888f2bf7a08f32b6b2b7767cdc68758588b830f934c4"
WITH_LITERAL = "e91137309bb51cbccab7aa4c2ae63b8af9841ca059b4ccf2aa109fa1ef2994f6"
TALLY_HEX = "7a369e02e6028aabcceff8e53bf24a79c2d291fbf60a5ca087e574fd3915b8d3"


@pytest.mark.parametrize("header", [PLAIN, WITH_LITERAL, f"hmacsha256={PLAIN}", f"hmacsha256={WITH_LITERAL}"])
def test_linkedin_may_sign_and_write_either_way(header: str) -> None:
    sender = SENDERS["linkedin"]

    assert sender.judge(sender.submission(x_li_signature=header)) == ACCEPTED


def test_tally_may_write_hexadecimal() -> None:
    sender = SENDERS["tally"]

    assert sender.judge(sender.submission(tally_signature=TALLY_HEX)) == ACCEPTED
    assert sender.judge(sender.submission(tally_signature=TALLY_HEX.upper())) == ACCEPTED


def test_a_setting_keeps_tally_to_one_encoding() -> None:
    sender = SENDERS["tally"]
    judgement = sender.judge(sender.submission(tally_signature=TALLY_HEX), encoding="base64")

    assert judgement == Judgement(Verdict.NOT_AUTHENTIC, Reason.SIGNATURE_MALFORMED)


def test_typeform_signs_the_last_newline_too() -> None:
    sender = SENDERS["typeform"]
    came = sender.submission(
        body='{"event_type":"form_response"}\n',
        typeform_signature="sha256=9wZ/nQA5JEVjXsRtqUBJcZWXRqnmF7/gvIioPiisqDY=",
    )

    assert sender.judge(came, secrets=["typeform-secret"]) == ACCEPTED


@pytest.mark.parametrize(
    "signature", ["ct9JmtimC3pH8AfscxtgdlJyGrAd9hyxOgqUKosldM0=", "iJkgNaZki+VENVD1wJFhovJ57Csn2xNUNQvxuwgu7eg="]
)
def test_hubspot_may_sign_its_url_decoded_or_as_sent(signature: str) -> None:
    sender = Sender(
        made_by="openssl",
        configuration={"preset": "hubspot_v3", "secrets": "hubspot-client-secret"},
        body='{"a":1}',
        headers={"x-hubspot-request-timestamp": "1777638600123", "x-hubspot-signature-v3": signature},
        path="/v1/sources/hubspot",
        query="next=a%3Ab%2Fc&x=%20",
        public_url="https://leads.example.com/",
    )

    assert sender.judge() == ACCEPTED


def test_stripe_signs_with_both_secrets_during_its_own_rotation() -> None:
    sender = SENDERS["stripe"]
    older = "1d303e6c21ff8a198455665ccf2d53183869024bf937f82d5c1a9052f120ac9a"
    new, _, _ = sender.headers["stripe-signature"].partition(",v0=")

    came = sender.submission(stripe_signature=f"{new},v1={older}")

    assert sender.judge(came, secrets=["whsec_older"]) == ACCEPTED
    assert sender.judge(came, secrets=["whsec_example"]) == ACCEPTED


def test_one_standard_webhooks_header_serves_shared_and_public_keys() -> None:
    shared, public = SENDERS["standard_webhooks"], SENDERS["standard_webhooks_ed25519"]
    both = f"v1a,AAAA {public.headers['webhook-signature']} {shared.headers['webhook-signature']} v2,new"

    came = shared.submission(webhook_signature=both)

    assert shared.judge(came) == ACCEPTED
    assert public.judge(came) == ACCEPTED


def test_a_shared_signature_does_not_pass_under_the_name_of_a_public_one() -> None:
    sender = SENDERS["standard_webhooks"]
    renamed = sender.headers["webhook-signature"].replace("v1,", "v1a,")

    assert sender.judge(sender.submission(webhook_signature=renamed)).reason is Reason.SIGNATURE_MALFORMED


def test_svix_headers_are_three_overridden_keys() -> None:
    sender = SENDERS["standard_webhooks"]
    headers = {name.replace("webhook", "svix"): value for name, value in sender.headers.items()}
    names: dict[str, Any] = {  # Any: keys of the configuration
        "header": "svix-signature",
        "id_header": "svix-id",
        "timestamp_header": "Svix-Timestamp",
    }

    assert sender.judge(request(sender.body, headers), **names) == ACCEPTED


OWN: list[Any] = [  # Any: a configuration and a request
    pytest.param(
        {
            "header": "X-Slack-Signature",
            "header_format": "prefix",
            "prefix": "v0=",
            "signed": "v0:{timestamp}:{body}",
            "timestamp_header": "X-Slack-Request-Timestamp",
            "tolerance": "9999d",
            "secrets": "8f742231b10e8888abcd99yyyzzz85a5",
        },
        request(
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
            "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
            "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
            "96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
            {
                "x-slack-request-timestamp": "1531420618",
                "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
            },
        ),
        id="Slack, as its page publishes it",
    ),
    pytest.param(
        {
            "header": "x-signature",
            "algorithm": "sha256",
            "signed": "{path}\n{body}\n{timestamp}\n{secret}",
            "timestamp_header": "x-timestamp",
            "secrets": "relay-secret",
        },
        request(
            '{"a":1}',
            {
                "x-timestamp": SECONDS,
                "x-signature": "465026e3412fd8c69233d2cf2df2eba9881c6c2d12914140f7bd384ccbd770ec",
            },
            path="/v1/sources/relay",
        ),
        id="a relay's plain hash over path, body, time and secret",
    ),
    pytest.param(
        {"header": "X-Hub-Signature", "algorithm": "hmac_sha1", "header_format": "prefix", "prefix": "sha1="}
        | {"secrets": "old-secret"},
        request('{"a":1}', {"x-hub-signature": "sha1=8ab3d2f492b408750190eb849992dd50b03472c3"}),
        id="sha1",
    ),
    pytest.param(
        {"header": "x-sig", "algorithm": "hmac_sha512", "encoding": "base64url", "secrets": "6269672d736563726574"}
        | {"secret_encoding": "hex"},
        request(
            '{"a":1}',
            {
                "x-sig": "Rg3xdQJkIoyizF9Pe31b8bb9ZNj7YIaP21Rc_grBfF5jcYwioeVe6vh-tTUn3TL7ylXIBXyyWOZWlEyRuAHAeA",
            },
        ),
        id="sha512 as base64url, its secret as hexadecimal",
    ),
    pytest.param(
        {"header": "x-signature-ed25519", "algorithm": "ed25519", "secret_encoding": "hex"}
        | {"secrets": "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"},
        request(
            "r",
            {
                "x-signature-ed25519": "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            },
        ),
        id="ed25519, RFC 8032 section 7.1, test 2",
    ),
]


@pytest.mark.parametrize(("configuration", "came"), OWN)
def test_a_sender_without_a_preset_is_described(configuration: dict[str, Any], came: Any) -> None:
    changed = request(came.body.decode() + "x", {name.decode(): text.decode() for name, text in came.headers.items()})

    assert judge(configuration, came) == ACCEPTED
    assert judge(configuration, changed).reason is Reason.SIGNATURE_WRONG
