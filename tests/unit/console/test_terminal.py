"""What the terminal shows."""

import io
from datetime import timedelta

from rich.console import Console, RenderableType

from services.console.biography import life_of
from services.console.ledger import Committed, Count, Position, Undecided, ledger_of
from services.console.notices import LostNotice, NoticeLedger, NoticeTally
from services.console.terminal import ledger_text, life_text
from shared.ports import TopicPartition
from tests.builders import NOON, a_lead, a_person, delivered, received, routed, scored
from tests.unit.console.platforms import META, a_fetched_lead, notified

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


def test_a_ledger_shows_notices_by_source_and_platform_with_the_oldest_that_waits_and_the_lost() -> None:
    waiting = NoticeTally("meta", notified=9, fetched=6, waiting=2, lost=1, unread=1, oldest_waiting_at=NOON)
    lost = LostNotice("lead-9", META, "leads.notified/0/3", NOON)
    notices = NoticeLedger({META: waiting}, NoticeTally(), (lost,))

    text = shown(ledger_text(ledger_of(Count({}, [], {}), COMMITTED, notices=notices)))

    assert "meta-leads (meta)" in text
    assert "meta-leads: the oldest notice waits since 2026-09-01 12:00 UTC; 1 of 2 not read by retrieval yet." in text
    assert "LOST lead-9 from meta-leads: told of 2026-09-01 at leads.notified/0/3, and never fetched" in text
    assert "does not add up" in text


def test_a_ledger_without_notices_says_nothing_of_them() -> None:
    assert "notified" not in shown(ledger_text(ledger_of(Count({}, [], {}), COMMITTED)))


def test_a_life_tells_who_told_of_it_and_how_long_it_took_to_fetch() -> None:
    lead = a_fetched_lead("m-1")
    fetched_at = NOON + timedelta(seconds=1.2)
    life = life_of(lead.id, [notified(lead), received(lead, source=META)], appended_at=fetched_at)

    assert life is not None
    text = shown(life_text(life))

    assert "by meta, fetched after 1.2 s" in text
    assert "told of" in text
