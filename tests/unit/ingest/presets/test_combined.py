"""The company's own configuration goes before a preset's, part by part."""

import pytest

from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.presets import PRESETS, Preset, combined
from services.ingest.verification.configuration import Verification

SIGNED = Preset(
    verification={"preset": "webflow", "mode": "if_present"},
    decoding={"json_in": ["rawRequest"], "brackets": "true"},
    mapping={
        "version": "known-1",
        "guess": "true",
        "fields": {"submission_id": "id", "person.email": "email"},
        "not_leads": [{"when": {"event": "ping"}, "reason": "a ping"}],
        "consents": [{"field": "newsletter", "purpose": "newsletter"}],
        "key_values": "answers",
    },
)
KNOWN = {**SIGNED.mapping, "optional": ["submission_id", "person.email"]}
PATH_SECRET = "a-path-that-nobody-guesses"


def test_without_anything_of_the_company_the_preset_stands() -> None:
    assert combined(SIGNED, {"kind": "webhook"}) == {
        "kind": "webhook",
        "verification": SIGNED.verification,
        "decoding": SIGNED.decoding,
        "mapping": KNOWN,
    }


def test_a_key_of_the_companys_wins() -> None:
    whole = combined(SIGNED, {"decoding": {"brackets": "false"}, "mapping": {"version": "ours-2"}})

    assert whole["decoding"] == {"json_in": ["rawRequest"], "brackets": "false"}
    assert whole["mapping"] == {**KNOWN, "version": "ours-2"}


def test_fields_are_merged_by_target_and_null_takes_one_away() -> None:
    fields = {"person.email": "mejl", "person.phone": "tel", "submission_id": None}

    whole = combined(SIGNED, {"mapping": {"fields": fields}})

    assert whole["mapping"] == {
        **KNOWN,
        "fields": {"person.email": "mejl", "person.phone": "tel"},
        "optional": [],
    }


def test_what_the_preset_alone_looks_for_may_be_missing() -> None:
    ours = {"fields": {"person.email": "mejl", "person.phone": "tel"}, "optional": "person.phone"}

    mapping = combined(SIGNED, {"mapping": ours})["mapping"]

    assert isinstance(mapping, dict)
    assert mapping["optional"] == ["person.phone", "submission_id"]


@pytest.mark.parametrize(
    ("part", "ours", "together"),
    [
        ("not_leads", [{"when": {"a": "b"}, "reason": "c"}], ["a", "ping"]),
        ("consents", [{"field": "samtycke", "purpose": "sales_contact"}], ["samtycke", "newsletter"]),
        ("key_values", {"path": "fields"}, ["fields", "answers"]),
    ],
)
def test_lists_of_the_companys_stand_before_the_presets(part: str, ours: object, together: list[str]) -> None:
    mapping = combined(SIGNED, {"mapping": {part: ours}})["mapping"]

    assert isinstance(mapping, dict)
    assert len(mapping[part]) == len(together)
    assert all(name in str(one) for name, one in zip(together, mapping[part], strict=True))


def test_an_empty_list_of_the_companys_takes_the_presets_away() -> None:
    mapping = combined(SIGNED, {"mapping": {"not_leads": []}})["mapping"]

    assert isinstance(mapping, dict)
    assert mapping["not_leads"] == []


@pytest.mark.parametrize(
    ("given", "verification"),
    [
        ({"secrets": ["s"]}, {"preset": "webflow", "mode": "if_present", "secrets": ["s"]}),
        ({"secret_path": PATH_SECRET}, {"secret_path": PATH_SECRET}),
        ({"networks": {"allow": ["192.0.2.0/24"]}}, {"networks": {"allow": ["192.0.2.0/24"]}}),
        (
            {"secret_path": PATH_SECRET, "secrets": ["s"]},
            {"preset": "webflow", "mode": "if_present", "secret_path": PATH_SECRET, "secrets": ["s"]},
        ),
    ],
)
def test_another_proof_without_secrets_does_without_the_signature(
    given: dict[str, object], verification: dict[str, object]
) -> None:
    assert combined(SIGNED, {"verification": given})["verification"] == verification


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("given", [{"secrets": ["a-secret-of-some-length"]}, {"secret_path": PATH_SECRET}])
def test_every_preset_can_be_used_with_what_its_sender_can_do(preset: str, given: dict[str, object]) -> None:
    if "preset" not in PRESETS[preset].verification:
        given = {"secret_path": PATH_SECRET}

    whole = combined(PRESETS[preset], {"verification": given})

    assert Verification.model_validate(whole["verification"]).warnings == []
    assert MappingConfiguration.model_validate(whole["mapping"]).version == f"{preset}-1"


def test_what_is_shaped_wrongly_is_left_for_validation() -> None:
    whole = combined(SIGNED, {"verification": "secret", "mapping": ["a"], "decoding": "x"})

    assert whole == {"verification": "secret", "mapping": ["a"], "decoding": "x"}


def test_a_preset_that_does_not_exist_is_none() -> None:
    assert "myspace" not in PRESETS
