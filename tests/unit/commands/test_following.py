"""What `tratt send` prints of a lead: what became of it, whatever that is, and every word as it stands."""

import time
from typing import Any

import httpx
import pytest

from services.commands import following
from services.commands.following import told
from services.console.life import Life
from shared.domain.decision import Assignment
from shared.domain.errors import UsedWrongly

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


async def test_a_console_that_does_not_answer_is_named() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(away)) as client:
        with pytest.raises(UsedWrongly, match="nothing answers at http://admin"):
            await following.follow(client, "http://admin.invalid", ["lead-1"], began=time.perf_counter())
