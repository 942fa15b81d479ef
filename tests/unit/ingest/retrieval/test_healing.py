"""The gap healer: what a platform lists and no notice told of is fetched, and nothing else is."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.ingest.retrieval.healing import GapHealer, Healing
from services.ingest.retrieval.notified import event_of
from services.ingest.retrieval.step import NoticeStep
from services.ingest.retrieval.store.pending import SqlPendingLeads
from services.ingest.retrieval.tables import metadata
from services.ingest.submission import SubmittedNotice
from shared.adapters.database import SqlDatabase
from shared.domain.errors import PermanentError, TransientError
from shared.domain.events import ErasureRequested, ErasureRequestedData, Event, LeadNotified
from shared.ports import Arrival, Record
from tests.builders import NOON
from tests.notices import KIND, SOURCE, a_notice, a_pending
from tests.unit.ingest.doors import Published
from tests.unit.ingest.retrieval.platforms import ScriptedFetcher, until

SINCE = NOON - timedelta(days=2)


@pytest.fixture
async def pending(tmp_path: Path) -> AsyncIterator[SqlPendingLeads]:
    database = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/tables.db")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield SqlPendingLeads(database)
    await database.close()


class Refusing(ScriptedFetcher):
    """Lists what it holds, and then raises."""

    def __init__(self, error: Exception, listed: Sequence[SubmittedNotice] = ()) -> None:
        super().__init__(listed=listed)
        self.error = error
        self.asked = 0

    async def list(self, since: datetime, *, form_id: str | None = None) -> AsyncIterator[SubmittedNotice]:
        self.asked += 1
        async for notice in super().list(since, form_id=form_id):
            yield notice
        raise self.error


def healer(pending: SqlPendingLeads, published: Published, fetcher: ScriptedFetcher) -> GapHealer:
    healing = Healing(fetcher, KIND, every=timedelta(hours=1), back=timedelta(days=2))
    return GapHealer(pending, published, {SOURCE: healing}, clock=lambda: NOON)


def step(pending: SqlPendingLeads) -> NoticeStep:
    return NoticeStep(pending, {SOURCE}, wake=lambda: None, clock=lambda: 0.0)


def arrived(*events: Event) -> list[Arrival]:
    return [Arrival(event, Record(event.topic, 0, at, b"", b"", NOON)) for at, event in enumerate(events)]


def found(published: Published) -> list[str]:
    return [event.data.notice_id for event in published.events if isinstance(event, LeadNotified)]


async def test_only_what_no_notice_told_of_is_notified_and_marked(pending: SqlPendingLeads) -> None:
    published, fetcher = Published(), ScriptedFetcher(listed=[a_notice("1"), a_notice("2")])
    await step(pending).handle(arrived(event_of(a_pending("1"))))
    assert await healer(pending, published, fetcher).heal(SOURCE, SINCE, until=NOON) == 1
    (event,) = published.events
    assert isinstance(event, LeadNotified)
    assert (event.data.notice_id, event.data.healed) == ("2", True)


async def test_healing_again_finds_nothing_once_the_notices_were_read(pending: SqlPendingLeads) -> None:
    published, fetcher = Published(), ScriptedFetcher(listed=[a_notice(str(number)) for number in range(450)])
    healing = healer(pending, published, fetcher)
    assert await healing.heal(SOURCE, SINCE, until=NOON) == 450
    await step(pending).handle(arrived(*published.events))
    assert await healing.heal(SOURCE, SINCE, until=NOON) == 0
    kept = await pending.find(a_pending("7").lead_id)
    assert kept is not None
    assert kept.healed


async def test_a_form_and_a_time_narrow_what_is_healed(pending: SqlPendingLeads) -> None:
    listed = [a_notice("1"), a_notice("2", form_id="223"), a_notice("3", occurred_at=SINCE - timedelta(hours=1))]
    published = Published()
    await healer(pending, published, ScriptedFetcher(listed=listed)).heal(SOURCE, SINCE, form_id="222", until=NOON)
    assert found(published) == ["1"]


async def test_a_lead_whose_notice_may_be_on_its_way_is_left_to_it(pending: SqlPendingLeads) -> None:
    young = a_notice("1", occurred_at=NOON - timedelta(minutes=1))
    old = a_notice("2", occurred_at=NOON - timedelta(hours=1))
    published = Published()
    running = asyncio.create_task(healer(pending, published, ScriptedFetcher(listed=[young, old])).run())
    await until(lambda: published)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert found(published) == ["2"]


async def test_a_dry_run_finds_and_publishes_nothing(pending: SqlPendingLeads) -> None:
    published, fetcher = Published(), ScriptedFetcher(listed=[a_notice("1")])
    missing = [one async for one in healer(pending, published, fetcher).missing(SOURCE, SINCE, until=NOON)]
    assert [[one.notice.notice_id for one in batch] for batch in missing] == [["1"]]
    assert not published


async def test_what_was_listed_before_a_refusal_is_healed(pending: SqlPendingLeads) -> None:
    published, fetcher = Published(), Refusing(PermanentError("grant it"), listed=[a_notice("1")])
    with pytest.raises(PermanentError):
        await healer(pending, published, fetcher).heal(SOURCE, SINCE, until=NOON)
    assert found(published) == ["1"]


@pytest.mark.parametrize("error", [PermanentError("grant it"), TransientError("away")])
async def test_a_platform_that_refuses_does_not_end_the_healer(pending: SqlPendingLeads, error: Exception) -> None:
    fetcher = Refusing(error)
    running = asyncio.create_task(healer(pending, Published(), fetcher).run())
    await until(lambda: fetcher.asked)
    await asyncio.sleep(0.1)
    assert not running.done()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_deletion_of_another_source_is_none_of_ours(pending: SqlPendingLeads) -> None:
    event = ErasureRequested(
        id="e-1",
        source="/tratt/ingest",
        subject="lead-1",
        time=NOON,
        partitionkey="lead-1",
        data=ErasureRequestedData(
            source="website", source_kind="form", lead_id="lead-1", reason="asked", occurred_at=NOON
        ),
    )
    await step(pending).handle(arrived(event))
    assert await pending.unknown(["lead-1"]) == {"lead-1"}
