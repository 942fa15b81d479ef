"""The ledger of notices, from the model and from the topics: the same, and true at the edges."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.console.ledger import Ledger
from services.console.reckoning import ledger_from_model, ledger_from_topics
from services.console.store.console_store import ConsoleStore
from tests.builders import NOON, dead_letter_of, received, replayed, scored
from tests.unit.console.conftest import Chain
from tests.unit.console.platforms import META, a_fetched_lead, erasure_of, notified

LEADS = [a_fetched_lead(f"m-{n}") for n in range(8)]
NOW = datetime.now(UTC)


async def both(chain: Chain, store: ConsoleStore) -> Ledger:
    """Take the ledger both ways, and insist that they agree."""
    await chain.read()
    ledger = await ledger_from_model(store, chain.log.reader(), patience_s=0)
    assert await ledger_from_topics(chain.log.reader()) == ledger
    return ledger


async def test_a_notice_is_fetched_deleted_dead_or_waiting(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(*(notified(lead, at=NOW) for lead in LEADS[:5]), notified(LEADS[5], is_test=True))
    await chain.publish(notified(LEADS[0], at=NOW))  # a sender repeats itself
    await chain.publish(received(LEADS[0], source=META), erasure_of(LEADS[1]))
    await chain.publish(dead_letter_of(LEADS[2], stage="retrieval"))
    await chain.commit("retrieval", 4)

    ledger = await both(chain, store)

    meta = ledger.notices.sources[META]
    assert (meta.notified, meta.fetched, meta.deleted, meta.dead, meta.waiting) == (5, 1, 1, 1, 2)
    assert (meta.platform, meta.unread, meta.oldest_waiting_at) == ("meta", 1, NOW)
    assert (ledger.notices.tests.notified, ledger.notices.tests.waiting) == (1, 1)
    assert ledger.adds_up


async def test_a_lead_that_was_fetched_and_then_deleted_counts_as_fetched(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(erasure_of(LEADS[0]), received(LEADS[0], source=META), notified(LEADS[0]))

    meta = (await both(chain, store)).notices.sources[META]

    assert (meta.fetched, meta.deleted) == (1, 0)


async def test_a_deletion_of_a_lead_that_nobody_told_of_is_no_notice(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(erasure_of(LEADS[0]))

    assert (await both(chain, store)).notices.sources == {}


async def test_a_dead_notice_that_is_fetched_after_all_counts_as_fetched(chain: Chain, store: ConsoleStore) -> None:
    letter = dead_letter_of(LEADS[0], stage="retrieval")
    await chain.publish(notified(LEADS[0]), letter, replayed(letter), received(LEADS[0], source=META))

    ledger = await both(chain, store)

    assert (ledger.notices.sources[META].fetched, ledger.notices.sources[META].dead) == (1, 0)
    assert (ledger.leads.in_flight, ledger.leads.dead) == (1, 0)


async def test_a_notice_record_that_retrieval_could_not_read_is_dead(chain: Chain, store: ConsoleStore) -> None:
    unread = dead_letter_of(None, stage="retrieval", position="leads.notified/0/0")
    await chain.publish(notified(LEADS[0], at=NOW), notified(LEADS[1], at=NOW), unread)

    meta = (await both(chain, store)).notices.sources[META]

    assert (meta.dead, meta.waiting) == (1, 1)


async def test_a_notice_without_an_end_is_lost_by_name_once_its_platform_cannot_have_it(
    chain: Chain, store: ConsoleStore
) -> None:
    long_ago = NOW - timedelta(days=91)
    await chain.publish(notified(LEADS[0], at=long_ago), notified(LEADS[1], at=NOW))
    await chain.commit("retrieval", 2)

    ledger = await both(chain, store)

    assert [(lost.lead_id, lost.source, lost.notified_at) for lost in ledger.notices.lost] == [
        (LEADS[0].id, META, long_ago)
    ]
    assert not ledger.adds_up
    assert (await ledger_from_model(store, chain.log.reader(), lost_after=timedelta(days=365))).adds_up


async def test_a_console_that_lags_calls_no_notice_lost(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(notified(LEADS[0], at=NOW - timedelta(days=91)))
    await chain.commit("retrieval", 1)
    await chain.read()
    await chain.publish(received(LEADS[0], source=META))

    ledger = await ledger_from_model(store, chain.log.reader(), patience_s=0)

    assert (ledger.behind, ledger.notices.sources[META].waiting, ledger.notices.lost) == (1, 1, ())


async def test_a_recount_leaves_out_notices_whose_end_the_topics_may_no_longer_hold(chain: Chain) -> None:
    await chain.publish(received(LEADS[0], source=META), scored(LEADS[0]))
    await chain.log.prune(timedelta(seconds=-60))
    await chain.publish(notified(LEADS[0], at=NOON))
    await asyncio.sleep(0.01)  # the log keeps its times in milliseconds
    await chain.publish(received(LEADS[1], source=META), scored(LEADS[1]))

    ledger = await ledger_from_topics(chain.log.reader())

    assert ledger.notices.sources == {}


async def test_a_lead_that_only_its_fetch_showed_to_be_a_test_counts_as_one(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(notified(LEADS[0]), received(LEADS[0], source=META, is_test=True))

    ledger = await both(chain, store)

    assert (ledger.notices.sources, ledger.notices.tests.fetched) == ({}, 1)
