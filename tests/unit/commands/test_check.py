"""What `tratt check` finds that would otherwise be found out by a lead: each fault by line, key and way out."""

from pathlib import Path

import pytest

from services.configuration import Configuration, check_between_sections
from shared.domain.errors import ConfigurationError
from shared.runtime.configuration import load

DOORS = """
sources:
  search: {kind: google_ads, keys: [a-key-of-sixteen-letters]}
destinations:
  journal: {kind: journal}
"""
SHIPPED = Path(__file__).parents[3] / "deploy" / "example" / "tratt.yaml"


def faults(folder: Path, more: str) -> list[str]:
    """Check the doors and one more line, which is line 6."""
    file = folder / "tratt.yaml"
    file.write_text(DOORS + more)
    try:
        check_between_sections(load(file, Configuration, {}), public_url=None)
    except ConfigurationError as error:
        return [f"{fault.line} {fault.key}: {fault.message}" for fault in error.faults]
    return []


def rule(when: str) -> str:
    return f"routing: {{rules: [{{name: one, when: {{{when}}}, then: {{}}}}]}}"


def fit(when: str) -> str:
    return f"scoring: {{fit: [{{when: {{{when}}}, points: 1, reason: {{sv: a, en: a}}}}]}}"


def test_doors_and_destinations_alone_have_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, "") == []


def test_the_shipped_example_has_no_fault() -> None:
    check_between_sections(load(SHIPPED, Configuration, {}), public_url=None)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("questions: {a: {type: choice}}", "6 questions.a: has no options, so no answer can be chosen"),
        (
            "questions: {a: {type: choice, options: {sun: [Sol]}, sets: product}}",
            "6 questions.a.options.sun: sets no product: there are none",
        ),
    ],
)
def test_what_would_stop_or_fool_it_at_run_time_is_a_fault(tmp_path: Path, more: str, fault: str) -> None:
    (found,) = faults(tmp_path, more)

    assert found.startswith(fault)


@pytest.mark.parametrize(
    "when",
    [
        "source: search, source_kind: google_ads",
        "segment: b2b, person.email: {exists: true}",
        "attribution.click_ids.gclid: {exists: true}, attribution.last_touch.medium: cpc, answers.any question: x",
        "score.stage: {at_least: Prospect}, score.temperature: [warm, hot], score.fit: {at_least: 3}",
        "match.verdict: new, match.customer.owner: sara, facts.product: solar, facts.bot: false",
    ],
)
def test_a_rule_that_asks_what_can_be_known_has_no_fault(tmp_path: Path, when: str) -> None:
    assert faults(tmp_path, rule(when)) == []


def test_every_fault_of_one_condition_is_told(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, fit("facts.adress.county: x, score.fit: 1, fax: x"))

    assert [field for field in ("facts.adress.county", "score.fit", "fax") if f"{field}: " in found] == [
        "facts.adress.county",
        "score.fit",
        "fax",
    ]


def test_a_kind_that_is_not_built_is_refused_as_a_key_is(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, "  crm: {kind: hubspot}")

    assert (
        found
        == "6 destinations.crm.kind: is not a kind here (or not built yet); there are 'webhook', 'journal', 'email'"
    )
