"""`tratt map`: what a payload misses is what somebody should look at, whatever kind of source it came by."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.commands.mapping import map_payload
from shared.runtime.settings import Settings

CONFIGURATION = """
sources:
  typeform: {kind: webhook, preset: typeform, secret_path: a-path-of-its-own-0123456789}
  ours:
    kind: webhook
    preset: typeform
    secret_path: a-path-of-its-own-0123456789
    mapping: {fields: {message: data.letter, product: data.product}, optional: [product]}
  google: {kind: google_ads, keys: [a-key-of-its-own-0123456789]}
destinations:
  journal: {kind: journal}
"""
ANSWERS = [
    {"type": "text", "text": "Lina Exempel", "field": {"ref": "full_name", "type": "short_text"}},
    {"type": "email", "email": "lina@exempel.se", "field": {"ref": "email", "type": "email"}},
]
TYPEFORM = {"event_type": "form_response", "form_response": {"token": "t", "answers": ANSWERS}}
NAMES = [{"column_id": "FIRST_NAME", "string_value": "Lina"}, {"column_id": "LAST_NAME", "string_value": "Exempel"}]


@pytest.mark.parametrize(
    ("source", "payload", "missing"),
    [
        ("typeform", TYPEFORM, ["person.phone"]),
        ("ours", TYPEFORM, ["message", "person.phone"]),
        ("google", {"user_column_data": NAMES}, ["person.email", "person.phone"]),
    ],
)
def test_what_is_missing_is_worth_looking_at(
    source: str, payload: dict[str, Any], missing: list[str], tmp_path: Path
) -> None:
    (tmp_path / "tratt.yaml").write_text(CONFIGURATION)
    (tmp_path / "sent.json").write_text(json.dumps(payload))
    settings = Settings(config=tmp_path / "tratt.yaml", data_dir=tmp_path)

    shown = map_payload(settings, source, tmp_path / "sent.json", headers={})

    assert len(shown["leads"]) == 1
    assert shown["missing"] == missing
