"""What `tratt send` prints of a lead: what became of it, whatever that is, and every word as it stands."""

from typing import Any

import pytest

from services.commands import following
from services.commands.following import told
from services.console.life import Life
from shared.domain.decision import Assignment

LIFE: dict[str, Any] = {
    "lead_id": "lead-1", "source": "google", "source_kind": "google_ads", "is_test": False, "facts": {}, "contact": {},
    "receipts": [], "revisions": [], "decisions": [], "deliveries": [], "dead_letters": [], "commands": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("dead", ("dead", "it could not be handled: see ./tratt dead list")),
        ("deleted", ("deleted", "its platform has it no more")),
    ],
)
def test_a_lead_that_ends_without_a_decision_says_how(place: str, line: tuple[str, str]) -> None:
    assert list(told(Life(**LIFE, place=place))) == [("lead", "lead-1"), line]


def test_words_in_brackets_are_printed_as_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    life = Life(**LIFE, place="routed", assignment=Assignment(owner="sara", why="rule [/villa] \x1b[31mnames her"))

    following.show(life, after_ms=12.3)

    assert capsys.readouterr().out.splitlines() == [
        "  lead      lead-1",
        "  owner     sara (rule [/villa] \N{REPLACEMENT CHARACTER}[31mnames her)",
        "  all of it after 12 ms",
    ]
