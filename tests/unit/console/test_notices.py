"""Every notice is fetched, deleted, dead or waiting, or it is lost and named."""

from datetime import datetime, timedelta

import pytest

from services.console.notices import (
    Limits,
    NoticeCount,
    NoticeState,
    NoticeTally,
    Teller,
    WaitingNotice,
    notice_ledger_of,
)
from shared.ports import TopicPartition
from tests.builders import NOON

META = Teller("meta-leads", "meta", is_test=False)
TEST = Teller("meta-leads", "meta", is_test=True)
LINKEDIN = Teller("linkedin-leads", "linkedin", is_test=False)
COMMITTED = {TopicPartition("leads.notified", 0): 10}
LIMITS = Limits(COMMITTED, frozenset(), lost_before=NOON - timedelta(days=90))
YESTERDAY = NOON - timedelta(days=1)
LONG_AGO = NOON - timedelta(days=91)


def waiting(lead_id: str, teller: Teller = META, *, offset: int = 3) -> WaitingNotice:
    return WaitingNotice(lead_id, teller, YESTERDAY, 0, offset)


def test_what_was_notified_is_the_sum_of_its_ends_and_what_waits() -> None:
    ended = {(META, NoticeState.FETCHED): 5, (META, NoticeState.DELETED): 2, (META, NoticeState.DEAD): 1}

    ledger = notice_ledger_of(NoticeCount(ended, [waiting("a"), waiting("b", offset=10)]), LIMITS)

    assert ledger.sources == {
        "meta-leads": NoticeTally(
            platform="meta",
            notified=10,
            fetched=5,
            deleted=2,
            dead=1,
            waiting=2,
            unread=1,
            oldest_waiting_at=YESTERDAY,
        )
    }
    assert ledger.adds_up


def test_sources_are_counted_by_name_and_tests_apart() -> None:
    ended = {(META, NoticeState.FETCHED): 1, (TEST, NoticeState.FETCHED): 3, (LINKEDIN, NoticeState.FETCHED): 2}

    ledger = notice_ledger_of(NoticeCount(ended, [waiting("a", TEST)]), LIMITS)

    assert {source: tally.notified for source, tally in ledger.sources.items()} == {
        "linkedin-leads": 2,
        "meta-leads": 1,
    }
    assert (ledger.tests.notified, ledger.tests.waiting) == (4, 1)


@pytest.mark.parametrize(
    ("offset", "notified_at", "state"),
    [
        (9, LONG_AGO, "lost"),  # retrieval took it over, and its platform has deleted it by now
        (9, YESTERDAY, "waiting"),  # a young one may wait for a permission: only its age can tell
        (10, LONG_AGO, "waiting"),  # retrieval has yet to read it
    ],
)
def test_a_notice_is_lost_once_its_platform_no_longer_has_the_lead(
    offset: int, notified_at: datetime, state: str
) -> None:
    notice = WaitingNotice("a", META, notified_at, 0, offset)

    ledger = notice_ledger_of(NoticeCount({}, [notice]), LIMITS)

    assert getattr(ledger.sources["meta-leads"], state) == 1
    assert ledger.adds_up is (state != "lost")
    assert [(lost.lead_id, lost.position) for lost in ledger.lost] == (
        [("a", "leads.notified/0/9")] if state == "lost" else []
    )


def test_while_the_console_is_behind_no_notice_is_called_lost() -> None:
    old = WaitingNotice("a", META, LONG_AGO, 0, 3)

    ledger = notice_ledger_of(NoticeCount({}, [old]), Limits(COMMITTED, frozenset(), lost_before=None))

    assert (ledger.sources["meta-leads"].waiting, ledger.lost) == (1, ())


def test_a_notice_that_retrieval_could_not_read_is_dead_by_its_position() -> None:
    limits = Limits(COMMITTED, frozenset({"leads.notified/0/3"}), LIMITS.lost_before)

    ledger = notice_ledger_of(NoticeCount({}, [waiting("a", offset=3), waiting("b", offset=4)]), limits)

    assert (ledger.sources["meta-leads"].dead, ledger.sources["meta-leads"].waiting) == (1, 1)
