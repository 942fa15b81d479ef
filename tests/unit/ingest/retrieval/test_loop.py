"""The loop that fetches leads: once each, whatever fails around it, and no source or page delays another."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.ingest.retrieval.notices import Outcome
from services.ingest.retrieval.ports import NotAllowed, NotYet, Throttled, Unusable
from services.ingest.retrieval.tables import metadata
from shared.adapters.database import SqlDatabase
from shared.domain.errors import EventLogUnavailable, RecordTooLarge
from shared.domain.events import DeadLetter, LeadReceived
from shared.runtime import telemetry
from tests.notices import KIND, OTHER_PAGE, PAGE, SOURCE, a_pending
from tests.unit.ingest.doors import Published
from tests.unit.ingest.retrieval.platforms import WAIT_S, Retrieval, ScriptedFetcher, until, until_settled

OTHER = "other"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqlDatabase]:
    database = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/tables.db")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


def received(published: Published) -> list[str]:
    return sorted(event.data.lead.submission_id for event in published.events if isinstance(event, LeadReceived))


async def test_every_lead_is_fetched_once_and_published(database: SqlDatabase) -> None:
    published, fetcher = Published(), ScriptedFetcher()
    retrieval = Retrieval(database, published, fetcher)
    ids = [str(number) for number in range(60)]
    counted = telemetry.bound(telemetry.FETCHED, SOURCE, Outcome.FETCHED)
    before = counted._value.get()
    async with retrieval.running():
        await retrieval.add(*map(a_pending, ids))
        await until_settled(retrieval)
    assert received(published) == sorted(ids)
    assert fetcher.fetches.total() == 60
    assert counted._value.get() - before == 60
    assert fetcher.is_closed


async def test_no_more_are_asked_for_at_once_than_configured(database: SqlDatabase) -> None:
    published, fetcher = Published(), ScriptedFetcher()
    fetcher.takes_s = 0.02
    retrieval = Retrieval(database, published, fetcher, concurrency=3)
    async with retrieval.running():
        await retrieval.add(*(a_pending(str(number)) for number in range(20)))
        await until_settled(retrieval)
    assert fetcher.most_at_once == 3


async def test_a_log_that_is_away_costs_neither_a_lead_nor_a_second_fetch(database: SqlDatabase) -> None:
    published, fetcher = Published(EventLogUnavailable("away"), EventLogUnavailable("still away")), ScriptedFetcher()
    retrieval = Retrieval(database, published, fetcher)
    async with retrieval.running():
        await retrieval.add(a_pending("1"))
        await until_settled(retrieval)
    assert received(published) == ["1"]
    assert fetcher.fetches["1"] == 1


async def test_who_dies_before_settling_leaves_the_same_event_to_publish(database: SqlDatabase) -> None:
    published, fetcher = Published(), ScriptedFetcher()
    dying = Retrieval(database, published, fetcher, lease_s=0.5)
    dying.loop._claims.settle = _power_cut  # type: ignore[method-assign]
    await dying.add(a_pending("1"))
    with pytest.raises(BaseExceptionGroup):
        await dying.loop.run()
    heir = Retrieval(database, published, ScriptedFetcher())
    async with heir.running():
        await until_settled(heir)
    assert len(published) > 1
    assert len({event.id for event in published.events}) == 1


async def test_a_lead_that_was_forgotten_while_it_was_fetched_is_not_published(database: SqlDatabase) -> None:
    published, fetcher = Published(), ScriptedFetcher()
    fetcher.takes_s = 0.3
    retrieval = Retrieval(database, published, fetcher)
    async with retrieval.running():
        await retrieval.add(a_pending("1"))
        await until(lambda: fetcher.fetches["1"])
        await retrieval.pending.forget({a_pending("1").lead_id: (SOURCE, KIND)}, now=0.0)
        await asyncio.sleep(0.5)
    assert not published


async def test_a_page_without_permission_delays_no_other_and_is_probed(database: SqlDatabase) -> None:
    published, fetcher = Published(), ScriptedFetcher()
    held = [str(number) for number in range(100, 120)]
    for one in held:
        fetcher.answers[one] = [NotAllowed(PAGE, "grant it")] * 2
    retrieval = Retrieval(database, published, fetcher)
    free = [str(number) for number in range(200, 220)]
    async with retrieval.running():
        await retrieval.add(*map(a_pending, held), *(a_pending(one, page_id=OTHER_PAGE) for one in free))
        await until(lambda: received(published) == free)
        async with asyncio.timeout(WAIT_S):  # a lead is published before what was refused beside it is noted
            while [(one.what_to_grant, one.waiting) for one in await retrieval.holds.missing()] != [("grant it", 20)]:
                await asyncio.sleep(0.02)
        for one in held:
            fetcher.answers[one].clear()
        await until_settled(retrieval)
    assert received(published) == sorted(held + free)
    assert fetcher.fetches.total() < 40 + 12, "each claimed once at the most, and one probe at a time"


async def test_a_throttled_source_rests_and_another_goes_on(database: SqlDatabase) -> None:
    published, tired, other = Published(), ScriptedFetcher(), ScriptedFetcher(source=OTHER)
    tired.answers["1"] = [Throttled("too many requests", 0.7)]
    retrieval = Retrieval(database, published, tired, other, concurrency=1)
    async with retrieval.running():
        await retrieval.add(a_pending("1"))
        await until(lambda: tired.fetches["1"])
        await retrieval.add(a_pending("2"), a_pending("3", source=OTHER))
        await until(lambda: received(published) == ["3"])
        assert tired.fetches.total() == 1
        await until_settled(retrieval)
    assert received(published) == ["1", "2", "3"]


async def test_an_answer_that_is_no_lead_stops_nobody(database: SqlDatabase) -> None:
    published, fetcher = Published(), ScriptedFetcher()
    fetcher.answers["1"] = [Unusable("wrong_shape", "no object", b"[]")]
    retrieval = Retrieval(database, published, fetcher)
    async with retrieval.running():
        await retrieval.add(a_pending("1"), a_pending("2"))
        await until_settled(retrieval)
    assert received(published) == ["2"]
    assert [event.data.error for event in published.events if isinstance(event, DeadLetter)] == ["wrong_shape"]


async def test_a_lead_that_no_record_can_hold_is_a_dead_letter_and_the_others_go_on(database: SqlDatabase) -> None:
    class Narrow(Published):
        async def publish(self, messages: object) -> None:
            for message in messages:  # type: ignore[attr-defined]
                if b"lead1@" in message.value:
                    raise RecordTooLarge("over 1 MiB")
            await super().publish(messages)  # type: ignore[arg-type]

    published = Narrow()
    retrieval = Retrieval(database, published, ScriptedFetcher())
    async with retrieval.running():
        await retrieval.add(a_pending("1"), a_pending("2"))
        await until_settled(retrieval)
    assert received(published) == ["2"]
    assert [event.data.error for event in published.events if isinstance(event, DeadLetter)] == ["record_too_large"]


async def test_a_fault_of_ours_makes_one_lead_wait_and_no_other(database: SqlDatabase) -> None:
    published, fetcher = Published(), ScriptedFetcher()
    fetcher.answers["1"] = [ZeroDivisionError()]
    retrieval = Retrieval(database, published, fetcher)
    async with retrieval.running():
        await retrieval.add(a_pending("1"), a_pending("2"))
        await until(lambda: received(published) == ["2"])
        assert await retrieval.waiting() == 1


async def test_what_was_never_begun_is_another_processs_at_once(database: SqlDatabase) -> None:
    slow, published = ScriptedFetcher(), Published()
    slow.takes_s = 60.0
    stopping = Retrieval(database, published, slow, concurrency=2)
    async with stopping.running():
        await stopping.add(*(a_pending(str(number)) for number in range(4)))
        await until(lambda: slow.fetches.total() == 2)
    heir = Retrieval(database, published, ScriptedFetcher())
    async with heir.running():
        await until_settled(heir)
    assert received(published) == ["0", "1", "2", "3"]


async def test_what_was_claimed_under_a_lost_lease_is_not_fetched_twice(database: SqlDatabase) -> None:
    published, fetcher = Published(), ScriptedFetcher()
    fetcher.takes_s = 0.3
    retrieval = Retrieval(database, published, fetcher, concurrency=1)
    async with retrieval.running():
        await retrieval.add(a_pending("1"), a_pending("2"))
        await until(lambda: fetcher.fetches.total() == 1)
        await retrieval.lease.release()
        await retrieval.lease.register()
        await until_settled(retrieval)
    assert fetcher.fetches == {"1": 1, "2": 1}
    assert received(published) == ["1", "2"]


async def test_a_lead_that_is_not_there_yet_waits(database: SqlDatabase) -> None:
    published, fetcher = Published(), ScriptedFetcher()
    fetcher.answers["1"] = [NotYet("not yet")]
    retrieval = Retrieval(database, published, fetcher)
    async with retrieval.running():
        await retrieval.add(a_pending("1"))
        await until(lambda: fetcher.fetches["1"])
        await asyncio.sleep(0.2)
    assert (fetcher.fetches["1"], await retrieval.waiting(), received(published)) == (1, 1, [])


async def _power_cut(_settlements: object) -> None:
    raise ArithmeticError
