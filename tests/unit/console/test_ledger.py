"""Every lead is in exactly one place, or it is lost and named."""

import pytest

from services.console.ledger import Committed, Count, Place, Position, Undecided, ledger_of, place_of
from shared.ports import TopicPartition

COMMITTED = Committed(
    scorer={TopicPartition("leads.received", 0): 10, TopicPartition("leads.received", 1): 3},
    router={TopicPartition("leads.scored", 0): 5},
)


def undecided(received: Position | None, scored: Position | None = None, *, is_dead: bool = False) -> Undecided:
    return Undecided("lead-1", "google-search", is_test=False, received=received, scored=scored, is_dead=is_dead)


@pytest.mark.parametrize(
    ("lead", "place"),
    [
        (undecided(Position(0, 10)), Place.IN_FLIGHT),  # the scorer reads it next
        (undecided(Position(0, 11)), Place.IN_FLIGHT),
        (undecided(Position(0, 9)), Place.LOST),  # the scorer has passed it, and told of no score
        (undecided(Position(1, 9)), Place.IN_FLIGHT),  # partitions have positions of their own
        (undecided(Position(7, 0)), Place.IN_FLIGHT),  # never committed there
        (undecided(Position(0, 9), Position(0, 5)), Place.IN_FLIGHT),  # scored; the router reads it next
        (undecided(Position(0, 9), Position(0, 4)), Place.LOST),
        (undecided(Position(0, 10), Position(0, 4)), Place.LOST),  # what counts is the next stage
        (undecided(None, Position(0, 5)), Place.IN_FLIGHT),
        (undecided(Position(0, 9), is_dead=True), Place.DEAD),
        (undecided(Position(0, 10), is_dead=True), Place.DEAD),
    ],
)
def test_an_undecided_lead_is_dead_in_flight_or_lost(lead: Undecided, place: Place) -> None:
    assert place_of(lead, COMMITTED) == place


def test_a_record_that_died_unread_makes_its_lead_dead_by_position() -> None:
    lead = undecided(Position(0, 9))

    assert place_of(lead, COMMITTED, frozenset({"leads.received/0/9"})) == Place.DEAD
    assert place_of(lead, COMMITTED, frozenset({"leads.scored/0/9"})) == Place.LOST


def test_a_lost_lead_is_named_with_its_last_position_and_nothing_adds_up() -> None:
    ledger = ledger_of(Count({}, [undecided(Position(0, 9), Position(0, 4))], {}), COMMITTED)

    assert not ledger.adds_up
    assert [(lost.lead_id, lost.position) for lost in ledger.lost] == [("lead-1", "leads.scored/0/4")]


def test_while_the_console_is_behind_nothing_is_called_lost() -> None:
    ledger = ledger_of(Count({}, [undecided(Position(0, 9))], {}), COMMITTED, behind=1)

    assert ledger.adds_up
    assert ledger.leads.in_flight == 1
    assert ledger.behind == 1


def test_tests_are_counted_apart_and_sources_by_name() -> None:
    decided = {
        ("website", False, "held"): 1,
        ("google-search", False, "routed"): 3,
        ("google-search", True, "rejected"): 2,
    }

    ledger = ledger_of(Count(decided, [undecided(Position(0, 10))], {}), COMMITTED)

    assert (ledger.leads.accepted, ledger.leads.routed, ledger.leads.held, ledger.leads.in_flight) == (5, 3, 1, 1)
    assert (ledger.tests.accepted, ledger.tests.rejected) == (2, 2)
    assert list(ledger.sources) == ["google-search", "website"]
    assert ledger.sources["google-search"].accepted == 4
    assert ledger.adds_up


def test_what_a_destination_is_due_is_delivered_waiting_or_failed() -> None:
    deliveries = {("crm", "delivered"): 5, ("crm", "due"): 2, ("crm", "failed"): 1}

    crm = ledger_of(Count({}, [], deliveries), COMMITTED).destinations["crm"]

    assert (crm.due, crm.delivered, crm.waiting, crm.failed) == (8, 5, 2, 1)
    assert crm.adds_up


def test_the_ledger_as_json_says_whether_it_adds_up() -> None:
    shown = ledger_of(Count({}, [undecided(Position(0, 9))], {}), COMMITTED, spill_depth=4).as_json()

    assert shown["adds_up"] is False
    assert shown["spill_depth"] == 4
    assert shown["lost"] == ({"lead_id": "lead-1", "source": "google-search", "position": "leads.received/0/9"},)
