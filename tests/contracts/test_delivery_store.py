"""What the table of deliveries promises, on SQLite and on PostgreSQL."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, literal, select

from services.router.outcome import Delivery, Kind, Outcome, Settlement
from services.router.settling import settle
from services.router.store.deliveries import SqlDeliveries
from services.router.store.delivery_control import SqlDeliveryControl
from services.router.store.delivery_results import DeliveryResults
from services.router.tables import deliveries, metadata, processes, suppressions
from shared.adapters.database import SqlDatabase
from shared.domain.events import DeliveryFailed, LeadDelivered, decode
from shared.domain.ids import keyed_hash
from shared.runtime.store.leases import ProcessLease, is_orphaned
from tests.builders import NOON, a_lead, a_person
from tests.deliveries import make_due, states

KEY = b"an invented person key"
SHORT_LEASE_S = 0.3
SOON_S = 10


class Router:
    """One router process on a shared database."""

    def __init__(self, database: SqlDatabase, *, lease_s: float = 60) -> None:
        self.lease = ProcessLease(database, processes, lease_s=lease_s)
        self.store = SqlDeliveries(database, self.lease, person_key=KEY)
        self.results = DeliveryResults(database, self.lease)

    async def started(self) -> "Router":
        await self.lease.register()
        return self


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite+aiosqlite:///{tmp_path}/t.db"


@pytest.fixture
async def database(url: str) -> AsyncIterator[SqlDatabase]:
    database = SqlDatabase(url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
async def router(database: SqlDatabase) -> Router:
    return await Router(database).started()


@pytest.fixture
def control(database: SqlDatabase) -> SqlDeliveryControl:
    return SqlDeliveryControl(database)


def settled(delivery: Delivery, kind: Kind, **members: Any) -> Settlement:  # Any: members of Outcome
    return settle(delivery, Outcome(kind, **members), elapsed_ms=5, now=NOON, chance=0.5)


async def claimed_when_free(router: Router) -> list[Delivery]:
    until = time.monotonic() + SOON_S
    while time.monotonic() < until:
        if claimed := await router.store.claim_due({"hook": 5}):
            return list(claimed)
        await asyncio.sleep(0.02)
    raise AssertionError("nothing could be claimed")


async def test_a_claim_is_written_before_it_is_returned(database: SqlDatabase, router: Router) -> None:
    (made,) = await make_due(database, a_lead(), "hook")
    (delivery,) = await router.store.claim_due({"hook": 5})
    assert (delivery.delivery_id, delivery.token, delivery.maybe_sent) == (made, 1, False)
    assert delivery.event.data.brief.text_sv
    assert await states(database) == {made: "sent_unknown"}


async def test_destinations_are_claimed_in_one_pass_each_to_its_own_limit(
    database: SqlDatabase, router: Router
) -> None:
    for number in range(4):
        await make_due(database, a_lead(f"s-{number}"), "hook", "journal")
    claimed = await router.store.claim_due({"hook": 1, "journal": 3})
    assert sorted(delivery.destination for delivery in claimed) == ["hook", "journal", "journal", "journal"]


async def test_a_decision_is_read_once_for_all_its_destinations(database: SqlDatabase, router: Router) -> None:
    await make_due(database, a_lead(), "hook", "journal")
    (first,) = await router.store.claim_due({"hook": 1})
    (second,) = await router.store.claim_due({"journal": 1})
    assert first.event is second.event


async def test_two_processes_never_hold_one_delivery(database: SqlDatabase, router: Router) -> None:
    for number in range(20):
        await make_due(database, a_lead(f"s-{number}"), "hook")
    other = await Router(database).started()
    halves = await asyncio.gather(*[each.store.claim_due({"hook": 15}) for each in (router, other)])
    ids = [delivery.delivery_id for half in halves for delivery in half]
    assert len(ids) == len(set(ids)) > 0
    rest = await router.store.claim_due({"hook": 20})
    assert len(ids) + len(rest) == 20


async def test_what_a_dead_process_claimed_is_taken_over_and_said_to_be_doubtful(database: SqlDatabase) -> None:
    await make_due(database, a_lead(), "hook")
    dying = await Router(database, lease_s=SHORT_LEASE_S).started()
    (lost,) = await dying.store.claim_due({"hook": 5})
    heir = await Router(database).started()
    assert not await heir.store.claim_due({"hook": 5})
    (taken,) = await claimed_when_free(heir)
    assert (taken.delivery_id, taken.token, taken.maybe_sent) == (lost.delivery_id, 2, True)


async def test_a_slow_statement_finds_no_lease_run_out_that_was_good_when_it_began(postgres_url: str) -> None:
    database = SqlDatabase(postgres_url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    router = await Router(database, lease_s=SHORT_LEASE_S).started()
    slow = select(func.pg_sleep(2 * SHORT_LEASE_S), is_orphaned(literal(router.lease.process_id), processes))
    async with database.read() as connection:
        row = (await connection.execute(slow)).one()
    await database.close()
    assert row[1] is False


async def test_a_process_that_is_certainly_gone_is_not_waited_for(database: SqlDatabase) -> None:
    await make_due(database, a_lead(), "hook")
    dead = await Router(database).started()
    (lost,) = await dead.store.claim_due({"hook": 5})
    heir = Router(database)
    heir.lease = ProcessLease(database, processes, lease_s=60, is_gone=lambda name: name == dead.lease.process_id)
    heir.store = SqlDeliveries(database, heir.lease, person_key=KEY)
    await heir.started()
    (taken,) = await heir.store.claim_due({"hook": 5})
    assert (taken.delivery_id, taken.token, taken.maybe_sent) == (lost.delivery_id, 2, True)


async def test_the_result_of_a_slow_process_is_discarded_after_a_take_over(database: SqlDatabase) -> None:
    (made,) = await make_due(database, a_lead(), "hook")
    slow = await Router(database, lease_s=SHORT_LEASE_S).started()
    (stale,) = await slow.store.claim_due({"hook": 5})
    heir = await Router(database).started()
    (taken,) = await claimed_when_free(heir)
    assert await slow.store.settle([settled(stale, Kind.PERMANENT)]) == set()
    assert await states(database) == {made: "sent_unknown"}
    assert await heir.store.settle([settled(taken, Kind.DELIVERED)]) == {made}
    assert await states(database) == {made: "delivered"}


async def test_a_lease_that_ran_out_cannot_be_renewed(database: SqlDatabase) -> None:
    router = await Router(database, lease_s=SHORT_LEASE_S).started()
    assert await router.lease.renew()
    name = router.lease.process_id
    assert router.lease.holds(name)
    await asyncio.sleep(SHORT_LEASE_S + 0.1)
    assert not router.lease.holds(name)
    assert not await router.lease.renew()


async def test_a_lost_lease_is_taken_anew_under_another_name(database: SqlDatabase) -> None:
    router = await Router(database, lease_s=SHORT_LEASE_S).started()
    name = router.lease.process_id
    await asyncio.sleep(SHORT_LEASE_S + 0.1)
    keeper = asyncio.create_task(router.lease.keep())
    while router.lease.process_id == name:
        await asyncio.sleep(0.01)
    keeper.cancel()
    assert router.lease.is_held()
    assert not router.lease.holds(name)


async def test_a_released_lease_lets_others_go_on_at_once(database: SqlDatabase, router: Router) -> None:
    await make_due(database, a_lead(), "hook")
    await router.store.claim_due({"hook": 5})
    await router.lease.release()
    assert await (await Router(database).started()).store.claim_due({"hook": 5})


async def test_a_later_decision_waits_for_the_earlier_one_at_the_same_destination(
    database: SqlDatabase, router: Router
) -> None:
    await make_due(database, a_lead(), "hook")
    await make_due(database, a_lead(), "hook", "journal", number=2)
    claimed = await router.store.claim_due({"hook": 5, "journal": 5})
    first = next(delivery for delivery in claimed if delivery.destination == "hook")
    assert first.event.data.decision.number == 1
    assert len(claimed) == 2
    assert not await router.store.claim_due({"hook": 5})
    await router.store.settle([settled(first, Kind.DELIVERED)])
    (second,) = await router.store.claim_due({"hook": 5})
    assert second.event.data.decision.number == 2


async def test_a_failed_attempt_comes_again_when_its_time_is_come(database: SqlDatabase, router: Router) -> None:
    (made,) = await make_due(database, a_lead(), "hook")
    (delivery,) = await router.store.claim_due({"hook": 5})
    soon = settled(delivery, Kind.THROTTLED, retry_after_s=0.4)
    await router.store.settle([soon])
    assert await states(database) == {made: "pending"}
    assert not await router.store.claim_due({"hook": 5})
    (again,) = await claimed_when_free(router)
    assert (again.token, again.attempts, again.maybe_sent) == (2, 0, False)


async def test_a_doubtful_attempt_stays_doubtful_whatever_follows(database: SqlDatabase, router: Router) -> None:
    (made,) = await make_due(database, a_lead(), "hook")
    (delivery,) = await router.store.claim_due({"hook": 5})
    await router.store.settle([settled(delivery, Kind.THROTTLED, unknown=True)])
    assert await states(database) == {made: "sent_unknown"}
    (again,) = await claimed_when_free(router)
    await router.store.settle([settled(again, Kind.RETURNED)])
    (third,) = await claimed_when_free(router)
    assert third.maybe_sent


async def test_a_paused_destination_gives_nothing_until_it_is_resumed(
    database: SqlDatabase, router: Router, control: SqlDeliveryControl
) -> None:
    await make_due(database, a_lead(), "hook", "journal")
    await control.pause("hook", reason="answers 401 to every lead", by="tratt", now=time.time())
    await control.pause("hook", reason="again", by="sara", now=time.time())
    assert await control.paused() == {"hook": "answers 401 to every lead"}
    assert [each.destination for each in await router.store.claim_due({"hook": 5, "journal": 5})] == ["journal"]
    await control.resume("hook", now=time.time())
    assert [each.destination for each in await router.store.claim_due({"hook": 5})] == ["hook"]


async def test_whoever_was_suppressed_is_found_by_address_and_by_number(database: SqlDatabase, router: Router) -> None:
    for submission, person in (("s-1", a_person(email="Kim@Exempel.se")), ("s-2", a_person())):
        await make_due(database, a_lead(submission, person=person), "hook")
    row = {"kind": "email", "hash": keyed_hash(KEY, "email", "kim@exempel.se"), "reason": "asked"}
    async with database.write() as connection:
        await connection.execute(insert(suppressions), [row | {"until": None}])
    claimed = await router.store.claim_due({"hook": 5})
    kim = next(each for each in claimed if each.event.data.lead.person.email == "Kim@Exempel.se")
    assert await router.store.suppressed(claimed) == {kim.delivery_id}


async def test_results_are_announced_once_by_whom_they_belong_to(database: SqlDatabase, router: Router) -> None:
    await make_due(database, a_lead("s-1"), "hook")
    await make_due(database, a_lead("s-2"), "hook")
    good, bad = await router.store.claim_due({"hook": 5})
    await router.store.settle([settled(good, Kind.DELIVERED, remote_id="r-1"), settled(bad, Kind.PERMANENT)])
    other = await Router(database).started()
    assert not await other.results.unannounced(10)
    untold = await router.results.unannounced(10)
    events = {type(decode(message.value)) for _, message in untold}
    assert events == {LeadDelivered, DeliveryFailed}
    await router.results.mark([name for name, _ in untold])
    assert not await router.results.unannounced(10)


async def test_results_of_a_dead_process_are_announced_by_another(database: SqlDatabase, router: Router) -> None:
    await make_due(database, a_lead(), "hook")
    (delivery,) = await router.store.claim_due({"hook": 5})
    await router.store.settle([settled(delivery, Kind.DELIVERED)])
    await router.lease.release()
    assert await (await Router(database).started()).results.unannounced(10)


async def test_marking_an_old_result_leaves_a_newer_one_unannounced(database: SqlDatabase, router: Router) -> None:
    await make_due(database, a_lead(), "hook")
    (delivery,) = await router.store.claim_due({"hook": 5})
    await router.store.settle([settle(delivery, Outcome(Kind.RETRYABLE), elapsed_ms=1, now=NOON, chance=0.0)])
    ((old, _),) = await router.results.unannounced(10)
    (again,) = await claimed_when_free(router)
    await router.store.settle([settled(again, Kind.DELIVERED)])
    await router.results.mark([old])
    ((_, message),) = await router.results.unannounced(10)
    assert isinstance(decode(message.value), LeadDelivered)


async def test_a_redelivery_keeps_its_id_and_is_doubtful(
    database: SqlDatabase, router: Router, control: SqlDeliveryControl
) -> None:
    for submission in ("s-1", "s-2"):
        await make_due(database, a_lead(submission), "hook")
    failed, delivered = await router.store.claim_due({"hook": 5})
    await router.store.settle([settled(failed, Kind.PERMANENT), settled(delivered, Kind.DELIVERED)])
    assert await control.redeliver("hook", now=time.time()) == 1
    (again,) = await claimed_when_free(router)
    assert (again.delivery_id, again.attempts, again.maybe_sent) == (failed.delivery_id, 0, True)
    assert await control.redeliver(delivered.delivery_id, now=time.time()) == 1
    assert await control.redeliver("nobody", now=time.time()) == 0


async def test_what_waits_is_counted_by_destination(
    database: SqlDatabase, router: Router, control: SqlDeliveryControl
) -> None:
    await make_due(database, a_lead("s-1"), "hook", "journal")
    await make_due(database, a_lead("s-2"), "hook")
    (delivery,) = await router.store.claim_due({"journal": 1})
    await router.store.settle([settled(delivery, Kind.DELIVERED)])
    waiting = await control.waiting()
    assert {name: each.count for name, each in waiting.items()} == {"hook": 2}
    assert 0 <= waiting["hook"].oldest_s < 60


async def test_a_settled_delivery_has_its_attempt_and_remote_id(database: SqlDatabase, router: Router) -> None:
    await make_due(database, a_lead(), "hook")
    (delivery,) = await router.store.claim_due({"hook": 1})
    await router.store.settle([settled(delivery, Kind.DELIVERED, remote_id="r-1")])
    async with database.read() as connection:
        row = (await connection.execute(select(deliveries))).one()
    assert (row.remote_id, row.attempts, row.owner) == ("r-1", 1, router.lease.process_id)
