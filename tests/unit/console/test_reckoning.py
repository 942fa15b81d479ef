"""The ledger from the model and from the topics: the same, true under load, and blind to no loss."""

import asyncio
from datetime import timedelta

import pytest

from services.console.ledger import Count, Ledger
from services.console.reckoning import ledger_from_model, ledger_from_topics
from services.console.store.console_store import ConsoleStore
from shared.adapters.database import SqlDatabase
from shared.domain.events import Event
from tests.builders import a_lead, dead_letter_of, delivered, failed, held, received, rejected, replayed, routed, scored
from tests.unit.console.conftest import Chain

LEADS = [a_lead(f"s-{n}") for n in range(8)]


async def from_model(chain: Chain, store: ConsoleStore) -> Ledger:
    return await ledger_from_model(store, chain.log.reader(), patience_s=0)


async def both(chain: Chain, store: ConsoleStore) -> Ledger:
    """Take the ledger both ways, and insist that they agree."""
    await chain.read()
    ledger = await from_model(chain, store)
    assert await ledger_from_topics(chain.log.reader()) == ledger
    return ledger


async def publish_one_of_each(chain: Chain) -> None:
    """One lead routed, held, rejected, dead, scored only, received only; a test; a quarantined body; a repeat."""
    dead = dead_letter_of(LEADS[3])
    history: list[Event] = [
        *(received(lead) for lead in LEADS[:6]),
        received(LEADS[6], is_test=True),
        received(LEADS[0]),
        *(scored(LEADS[n]) for n in (0, 1, 2, 4)),
        routed(LEADS[0], destinations=("journal", "crm", "seller")),
        held(LEADS[1], destinations=("newsletter-tool",)),
        rejected(LEADS[2]),
        dead,
        replayed(dead),
        dead_letter_of(None),
        delivered(LEADS[0], "journal"),
        failed(LEADS[0], "crm"),
        failed(LEADS[0], "seller", final=False),
    ]
    await chain.publish(*history)
    await chain.commit("scorer", 5)  # LEADS[5] is ahead of the scorer
    await chain.commit("router", 3)  # LEADS[4] is ahead of the router


async def test_every_place_counts_once_and_the_recount_agrees(chain: Chain, store: ConsoleStore) -> None:
    await publish_one_of_each(chain)

    ledger = await both(chain, store)

    leads = ledger.leads
    assert (leads.accepted, leads.routed, leads.held, leads.rejected, leads.dead) == (6, 1, 1, 1, 1)
    assert (leads.in_flight, leads.lost) == (2, 0)
    assert (ledger.tests.accepted, ledger.quarantined) == (1, 1)
    assert {name: (t.due, t.delivered, t.waiting, t.failed) for name, t in ledger.destinations.items()} == {
        "journal": (1, 1, 0, 0),
        "crm": (1, 0, 0, 1),
        "seller": (1, 0, 1, 0),
        "newsletter-tool": (1, 0, 1, 0),
    }
    assert ledger.adds_up


