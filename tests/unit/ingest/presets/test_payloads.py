"""Every payload in tests/payloads becomes what lies beside it, by its preset alone."""

import json
from pathlib import Path

import pytest

from services.ingest.decoding.configuration import Decoding
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.presets import PRESETS
from tests.unit.ingest.presets.payloads import mapped, payloads_of, submitted, told

PAYLOADS = [(preset, path) for preset in PRESETS for path in payloads_of(preset)]
FEWEST = 3


@pytest.mark.parametrize(("preset", "path"), PAYLOADS, ids=lambda part: part if isinstance(part, str) else part.stem)
def test_a_payload_becomes_what_lies_beside_it(preset: str, path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text())

    found = mapped(preset, submitted(path))

    assert told(found) == expected


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_payloads(preset: str) -> None:
    assert len(list(payloads_of(preset))) >= FEWEST


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_names_its_version(preset: str) -> None:
    assert MappingConfiguration.model_validate(PRESETS[preset].mapping).version == f"{preset}-1"
    Decoding.model_validate(PRESETS[preset].decoding)


@pytest.mark.parametrize(("preset", "path"), PAYLOADS, ids=lambda part: part if isinstance(part, str) else part.stem)
def test_nobody_of_the_company_is_taken_for_the_lead(preset: str, path: Path) -> None:
    found = mapped(preset, submitted(path))

    for item in found.leads:
        assert "exempelsol" not in str(item.members["person"])
