"""What we sign as a sender would is what that sender writes."""

from dataclasses import replace

import pytest
from standardwebhooks import Webhook

from services.ingest.guard import Document
from services.ingest.submission import Verdict
from services.ingest.verification.configuration import Verification
from services.ingest.verification.judgement import Judgement
from services.ingest.verification.signing import sign
from services.ingest.verification.verifier import Verifier
from shared.domain.errors import UsedWrongly
from tests.unit.ingest.verification.senders import AT, PUBLIC_URL, SENDERS, request

PRIVATE_KEY = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
SECRETS = {"standard_webhooks_ed25519": PRIVATE_KEY}
"""The private half of what the Svix server signed with; of the others the secret is the configured one."""


@pytest.mark.parametrize("name", SENDERS)
def test_the_headers_are_those_the_sender_wrote(name: str) -> None:
    sender = SENDERS[name]
    written = {key.encode(): value.partition(",v0=")[0].encode() for key, value in sender.headers.items()}
    at = sender.at.replace(microsecond=123_000) if name == "webflow" else sender.at
    bare = sender.submission(**dict.fromkeys(sender.headers.keys() - {"webhook-id"}))
    configuration = Verification.model_validate(sender.configuration)

    signed = sign(bare, configuration, now=at, public_url=sender.public_url, secret=SECRETS.get(name))

    assert signed.headers == written


def test_the_standard_webhooks_library_signs_what_we_sign() -> None:
    secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    configuration = Verification.model_validate({"preset": "standard_webhooks", "secrets": secret})
    library = Webhook(secret)

    signed = sign(request('{"namn":"Åsa"}'), configuration, now=AT)

    headers = {name.decode(): value.decode() for name, value in signed.headers.items()}
    assert headers["webhook-signature"] == library.sign(headers["webhook-id"], AT, '{"namn":"Åsa"}')


def test_we_take_what_the_standard_webhooks_library_signs() -> None:
    secret, body = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", '{"namn":"Åsa"}'
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(AT.timestamp())),
        "webhook-signature": "v1,bm8= " + Webhook(secret).sign("msg_1", AT, body),
    }
    verifier = Verifier(Verification.model_validate({"preset": "standard_webhooks", "secrets": [secret]}))

    assert verifier.verify(request(body, headers), Document({}), now=AT) == Judgement(Verdict.AUTHENTIC)


def test_the_same_body_is_a_repeat_and_another_is_not() -> None:
    configuration = Verification.model_validate({"preset": "standard_webhooks", "secrets": "whsec_AAAA"})
    one, again, other = (sign(request(body), configuration, now=AT) for body in ("{}", "{}", "[]"))

    assert one.headers[b"webhook-id"] == again.headers[b"webhook-id"] != other.headers[b"webhook-id"]


def test_every_other_proof_is_added_and_opens_the_door() -> None:
    configuration = Verification.model_validate(
        {
            "header_token": {"name": "X-Key", "scheme": "Token", "tokens": "å&b"},
            "query_token": {"name": "nyckel å", "tokens": "c&d=+"},
            "basic": {"user": "partner", "passwords": "lösenord"},
            "secret_path": "0123456789abcdef",
            "preset": "hubspot_v3",
            "secrets": "hubspot",
        }
    )

    signed = sign(request(query="a=1"), configuration, now=AT, public_url=PUBLIC_URL)

    verifier = Verifier(configuration, PUBLIC_URL)
    assert verifier.verify(signed, Document({}), now=AT) == Judgement(Verdict.AUTHENTIC)
    assert verifier.verify(replace(signed, query=b"a=1"), Document({}), now=AT).verdict is Verdict.NOT_AUTHENTIC


def test_where_nothing_is_signed_nothing_is_added() -> None:
    assert sign(request(), Verification.model_validate({"mode": "off"}), now=AT) == request()


@pytest.mark.parametrize(
    ("preset", "secret", "message"),
    [
        ("standard_webhooks", "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", "give the private one"),
        ("standard_webhooks", "whsk_AAAA", "is no ed25519 private key"),
        ("hubspot_v3", "secret", "set TRATT_PUBLIC_URL"),
    ],
)
def test_what_cannot_be_signed_is_told(preset: str, secret: str, message: str) -> None:
    configuration = Verification.model_validate({"preset": preset, "secrets": "whsec_AAAA"})

    with pytest.raises(UsedWrongly, match=message):
        sign(request(), configuration, now=AT, secret=secret)
