"""Every payload in tests/payloads/google_ads becomes the lead that lies beside it."""

import json
from pathlib import Path

import pytest

from services.ingest.submission import Verdict
from tests.unit.ingest.doors import google, parse, submission

FOLDER = Path(__file__).parents[2] / "payloads" / "google_ads"
PAYLOADS = sorted(path for path in FOLDER.glob("*.json") if not path.name.endswith(".expected.json"))


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_a_payload_becomes_the_lead_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text())

    submitted = parse(path.read_bytes())

    lead = submitted.lead.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    assert {"is_test": submitted.is_test, "is_dated": submitted.is_dated, "lead": lead} == expected


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_a_payload_is_authentic(path: Path) -> None:
    came = submission(path.read_bytes())

    assert google().verify(came, google().read(came)).verdict is Verdict.AUTHENTIC


def test_there_are_payloads() -> None:
    assert len(PAYLOADS) >= 8
