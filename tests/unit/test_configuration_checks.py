"""What no section of the configuration can see alone: names that lead nowhere, and rules that can never fire."""

from pathlib import Path

import pytest

from services.configuration import Configuration, check_between_sections
from shared.domain.errors import ConfigurationError
from shared.runtime.configuration import load

SOUND = """\
people: {sara: {name: Sara Lind, email: sara@exempelsol.se}}
products: {solar: {label: {sv: Sol, en: Sun}}}
questions: {housing: {type: choice, options: {villa: [Villa], brf: [BRF]}}}
sources:
  google: {kind: google_ads, keys: [key-0123456789abc], product: solar}
scoring:
  fit: [{when: {facts.answers.housing: villa}, points: 5, reason: {sv: Villa, en: House}}]
routing:
  rules: [{name: one, when: {source: google, facts.answers.housing: [villa, brf]}, then: {owner: sara}}]
destinations: {journal: {kind: journal}}
"""


def faults(tmp_path: Path, before: str = "", after: str = "", *, public_url: str | None = None) -> list[str]:
    file = tmp_path / "tratt.yaml"
    assert before in SOUND
    file.write_text(SOUND.replace(before, after, 1) if before else SOUND)
    loaded = load(file, Configuration, {})
    try:
        check_between_sections(loaded, public_url=public_url)
    except ConfigurationError as error:
        return [f"{fault.line}: {fault.key}: {fault.message}" for fault in error.faults]
    return []


def test_a_sound_configuration_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("product: solar", "product: sun", "5: sources.google.product: no product 'sun': there are solar"),
        ("housing: villa}, points", "hosing: villa}, points", "7: scoring.fit.0.when: facts.answers.hosing: "),
        ("housing: villa}, points", "housing: vila}, points", "housing: is never 'vila': write one of villa, brf"),
        ("housing: [villa, brf]", "hosing: villa", "9: routing.rules.0.when: facts.answers.hosing: "),
        ("housing: [villa, brf]", "housing: [villa, hus]", "is never 'hus': write one of villa, brf"),
        ("source: google, ", "score.stage: mql, ", "score.stage: is never 'mql': write one of suspect, prospect"),
        ("source: google, ", "match.verdict: old, ", "match.verdict: is never 'old': write one of new, known_person"),
        ("source: google, ", "score.grade: A1, ", "score has no 'grade' (or it is not built yet)"),
        ("source: google, ", "lead.segment: b2b, ", "a condition has no 'lead'"),
        ("owner: sara", "owner: erik", "9: routing.rules.0.then.owner: no person 'erik': there are sara"),
    ],
)
def test_what_leads_nowhere_is_named_with_its_line(tmp_path: Path, before: str, after: str, says: str) -> None:
    (fault,) = faults(tmp_path, before, after)

    assert says in fault


def test_a_sender_that_signs_the_address_needs_ours(tmp_path: Path) -> None:
    before, after = "sources:", "sources:\n  hub: {kind: webhook, preset: hubspot, secrets: [secret-0123456789]}"

    assert faults(tmp_path, before, after, public_url="https://leads.example.com") == []
    (fault,) = faults(tmp_path, before, after)
    assert "5: sources.hub: its sender signs the address it calls: set TRATT_PUBLIC_URL" in fault
