"""What the terminal shows."""

import io

from rich.console import Console, RenderableType

from services.console.biography import life_of
from services.console.ledger import Committed, Count, Position, Undecided, ledger_of
from services.console.terminal import ledger_text, life_text
from shared.ports import TopicPartition
from tests.builders import a_lead, a_person, delivered, received, routed, scored

COMMITTED = Committed(scorer={TopicPartition("leads.received", 0): 10}, router={})


def shown(renderable: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=160)
    console.print(renderable)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_ledger_that_adds_up_says_so() -> None:
    text = shown(ledger_text(ledger_of(Count({("website", False, "routed"): 3}, [], {("crm", "due"): 2}), COMMITTED)))

    assert "It adds up" in text
    assert "website" in text
    assert "crm" in text


def test_a_lost_lead_stands_with_its_position() -> None:
    lost = Undecided("lead-1", "website", is_test=False, received=Position(0, 3), scored=None, is_dead=False)

    text = shown(ledger_text(ledger_of(Count({}, [lost], {}), COMMITTED)))

    assert "LOST lead-1 from website, last seen at leads.received/0/3" in text
    assert "does not add up" in text


def test_a_life_shows_reasons_evidence_and_what_happened_and_steers_no_terminal() -> None:
    lead = a_lead(person=a_person(full_name="Lina\x1b[2J\u202eExempel [bold]"))
    life = life_of(lead.id, [received(lead), scored(lead), routed(lead), delivered(lead)])

    assert life is not None
    text = shown(life_text(life))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold]" in text
    assert "+25  Lives in a house" in text
    assert "new: email (none)" in text
    assert "journal: delivered" in text
