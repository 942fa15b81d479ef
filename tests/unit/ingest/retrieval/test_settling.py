"""What a fetch means for its notice."""

import base64
from datetime import timedelta

import pytest

from services.ingest.events import Keys
from services.ingest.retrieval.notices import Outcome, Settlement, State
from services.ingest.retrieval.patience import FEWEST_ATTEMPTS, pause_s
from services.ingest.retrieval.ports import EVERYTHING, Fetched, Gone, NotAllowed, NotYet, Result, Throttled, Unusable
from services.ingest.retrieval.settling import settle
from services.ingest.submission import SubmittedLead
from shared.domain.events import ConsentGiven, DeadLetter, ErasureRequested, LeadNotified, LeadReceived, decode
from shared.domain.lead import Consent
from tests.builders import NOON, a_lead
from tests.notices import SOURCE, a_claim, a_pending

KEYS = Keys(b"invented", "SE")
GIVE_UP = timedelta(days=7)


def settled(result: Result, *, after: timedelta = timedelta(), attempts: int = 0, healed: bool = False) -> Settlement:
    claim = a_claim(a_pending("444", healed=healed), attempts=attempts)
    return settle(claim, result, keys=KEYS, now=NOON + after, chance=0.5, give_up_after=GIVE_UP)


def fetched(**members: object) -> Fetched:
    return Fetched(SubmittedLead(a_lead("444", source=SOURCE, **members), is_test=False, is_dated=True))


def test_a_lead_is_received_at_its_notices_time_however_late_it_was_fetched() -> None:
    (event,) = settled(fetched(), after=timedelta(hours=5)).events
    assert isinstance(event, LeadReceived)
    assert event.time == NOON
    assert event.data.lead_id == a_pending("444").lead_id


def test_the_same_lead_fetched_twice_is_the_same_event() -> None:
    first, again = settled(fetched()), settled(fetched(), after=timedelta(minutes=1), attempts=3)
    assert first.events == again.events


def test_each_consent_of_a_lead_is_told() -> None:
    given = Consent(purpose="newsletter", granted=True)
    _, consent = settled(fetched(consents=[given, Consent(purpose="sms", granted=False)])).events
    assert isinstance(consent, ConsentGiven)
    assert consent.data.purpose == "newsletter"


def test_a_lead_that_no_notice_told_of_says_so() -> None:
    (event,) = settled(fetched(signals={"platform": "ig"}), healed=True).events
    assert isinstance(event, LeadReceived)
    assert event.data.lead.signals == {"platform": "ig", "healed": True}


def test_a_lead_that_is_gone_is_told_to_all() -> None:
    settlement = settled(Gone("deleted"))
    (event,) = settlement.events
    assert isinstance(event, ErasureRequested)
    assert (event.data.lead_id, event.data.reason) == (a_pending("444").lead_id, "gone_at_platform")
    assert settlement.state is State.DELETED


def test_an_answer_that_is_no_lead_is_kept_with_its_bytes() -> None:
    settlement = settled(Unusable("wrong_shape", "field_data is not a list", b'{"id": 7}'))
    (letter,) = settlement.events
    assert isinstance(letter, DeadLetter)
    assert (letter.data.stage, letter.data.error, letter.data.source) == ("retrieval", "wrong_shape", SOURCE)
    assert base64.b64decode(letter.data.bytes) == b'{"id": 7}'
    assert settlement.state is State.DEAD


@pytest.mark.parametrize(
    "result", [Throttled("too many requests", 60.0), NotAllowed(EVERYTHING, "set a token"), NotYet("not there yet")]
)
def test_what_may_pass_is_never_given_up_at_once(result: Result) -> None:
    settlement = settled(result, after=timedelta(days=30))
    assert (settlement.state, settlement.events) == (State.WAITING, ())


def test_only_a_fetch_in_vain_counts_as_one() -> None:
    assert settled(Throttled("", 60.0), attempts=4).attempts == 4
    assert settled(NotAllowed(EVERYTHING, ""), attempts=4).attempts == 4
    assert settled(NotYet(""), attempts=4).attempts == 5


def test_a_throttled_source_rests_for_as_long_as_the_platform_asks() -> None:
    settlement = settled(Throttled("too many requests", 90.0))
    assert (settlement.outcome, settlement.pause_s) == (Outcome.THROTTLED, 90.0)


def test_a_lead_that_never_comes_is_a_dead_letter_that_can_be_sent_in_again() -> None:
    settlement = settled(NotYet("Meta answers 500"), after=GIVE_UP, attempts=FEWEST_ATTEMPTS - 1)
    (letter,) = settlement.events
    assert isinstance(letter, DeadLetter)
    assert (settlement.state, letter.data.topic) == (State.DEAD, "leads.notified")
    again = decode(base64.b64decode(letter.data.bytes))
    assert isinstance(again, LeadNotified)
    assert (again.subject, letter.data.key) == (a_pending("444").lead_id, "444")


def test_what_waited_long_for_something_else_still_gets_its_tries() -> None:
    assert settled(NotYet(""), after=GIVE_UP * 2, attempts=2).state is State.WAITING


def test_pauses_grow_to_an_hour_and_are_never_below_half() -> None:
    assert pause_s(1, asked_s=None, chance=0.0) == 2.5
    assert pause_s(40, asked_s=None, chance=1.0) == 3600.0
    assert pause_s(1, asked_s=30.0, chance=1.0) == 30.0