async def test_a_scored_lead_whose_decision_never_came_is_lost_by_name(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(received(LEADS[0]), received(LEADS[1]), scored(LEADS[0]), scored(LEADS[1]), routed(LEADS[0]))
    await chain.commit("scorer", 2)
    await chain.commit("router", 2)

    ledger = await both(chain, store)

    assert [(lost.lead_id, lost.position) for lost in ledger.lost] == [(LEADS[1].id, "leads.scored/0/1")]
    assert not ledger.adds_up


async def test_a_received_lead_whose_score_never_came_is_lost_by_name(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(received(LEADS[0]))
    await chain.commit("scorer", 1)

    ledger = await both(chain, store)

    assert [(lost.lead_id, lost.position) for lost in ledger.lost] == [(LEADS[0].id, "leads.received/0/0")]


async def test_a_delivery_that_nobody_told_of_is_waiting(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(received(LEADS[0]), scored(LEADS[0]), routed(LEADS[0], destinations=("crm",)))
    await chain.commit("scorer", 1)
    await chain.commit("router", 1)

    ledger = await both(chain, store)

    assert ledger.destinations["crm"].waiting == 1
    assert ledger.adds_up


async def test_a_console_that_lags_says_so_and_calls_nothing_lost(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(received(LEADS[0]))
    await chain.read()
    await chain.publish(scored(LEADS[0]), routed(LEADS[0]))
    await chain.commit("scorer", 1)
    await chain.commit("router", 1)

    ledger = await from_model(chain, store)

    assert (ledger.behind, ledger.leads.in_flight, ledger.leads.lost) == (2, 1, 0)


async def test_the_ledger_waits_for_the_console_to_read_what_there_was(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(received(LEADS[0]), scored(LEADS[0]), routed(LEADS[0]))
    await chain.commit("scorer", 1)
    await chain.commit("router", 1)

    taken = asyncio.create_task(ledger_from_model(store, chain.log.reader(), patience_s=20))
    await asyncio.sleep(0.1)
    await chain.read()
    ledger = await taken

    assert (ledger.behind, ledger.leads.routed) == (0, 1)


async def test_leads_that_flow_while_it_is_counted_are_never_lost(chain: Chain, store: ConsoleStore) -> None:
    flowing = [a_lead(f"flow-{n}") for n in range(30)]

    async def flow() -> None:
        for lead in flowing:
            await chain.publish(received(lead))
            await chain.publish(scored(lead))
            await chain.commit("scorer", 1)
            await chain.publish(routed(lead))
            await chain.commit("router", 1)
            await chain.read()

    running = asyncio.create_task(flow())
    taken = []
    while not running.done():
        taken.append(await ledger_from_topics(chain.log.reader()))
        taken.append(await ledger_from_model(store, chain.log.reader(), patience_s=1))
    await running

    assert len(taken) > 4
    assert all(ledger.leads.lost == 0 for ledger in taken)


class BusyStore(ConsoleStore):
    """A store beside which the stages go on while it counts."""

    chain: Chain

    async def count(self) -> Count:
        count = await super().count()
        await self.chain.publish(scored(LEADS[0]), routed(LEADS[0]))
        await self.chain.commit("scorer", 1)
        await self.chain.commit("router", 1)
        return count


async def test_a_lead_decided_while_the_model_is_counted_is_not_lost(chain: Chain, database: SqlDatabase) -> None:
    store = BusyStore(database)
    store.chain = chain
    await chain.publish(received(LEADS[0]))
    await chain.read()

    ledger = await from_model(chain, store)

    assert (ledger.leads.in_flight, ledger.leads.lost) == (1, 0)


async def test_a_dead_lead_that_is_decided_after_all_counts_as_decided(chain: Chain, store: ConsoleStore) -> None:
    await chain.publish(received(LEADS[0]), dead_letter_of(LEADS[0]), scored(LEADS[0]), routed(LEADS[0]))
    await chain.commit("scorer", 1)
    await chain.commit("router", 1)

    ledger = await both(chain, store)

    assert (ledger.leads.routed, ledger.leads.dead) == (1, 0)


async def test_a_record_that_no_stage_could_read_counts_as_dead(chain: Chain, store: ConsoleStore) -> None:
    unread = dead_letter_of(None, stage="scorer", position="leads.received/0/0")
    await chain.publish(received(LEADS[0]), unread)
    await chain.commit("scorer", 1)

    ledger = await both(chain, store)

    assert (ledger.leads.dead, ledger.leads.lost) == (1, 0)


async def test_a_recount_leaves_out_what_the_topics_no_longer_hold_whole(
    chain: Chain, store: ConsoleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chain.publish(routed(LEADS[0]))
    await chain.read()
    await chain.log.prune(timedelta(seconds=-60))  # the decision is gone from the log …
    await asyncio.sleep(0.002)
    await chain.publish(received(LEADS[0]), scored(LEADS[0]))  # … its receipt, older in truth, is not
    await asyncio.sleep(0.005)
    await chain.publish(routed(LEADS[1]), received(LEADS[1]), scored(LEADS[1]))
    await chain.commit("scorer", 2)
    await chain.commit("router", 2)

    ledger = await ledger_from_topics(chain.log.reader())

    assert (ledger.older, ledger.leads.routed, ledger.leads.lost) == (1, 1, 0)
