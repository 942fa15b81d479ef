"""What the tables of notices promise, on SQLite and on PostgreSQL."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from services.ingest.retrieval.notices import Claim, Outcome, PendingLead, State
from services.ingest.retrieval.ports import EVERYTHING
from services.ingest.retrieval.store.claims import SqlClaims
from services.ingest.retrieval.store.holds import SqlHolds
from services.ingest.retrieval.store.pending import SqlPendingLeads
from services.ingest.retrieval.tables import metadata, processes
from shared.adapters.database import SqlDatabase
from shared.runtime.store.leases import ProcessLease
from tests.notices import FORM, KIND, OTHER_PAGE, PAGE, SOURCE, a_pending, a_settlement, refused

SHORT_LEASE_S = 0.3
SOON_S = 5.0
LONG_S = 60.0


class Process:
    """One retrieval process on a shared database."""

    def __init__(self, database: SqlDatabase, *, lease_s: float = LONG_S, probe_every_s: float = LONG_S) -> None:
        self.lease = ProcessLease(database, processes, lease_s=lease_s)
        every_s = {SOURCE: probe_every_s, "other": probe_every_s}
        self.claims = SqlClaims(database, self.lease, probe_every_s=every_s)
        self.pending = SqlPendingLeads(database)
        self.holds = SqlHolds(database)

    async def started(self) -> "Process":
        await self.lease.register()
        return self

    async def add(self, *pending: PendingLead) -> None:
        await self.pending.add(pending, now=time.time())

    async def claim(self, room: int = 100, *, source: str = SOURCE) -> Sequence[Claim]:
        return await self.claims.claim_due({source: room})

    async def claimed_ids(self, room: int = 100) -> list[str]:
        return sorted(claim.pending.notice.notice_id for claim in await self.claim(room))


@pytest.fixture
async def database(empty_database: SqlDatabase) -> SqlDatabase:
    async with empty_database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return empty_database


@pytest.fixture
async def process(database: SqlDatabase) -> Process:
    return await Process(database).started()


async def test_a_notice_comes_back_from_its_row_as_it_went_in(process: Process) -> None:
    told = a_pending("444", healed=True, is_test=True)
    await process.add(told)
    (claim,) = await process.claim()
    assert claim.pending == told
    assert await process.pending.find(told.lead_id) == told


async def test_a_notice_that_comes_again_is_fetched_once(process: Process) -> None:
    await process.add(a_pending(), a_pending())
    (claim,) = await process.claim()
    await process.claims.settle([a_settlement(claim)])
    await process.add(a_pending())
    assert await process.claim() == []


async def test_two_processes_never_hold_one_notice(database: SqlDatabase, process: Process) -> None:
    await process.add(*(a_pending(str(number)) for number in range(50)))
    other = await Process(database).started()
    claims = await asyncio.gather(*(one.claim(5) for one in [process, other] * 6))
    held = [claim.pending.lead_id for batch in claims for claim in batch]
    assert len(held) == len(set(held)) == 50


async def test_what_a_dead_process_held_is_anothers_once_its_lease_is_over(
    database: SqlDatabase, process: Process
) -> None:
    dying = await Process(database, lease_s=SHORT_LEASE_S).started()
    await dying.add(a_pending())
    (lost,) = await dying.claim()
    assert await process.claim() == []
    await asyncio.sleep(2 * SHORT_LEASE_S)
    (taken,) = await process.claim()
    assert taken.token == lost.token + 1


async def test_who_lost_a_claim_settles_nothing(database: SqlDatabase, process: Process) -> None:
    slow = await Process(database, lease_s=SHORT_LEASE_S).started()
    await slow.add(a_pending())
    (lost,) = await slow.claim()
    await asyncio.sleep(2 * SHORT_LEASE_S)
    (taken,) = await process.claim()
    await slow.claims.settle([a_settlement(lost)])
    assert await slow.claims.still_ours([lost]) == set()
    assert await process.claims.still_ours([taken]) == {taken.pending.lead_id}


async def test_a_lead_that_is_not_there_yet_is_due_later(process: Process) -> None:
    await process.add(a_pending())
    (claim,) = await process.claim()
    later = a_settlement(claim, outcome=Outcome.NOT_YET, state=State.WAITING, attempts=1, delay_s=0.3)
    await process.claims.settle([later])
    assert await process.claim() == []
    await asyncio.sleep(0.4)
    (again,) = await process.claim()
    assert again.attempts == 1


async def test_a_page_without_permission_holds_its_own_notices_and_no_others(process: Process) -> None:
    await process.add(*(a_pending(number) for number in ("1", "2")))
    await process.add(a_pending("3", page_id=OTHER_PAGE))
    (claim,) = await process.claim(1)
    await process.claims.settle([refused(claim, PAGE)])
    assert await process.claimed_ids() == ["3"]
    (missing,) = await process.holds.missing()
    assert (missing.scope, missing.what_to_grant, missing.waiting) == (PAGE, "grant leads_retrieval", 2)
    backlog = (await process.holds.backlog())[SOURCE]
    assert (backlog.waiting, backlog.held) == (3, 2)


async def test_a_notice_of_a_page_without_permission_waits_from_the_start(process: Process) -> None:
    await process.add(a_pending("1"))
    (claim,) = await process.claim()
    await process.claims.settle([refused(claim, FORM)])
    await process.add(a_pending("2"), a_pending("3", form_id="223"))
    assert await process.claimed_ids() == ["3"]


async def test_a_test_is_asked_for_whatever_is_missing(process: Process) -> None:
    await process.add(a_pending("1"))
    (claim,) = await process.claim()
    await process.add(a_pending("2", is_test=True))
    await process.claims.settle([refused(claim, EVERYTHING)])
    await process.add(a_pending("3", is_test=True), a_pending("4"))
    assert await process.claimed_ids() == ["2", "3"]


async def test_one_notice_of_a_scope_is_probed_and_lets_all_others_go(database: SqlDatabase) -> None:
    process = await Process(database, probe_every_s=0.2).started()
    await process.add(*(a_pending(str(number)) for number in range(3)))
    await process.claims.settle([refused(claim, PAGE) for claim in await process.claim()])
    assert await process.claim() == []
    await asyncio.sleep(0.3)
    (probe,) = await process.claim()
    assert probe.scope == PAGE
    await process.claims.settle([a_settlement(probe)])
    assert len(await process.claim()) == 2
    assert await process.holds.missing() == []


async def test_a_probe_in_vain_keeps_its_scope_waiting(database: SqlDatabase) -> None:
    process = await Process(database, probe_every_s=0.2).started()
    await process.add(*(a_pending(str(number)) for number in range(3)))
    await process.claims.settle([refused(claim, EVERYTHING) for claim in await process.claim()])
    await asyncio.sleep(0.3)
    (probe,) = await process.claim()
    await process.claims.settle([refused(probe, EVERYTHING, "another token")])
    assert await process.claim() == []
    (missing,) = await process.holds.missing()
    assert (missing.what_to_grant, missing.waiting) == ("another token", 3)


async def test_a_token_that_lacks_one_page_only_lets_the_others_go(process: Process) -> None:
    await process.add(a_pending("1"), a_pending("2"))
    await process.add(a_pending("3", page_id=OTHER_PAGE))
    await process.claims.settle([refused(claim, EVERYTHING) for claim in await process.claim()])
    await process.holds.probe_now([SOURCE])
    (probe,) = await process.claim()
    await process.claims.settle([refused(probe, PAGE)])
    assert await process.claimed_ids() == ["3"]


async def test_nothing_is_claimed_of_a_throttled_source_until_it_may(process: Process) -> None:
    await process.add(a_pending("1"), a_pending("2"), a_pending("3", source="other"))
    (claim,) = await process.claim(1)
    throttled = {"outcome": Outcome.THROTTLED, "state": State.WAITING, "attempts": 0}
    await process.claims.settle([a_settlement(claim, pause_s=pause_s, **throttled) for pause_s in (0.5, 0.1)])
    await asyncio.sleep(0.2)
    assert await process.claim() == []
    assert len(await process.claim(source="other")) == 1
    await asyncio.sleep(0.5)
    assert await process.claimed_ids() == ["1", "2"]


@pytest.mark.parametrize("is_notice_first", [True, False])
async def test_a_lead_that_is_to_be_forgotten_is_never_fetched(process: Process, *, is_notice_first: bool) -> None:
    pending = a_pending()
    if is_notice_first:
        await process.add(pending)
    await process.pending.forget({pending.lead_id: (SOURCE, KIND)}, now=time.time())
    await process.add(pending)
    assert await process.claim() == []
    assert await process.pending.unknown([pending.lead_id]) == set()


async def test_what_is_forgotten_while_it_is_fetched_is_not_settled(process: Process) -> None:
    await process.add(a_pending())
    (claim,) = await process.claim()
    await process.pending.forget({claim.pending.lead_id: (SOURCE, KIND)}, now=time.time())
    assert await process.claims.still_ours([claim]) == set()


async def test_a_dead_notice_begins_anew_when_it_is_sent_in_again(process: Process) -> None:
    await process.add(a_pending())
    (claim,) = await process.claim()
    await process.claims.settle([a_settlement(claim, outcome=Outcome.GIVEN_UP, state=State.DEAD, attempts=12)])
    assert await process.claim() == []
    await process.add(a_pending())
    (again,) = await process.claim()
    assert again.attempts == 0


async def test_the_turn_to_heal_is_one_processs(database: SqlDatabase, process: Process) -> None:
    other = await Process(database).started()
    both = (process.pending, other.pending)
    taken = await asyncio.gather(*(one.take_turn(SOURCE, every_s=SOON_S) for one in both))
    assert sorted(taken) == [False, True]
    await process.pending.put_turn(SOURCE, in_s=-1)
    assert await other.pending.take_turn(SOURCE, every_s=SOON_S)


async def test_what_nothing_is_known_of_is_told(process: Process) -> None:
    known, unknown = a_pending("1"), a_pending("2")
    await process.add(known)
    assert await process.pending.unknown([known.lead_id, unknown.lead_id]) == {unknown.lead_id}
    assert await process.pending.find(unknown.lead_id) is None
