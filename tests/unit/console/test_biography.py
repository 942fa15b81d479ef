"""One lead's whole life, from its events in any order."""

from datetime import timedelta

from services.console.biography import life_of
from services.console.history import history_of
from services.console.ledger import Place
from shared.domain.events import ActivityRecorded, ActivityRecordedData, ConsentData, ConsentGiven, Event
from tests.builders import (
    NOON,
    a_lead,
    a_person,
    a_score,
    dead_letter_of,
    delivered,
    failed,
    held,
    received,
    replayed,
    routed,
    scored,
)
from tests.unit.console.platforms import META, a_fetched_lead, erasure_of, notified

TOLD_OF = a_fetched_lead("m-1")
LEAD = a_lead()


def test_a_life_knows_the_newest_words_the_highest_score_and_the_decision_in_force() -> None:
    corrected = a_lead(submitted_at=NOON + timedelta(seconds=5), person=a_person(full_name="Lina Rättad"))
    events: list[Event] = [
        routed(corrected, number=2, revision=2, score=a_score(fit=60), at=NOON + timedelta(seconds=6)),
        held(LEAD, number=1),
        scored(corrected, revision=2, score=a_score(fit=60), at=NOON + timedelta(seconds=5.1)),
        scored(LEAD),
        received(corrected, content="corrected", at=NOON + timedelta(seconds=5)),
        received(LEAD, at=NOON + timedelta(seconds=1)),
        received(LEAD),
    ]

    life = life_of(LEAD.id, events)

    assert life is not None
    assert [receipt.kind for receipt in life.receipts] == ["received", "repeated", "corrected"]
    assert life.lead is not None
    assert life.lead.person.full_name == "Lina Rättad"
    assert life.score is not None
    assert life.score.fit == 60
    assert life.place == Place.ROUTED
    assert life.reason is None
    assert [decided.outcome for decided in life.decisions] == [Place.HELD, Place.ROUTED]
    assert [revision.revision for revision in life.revisions] == [1, 2]


def test_deliveries_stand_with_their_attempts_and_those_never_tried_as_waiting() -> None:
    events: list[Event] = [
        received(LEAD),
        routed(LEAD, destinations=("journal", "seller", "crm")),
        delivered(LEAD, "journal", attempt=2, at=NOON + timedelta(seconds=2)),
        failed(LEAD, "journal", attempt=1, final=False, outcome="timeout", at=NOON + timedelta(seconds=1)),
        failed(LEAD, "crm", final=True),
    ]

    life = life_of(LEAD.id, events)

    assert life is not None
    assert {one.destination: one.state for one in life.deliveries} == {
        "journal": "delivered",
        "seller": "waiting",
        "crm": "failed",
    }
    journal = next(one for one in life.deliveries if one.destination == "journal")
    assert [(attempt.number, attempt.delivered) for attempt in journal.attempts] == [(1, False), (2, True)]
    assert life.delivered_after_ms == 2000


def test_an_undecided_lead_is_in_flight_and_one_given_up_is_dead_with_its_replays() -> None:
    letter = dead_letter_of(LEAD)

    flying = life_of(LEAD.id, [received(LEAD)])
    dead = life_of(LEAD.id, [received(LEAD), letter, replayed(letter)])

    assert flying is not None
    assert flying.place == Place.IN_FLIGHT
    assert dead is not None
    assert dead.place == Place.DEAD
    assert [replay.by for replay in dead.dead_letters[0].replays] == ["sara"]


def test_no_events_is_no_life() -> None:
    assert life_of(LEAD.id, []) is None


def test_a_history_tells_everything_in_order_of_time() -> None:
    letter = dead_letter_of(LEAD)
    life = life_of(
        LEAD.id, [delivered(LEAD), replayed(letter), routed(LEAD), letter, scored(LEAD), received(LEAD), received(LEAD)]
    )

    assert life is not None
    assert [one.what for one in history_of(life)] == [
        "received",
        "repeated",
        "scored",
        "died",
        "place.routed",
        "delivery.delivered",
        "replayed",
    ]


def test_a_lead_that_a_platform_told_of_knows_by_whom_and_how_long_it_took_to_fetch() -> None:
    events: list[Event] = [received(TOLD_OF, source=META), notified(TOLD_OF), notified(TOLD_OF)]

    life = life_of(TOLD_OF.id, events, appended_at=NOON + timedelta(seconds=1.2))

    assert life is not None
    assert [(notice.platform, notice.notice_id) for notice in life.notices] == [("meta", "m-1")]
    assert life.fetched_after_ms == 1200
    assert [one.what for one in history_of(life)] == ["told_of", "received"]


def test_a_lead_that_is_not_fetched_yet_is_in_flight_dead_or_deleted() -> None:
    letter = dead_letter_of(TOLD_OF, stage="retrieval")
    waiting = life_of(TOLD_OF.id, [notified(TOLD_OF, is_test=True)])
    dead = life_of(TOLD_OF.id, [notified(TOLD_OF), letter])
    deleted = life_of(TOLD_OF.id, [notified(TOLD_OF), erasure_of(TOLD_OF)])

    assert waiting is not None
    assert dead is not None
    assert deleted is not None
    assert (waiting.place, waiting.is_test, waiting.source) == (Place.IN_FLIGHT, True, META)
    assert (dead.place, deleted.place) == (Place.DEAD, "deleted")


def test_a_lead_that_was_fetched_after_all_is_not_dead_and_one_erased_later_keeps_its_place() -> None:
    events: list[Event] = [notified(TOLD_OF), dead_letter_of(TOLD_OF, stage="retrieval"), received(TOLD_OF)]

    fetched = life_of(TOLD_OF.id, events)
    erased = life_of(TOLD_OF.id, [*events, routed(TOLD_OF), erasure_of(TOLD_OF)])

    assert fetched is not None
    assert erased is not None
    assert (fetched.place, erased.place) == (Place.IN_FLIGHT, Place.ROUTED)


def test_consents_activities_and_deletions_are_lines_of_a_life() -> None:
    around = {"source": "/tratt/ingest", "subject": LEAD.id, "time": NOON, "partitionkey": LEAD.id}
    about = {"source": "website", "source_kind": "webhook"}
    consent = ConsentData(
        **about,
        lead_id=LEAD.id,
        person="p-1",
        purpose="newsletter",
        channels=["email"],
        at=NOON + timedelta(seconds=1),
    )
    activity = ActivityRecordedData(
        **about, kind="price_request", occurred_at=NOON + timedelta(seconds=2), lead=LEAD.id
    )
    events: list[Event] = [
        received(LEAD),
        ConsentGiven(id="g-1", **around, data=consent),
        ActivityRecorded(id="a-1", **around, data=activity),
        erasure_of(LEAD, at=NOON + timedelta(seconds=3)),
    ]

    life = life_of(LEAD.id, events)

    assert life is not None
    assert [(one.what, one.details) for one in history_of(life)] == [
        ("received", ()),
        ("consented", ("newsletter", "email", "consent")),
        ("activity", ("price_request",)),
        ("erasure", ("platform_deleted",)),
    ]


def test_a_lead_that_was_made_good_says_so() -> None:
    healed = TOLD_OF.model_copy(update={"signals": {"healed": True}})

    life = life_of(TOLD_OF.id, [notified(TOLD_OF, healed=True), received(healed, source=META)])

    assert life is not None
    assert [(one.what, one.details) for one in history_of(life)] == [
        ("found", ("meta", "m-1")),
        ("received", ("healed",)),
    ]
