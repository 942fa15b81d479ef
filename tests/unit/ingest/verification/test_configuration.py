"""A verification that cannot work or proves nothing is refused at start, with the way out and without its secrets."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.ingest.verification.configuration import Verification
from services.ingest.verification.verifier import Verifier
from shared.domain.errors import ConfigurationError, UsedWrongly
from shared.domain.model import Section
from shared.runtime.configuration import load
from tests.unit.ingest.verification.senders import make_verifier

SECRET = "hemligt-som-ingen-får-se"
OWN = {"header": "x-signature", "secrets": SECRET}


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ({}, "nothing proves the sender"),
        ({"secrets": SECRET}, "add a preset, or header and signed"),
        ({"mode": "if_present"}, "speaks of a signature"),
        ({"preset": "strip", "secrets": SECRET}, "use one of standard_webhooks, typeform"),
        ({"preset": "stripe"}, "secrets are missing"),
        ({"preset": "stripe", "secrets": []}, "at least 1 item"),
        ({"preset": "stripe", "secrets": [""]}, "at least 1 item"),
        ({"algorithm": "hmac_sha256", "secrets": SECRET}, "header is missing"),
        ({**OWN, "header": "x signature"}, "should match pattern"),
        ({**OWN, "header_format": "prefix"}, "prefix is missing"),
        ({**OWN, "header_format": "list", "algorithm": "hmac_sha512"}, "write versions: {hmac_sha512: v1}"),
        ({**OWN, "signed": "{timestamp}"}, "does not hold {body}"),
        ({**OWN, "signed": "{time}.{body}"}, "signed names {time}: use {body}"),
        ({**OWN, "signed": "{id}.{body}"}, "name its header in id_header"),
        ({**OWN, "signed": "{timestamp}.{body}"}, "name its header in timestamp_header"),
        ({**OWN, "timestamp_header": "x-time"}, "does not hold {timestamp}, so anybody could change it"),
        ({**OWN, "timestamp_member": "t", "signed": "{timestamp}{body}"}, "belongs to header_format pairs"),
        ({"preset": "stripe", "secrets": SECRET, "timestamp_header": "x-time"}, "are both given"),
        ({**OWN, "tolerance": "5m"}, "no time is signed"),
        ({"preset": "stripe", "secrets": SECRET, "tolerance": "0s"}, "greater than"),
        ({"preset": "stripe", "secrets": SECRET, "tolerance": "5"}, "write a duration as 30s, 15m"),
        ({**OWN, "algorithm": "sha256"}, "does not hold {secret}"),
        ({**OWN, "algorithm": "md5"}, "Input should be"),
        ({**OWN, "secret_encoding": "base64"}, "secrets[0] is not base64: copy it again, or set secret_encoding"),
        ({**OWN, "secret_encoding": "hex"}, "secrets[0] is not hexadecimal"),
        ({"preset": "standard_webhooks", "secrets": ["whsec_"]}, "secrets[0] is empty"),
        (
            {"preset": "standard_webhooks", "secrets": ["whsec_AAAA", "whpk_AAAA"]},
            "secrets[1] is no ed25519 public key",
        ),
        ({**OWN, "algorithm": "ed25519", "secrets": "whsk_AAAA"}, "is a private key (whsk_)"),
        ({"networks": {"allow": ["10.0.0.0/99"]}}, "write an address or a network"),
        ({"networks": {"allow": []}}, "at least 1 item"),
        ({"secret_path": "short"}, "use 16 or more letters"),
        ({"secret_path": "snedstreck/i/sökvägen"}, "use 16 or more letters"),
        ({"basic": {"user": "a:b", "passwords": SECRET}}, "should match pattern"),
        ({"body_field": {"path": "key"}}, "Field required"),
        ({"preset": "stripe", "secrets": SECRET, "tolerence": "5m"}, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_work_is_refused_with_the_way_out(configuration: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Verification.model_validate(configuration)

    said = "; ".join(error["msg"] for error in refused.value.errors())
    assert message in said
    assert SECRET not in said


class Source(Section):
    kind: str
    verification: Verification


class Root(Section):
    sources: dict[str, Source]


def test_a_fault_is_told_by_file_line_and_key_and_never_by_its_secret(tmp_path: Path) -> None:
    file = tmp_path / "tratt.yaml"
    file.write_text(
        "sources:\n"
        "  partner:\n"
        "    kind: webhook\n"
        "    verification: {preset: standard_webhooks, secrets: ['${PARTNER_SECRET}']}\n"
        "  other:\n"
        "    kind: webhook\n"
        "    verification:\n"
        "      preset: stripe\n"
        "      secrets: ['${OTHER_SECRET}']\n"
        "      toleranse: 10m\n"
    )

    with pytest.raises(ConfigurationError) as refused:
        load(file, Root, {"PARTNER_SECRET": f"whsec_{SECRET}", "OTHER_SECRET": SECRET})

    partner, other = refused.value.faults
    assert (partner.line, partner.key) == (4, "sources.partner.verification")
    assert "secrets[0] is not base64" in partner.message
    assert (other.line, other.key) == (10, "sources.other.verification.toleranse")
    assert "tolerance" in other.message
    assert SECRET not in str(refused.value)


def test_a_sender_that_signs_its_url_needs_ours() -> None:
    configuration = Verification.model_validate({"preset": "hubspot_v3", "secrets": SECRET})

    assert configuration.needs_public_url
    with pytest.raises(UsedWrongly, match="hubspot_v3 signs the address it calls: set TRATT_PUBLIC_URL"):
        Verifier(configuration)


@pytest.mark.parametrize("change", [{"mode": "off"}, {"signed": "{method}{body}{timestamp}"}])
def test_where_no_url_is_signed_none_is_needed(change: dict[str, Any]) -> None:
    given = {"preset": "hubspot_v3", "secrets": SECRET, **change}

    assert not Verification.model_validate(given).needs_public_url
    make_verifier(given)


def test_null_takes_a_presets_time_away() -> None:
    given = {"preset": "webflow", "secrets": SECRET, "timestamp_header": None, "signed": "{body}"}

    assert not Verification.model_validate(given).scheme.is_timed


def test_a_single_secret_may_stand_without_brackets() -> None:
    one, listed = ({"preset": "github", "secrets": secrets} for secrets in (SECRET, [SECRET]))

    assert Verification.model_validate(one).secrets == Verification.model_validate(listed).secrets


@pytest.mark.parametrize(
    ("configuration", "warnings"),
    [
        ({"preset": "github", "secrets": SECRET}, []),
        (
            {"preset": "github", "secrets": "try-me"},
            ["secrets[0]: has 6 characters and can be guessed; use 16 or more"],
        ),
        (
            {"header_token": {"name": "k", "tokens": [SECRET, "123"]}},
            ["header_token.tokens[1]: has 3 characters and can be guessed; use 16 or more"],
        ),
        ({"mode": "off"}, ["mode: off, and nothing else proves the sender: anybody may post leads"]),
        (
            {"preset": "webflow", "secrets": SECRET, "mode": "if_present"},
            ["mode: if_present, and nothing else proves the sender: anybody may post leads"],
        ),
        ({"preset": "webflow", "secrets": SECRET, "mode": "if_present", "secret_path": "0123456789abcdef"}, []),
    ],
)
def test_what_works_and_is_unwise_is_said(configuration: dict[str, Any], warnings: list[str]) -> None:
    assert Verification.model_validate(configuration).warnings == warnings


def test_no_secret_shows_in_a_configuration_or_a_key() -> None:
    configuration = Verification.model_validate(
        {"preset": "github", "secrets": SECRET, "query_token": {"name": "k", "tokens": SECRET}}
    )

    assert SECRET not in repr(configuration) + configuration.model_dump_json()
