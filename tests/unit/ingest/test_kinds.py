"""Whoever writes a sender's name for a kind of source is told how to write it, where it stands."""

from pathlib import Path

import pytest

from services.ingest.configuration import Sources
from services.ingest.configuration.kinds import KINDS, OTHER_NAMES, meant_by
from services.ingest.presets import PRESETS
from services.ingest.sources import SOURCES
from shared.domain.errors import ConfigurationError
from shared.domain.model import Section
from shared.runtime.configuration import load


class Root(Section):
    """Stand for the configuration."""

    sources: Sources


@pytest.mark.parametrize(
    ("kind", "way_out"),
    [
        ("facebook", "did you mean kind: meta?"),
        ("Google Ads", "did you mean kind: google_ads?"),
        ("landing-page", "did you mean kind: form?"),
        ("Webhok", "did you mean kind: webhook?"),
        ("typeform", "did you mean kind: webhook with preset: typeform?"),
        ("tallly", "did you mean kind: webhook with preset: tally?"),
        ("carrier_pigeon", "a sender without a kind of its own has kind: webhook"),
    ],
)
def test_a_kind_that_there_is_none_of_names_the_one_that_is_meant(kind: str, way_out: str, tmp_path: Path) -> None:
    (tmp_path / "tratt.yaml").write_text(f"sources:\n  door:\n    kind: {kind}\n    secret_path: abc\n")

    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "tratt.yaml", Root, {})

    (fault,) = caught.value.faults
    assert (fault.line, fault.key) == (3, "sources.door.kind")
    there = "is not a kind here (or not built yet); there are form, google_ads, linkedin, meta, webhook"
    assert fault.message == f"{there}; {way_out}"


@pytest.mark.parametrize(
    ("preset", "way_out"),
    [("typefrom", "did you mean kind: webhook with preset: typeform?"), ("facebook", "did you mean kind: meta?")],
)
def test_a_preset_that_there_is_none_of_names_the_one_that_is_meant(preset: str, way_out: str, tmp_path: Path) -> None:
    (tmp_path / "tratt.yaml").write_text(f"sources:\n  door:\n    kind: webhook\n    preset: {preset}\n")

    with pytest.raises(ConfigurationError, match="there is no preset") as caught:
        load(tmp_path / "tratt.yaml", Root, {})

    assert str(caught.value).endswith(way_out)


def test_every_kind_there_is_can_be_meant() -> None:
    assert set(KINDS) == set(SOURCES)
    assert set(OTHER_NAMES.values()) <= set(KINDS)
    assert OTHER_NAMES.keys().isdisjoint([*KINDS, *PRESETS])
    assert [name for name in PRESETS if meant_by(name) != f"kind: webhook with preset: {name}"] == []
