"""How the loop delivers: apart, patiently, and never for somebody else."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client import Gauge
from sqlalchemy import insert, select, update

from services.router import delivery as delivery_module
from services.router.configuration.webhook import WebhookSection
from services.router.delivery import DeliveryLoop
from services.router.destinations.webhook import Webhook
from services.router.outcome import Delivery, Outcome
from services.router.store.deliveries import SqlDeliveries
from services.router.store.delivery_control import SqlDeliveryControl
from services.router.store.delivery_results import DeliveryResults
from services.router.tables import deliveries, metadata, processes, suppressions
from shared.adapters.database import SqlDatabase
from shared.domain.events import DeliveryFailed, LeadDelivered, decode
from shared.domain.ids import keyed_hash
from shared.runtime import claim_loop, telemetry
from shared.runtime.store.leases import ProcessLease
from tests.builders import a_lead
from tests.deliveries import make_due, states

KEY = b"an invented person key"
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
SOON_S = 10

Handler = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Receiver:
    """The far end of a webhook: what it was sent, and what it says. `gate` holds its answers back."""

    def __init__(self, *statuses: int, headers: dict[str, str] | None = None, is_open: bool = True) -> None:
        self.statuses = list(statuses)
        self.headers = headers or {}
        self.ids: list[str] = []
        self.gate = asyncio.Event()
        if is_open:
            self.gate.set()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.ids.append(request.headers["webhook-id"])
        await self.gate.wait()
        status = self.statuses[0] if len(self.statuses) == 1 else self.statuses.pop(0) if self.statuses else 200
        return httpx.Response(status, headers=self.headers)

    def webhook(self, *, in_flight: int = 8) -> Webhook:
        section = WebhookSection(kind="webhook", url="https://leads.exempel.se/in", secret=SECRET, in_flight=in_flight)
        return Webhook(section, transport=httpx.MockTransport(self))


class Unrenewed(ProcessLease):
    """A lease whose process cannot renew it."""

    async def keep(self) -> None:
        await asyncio.Event().wait()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqlDatabase]:
    database = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/t.db")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


def a_loop(
    database: SqlDatabase, hooks: Mapping[str, Webhook], *, lease: ProcessLease | None = None, grace_s: float = 5
) -> DeliveryLoop:
    lease = lease or ProcessLease(database, processes)
    return DeliveryLoop(
        SqlDeliveries(database, lease, person_key=KEY),
        SqlDeliveryControl(database),
        lease=lease,
        destinations=hooks,
        settled=lambda: None,
        progress=lambda: None,
        grace_s=grace_s,
    )


@asynccontextmanager
async def running(loop: DeliveryLoop) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(loop.run())
    try:
        yield task
    finally:
        await stop(task)


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    end = time.monotonic() + SOON_S
    while not await holds():
        assert time.monotonic() < end, "it never came to that"
        await asyncio.sleep(0.02)


async def all_are(database: SqlDatabase, state: str, *, of: str | None = None) -> bool:
    async with database.read() as connection:
        rows = (await connection.execute(select(deliveries.c.destination, deliveries.c.state))).all()
    return {row.state for row in rows if of in {None, row.destination}} == {state}


async def test_what_is_due_is_delivered_once_and_told(database: SqlDatabase) -> None:
    receiver = Receiver()
    made = [(await make_due(database, a_lead(f"s-{number}"), "hook"))[0] for number in range(30)]
    counter = telemetry.bound(telemetry.DELIVERED, "hook", "delivered")
    before = counter._value.get()
    async with running(a_loop(database, {"hook": receiver.webhook()})):
        await until(lambda: all_are(database, "delivered"))
    assert sorted(receiver.ids) == sorted(made)
    assert counter._value.get() - before == 30
    untold = await DeliveryResults(database, ProcessLease(database, processes)).unannounced(100)
    assert {type(decode(message.value)) for _, message in untold} == {LeadDelivered}
    assert len(untold) == 30


async def test_a_decision_made_meanwhile_is_delivered_at_once_when_woken(
    database: SqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_loop, "LOOK_S", 60.0)
    receiver = Receiver()
    loop = a_loop(database, {"hook": receiver.webhook()})
    async with running(loop):
        await asyncio.sleep(0.2)
        await make_due(database, a_lead(), "hook")
        loop.wake()
        await until(lambda: all_are(database, "delivered"))


async def test_a_dead_destination_does_not_delay_another(database: SqlDatabase) -> None:
    dead, well = Receiver(is_open=False), Receiver()
    for number in range(40):
        await make_due(database, a_lead(f"s-{number}"), "dead", "well")
    loop = a_loop(database, {"dead": dead.webhook(), "well": well.webhook()}, grace_s=0)
    async with running(loop):
        await until(lambda: all_are(database, "delivered", of="well"))
        assert len(dead.ids) == 8
    assert len(well.ids) == 40


async def test_a_destination_that_is_down_is_soon_left_alone_and_its_leads_wait(database: SqlDatabase) -> None:
    receiver = Receiver(503)
    for number in range(40):
        await make_due(database, a_lead(f"s-{number}"), "hook")
    async with running(a_loop(database, {"hook": receiver.webhook(in_flight=1)})):
        await asyncio.sleep(1)
    assert len(receiver.ids) == 5
    assert set((await states(database)).values()) <= {"pending", "sent_unknown"}


async def test_how_many_wait_and_for_how_long_is_shown(database: SqlDatabase) -> None:
    await make_due(database, a_lead("s-1"), "hook")
    await make_due(database, a_lead("s-2"), "hook")
    async with database.write() as connection:
        await connection.execute(update(deliveries).values(due_at=time.time() - 90))
    telemetry.OLDEST_UNDELIVERED_SECONDS.set(0)

    async with running(a_loop(database, {"hook": Receiver(is_open=False).webhook()}, grace_s=0)):
        await until(lambda: shown(telemetry.OLDEST_UNDELIVERED_SECONDS, at_least=90))

    assert telemetry.bound(telemetry.WAITING, "hook")._value.get() == 2


async def shown(gauge: Gauge, *, at_least: float) -> bool:
    return gauge._value.get() >= at_least


async def test_a_destination_that_asks_for_patience_gets_it_as_a_whole(database: SqlDatabase) -> None:
    receiver = Receiver(429, headers={"retry-after": "3600"})
    for number in range(10):
        await make_due(database, a_lead(f"s-{number}"), "hook")
    async with running(a_loop(database, {"hook": receiver.webhook(in_flight=1)})):
        await asyncio.sleep(1)
    assert len(receiver.ids) == 1
    async with database.read() as connection:
        rows = (await connection.execute(select(deliveries.c.attempts, deliveries.c.next_at))).all()
    assert {row.attempts for row in rows} == {0}
    assert max(row.next_at for row in rows) > time.time() + 3000


async def test_a_refusal_of_everything_pauses_the_destination_until_a_person_resumes_it(database: SqlDatabase) -> None:
    receiver = Receiver(401)
    control = SqlDeliveryControl(database)
    for number in range(10):
        await make_due(database, a_lead(f"s-{number}"), "hook")
    loop = a_loop(database, {"hook": receiver.webhook(in_flight=1)})
    async with running(loop):
        await until(lambda: _is_paused(control))
        await asyncio.sleep(0.7)
        assert len(receiver.ids) == 1
        assert await control.paused() == {"hook": "answers 401 to every lead"}
        assert "failed" not in (await states(database)).values()
        receiver.statuses = [200]
        await control.resume("hook", now=time.time())
        loop.wake()
        await until(lambda: all_are(database, "delivered"))


async def _is_paused(control: SqlDeliveryControl) -> bool:
    return bool(await control.paused())


async def test_a_lead_the_destination_refuses_fails_alone(database: SqlDatabase) -> None:
    receiver = Receiver(422, 200, 200)
    for number in range(3):
        await make_due(database, a_lead(f"s-{number}"), "hook")
    async with running(a_loop(database, {"hook": receiver.webhook(in_flight=1)})):
        await until(lambda: _none_open(database))
    assert sorted((await states(database)).values()) == ["delivered", "delivered", "failed"]


async def _none_open(database: SqlDatabase) -> bool:
    return not {"pending", "sent_unknown"} & set((await states(database)).values())


async def suppress(database: SqlDatabase, email: str) -> None:
    row = {"kind": "email", "hash": keyed_hash(KEY, "email", email), "reason": "asked", "until": None}
    async with database.write() as connection:
        await connection.execute(insert(suppressions), [row])


async def test_who_was_suppressed_after_the_decision_is_not_reached(database: SqlDatabase) -> None:
    receiver = Receiver()
    await make_due(database, a_lead(), "hook")
    await suppress(database, "lina@exempel.se")
    async with running(a_loop(database, {"hook": receiver.webhook()})):
        await until(lambda: all_are(database, "failed"))
    assert receiver.ids == []
    ((_, message),) = await DeliveryResults(database, ProcessLease(database, processes)).unannounced(10)
    event = decode(message.value)
    assert isinstance(event, DeliveryFailed)
    assert (event.data.outcome, event.data.final) == ("suppressed", True)


async def test_who_was_suppressed_while_queued_is_not_reached(
    database: SqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_module, "FRESH_S", 0.0)
    receiver = Receiver()
    first_check = SqlDeliveries.suppressed

    async def check_then_suppress(store: SqlDeliveries, claimed: Sequence[Delivery]) -> set[str]:
        monkeypatch.setattr(SqlDeliveries, "suppressed", first_check)
        found = await first_check(store, claimed)
        await suppress(database, "lina@exempel.se")
        return found

    monkeypatch.setattr(SqlDeliveries, "suppressed", check_then_suppress)
    await make_due(database, a_lead(), "hook")
    async with running(a_loop(database, {"hook": receiver.webhook()})):
        await until(lambda: all_are(database, "failed"))
    assert receiver.ids == []


async def test_what_is_under_way_at_the_end_is_waited_for(database: SqlDatabase) -> None:
    receiver = Receiver(is_open=False)
    await make_due(database, a_lead(), "hook")
    task = asyncio.create_task(a_loop(database, {"hook": receiver.webhook()}).run())
    await until(lambda: _asked(receiver))
    asyncio.get_running_loop().call_later(0.2, receiver.gate.set)
    await stop(task)
    assert await all_are(database, "delivered")


async def _asked(receiver: Receiver) -> bool:
    return bool(receiver.ids)


async def test_what_does_not_end_in_time_is_the_next_process_s_under_the_same_id(database: SqlDatabase) -> None:
    receiver = Receiver(is_open=False)
    await make_due(database, a_lead(), "hook")
    task = asyncio.create_task(a_loop(database, {"hook": receiver.webhook()}, grace_s=0.1).run())
    await until(lambda: _asked(receiver))
    await stop(task)
    assert await all_are(database, "sent_unknown")
    receiver.gate.set()
    async with running(a_loop(database, {"hook": receiver.webhook()})):
        await until(lambda: all_are(database, "delivered"))
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


async def test_what_never_began_is_given_back_without_doubt(database: SqlDatabase) -> None:
    receiver = Receiver()
    for number in range(3):
        await make_due(database, a_lead(f"s-{number}"), "hook")
    loop = a_loop(database, {"hook": receiver.webhook(in_flight=1)})
    claimed = await SqlDeliveries(database, ProcessLease(database, processes), person_key=KEY).claim_due({"hook": 3})
    loop._lanes["hook"].take(claimed, time.monotonic())
    loop._lanes["hook"].to_be_paused = "a person must look"
    async with running(loop):
        await until(lambda: all_are(database, "pending"))
    assert receiver.ids == []


async def test_a_process_that_cannot_renew_its_lease_begins_nothing_more(database: SqlDatabase) -> None:
    receiver = Receiver(is_open=False)
    for number in range(6):
        await make_due(database, a_lead(f"s-{number}"), "hook")
    lease = Unrenewed(database, processes, lease_s=0.5)
    async with running(a_loop(database, {"hook": receiver.webhook(in_flight=1)}, lease=lease)):
        await until(lambda: _asked(receiver))
        await asyncio.sleep(0.6)
        receiver.gate.set()
        await asyncio.sleep(0.7)
        assert len(receiver.ids) == 1
        assert sorted((await states(database)).values()) == ["delivered"] + ["pending"] * 5


async def test_what_was_claimed_under_a_lost_lease_is_not_pushed_but_claimed_anew(database: SqlDatabase) -> None:
    receiver = Receiver()
    made = [(await make_due(database, a_lead(f"s-{number}"), "hook"))[0] for number in range(3)]
    loop = a_loop(database, {"hook": receiver.webhook()})
    claimed = await SqlDeliveries(database, ProcessLease(database, processes), person_key=KEY).claim_due({"hook": 3})
    loop._lanes["hook"].take(claimed, time.monotonic())
    async with running(loop):
        await until(lambda: all_are(database, "delivered"))
    assert sorted(receiver.ids) == sorted(made)


class Faulty(Webhook):
    """A destination with a fault in its own code."""

    async def push(self, deliveries: Sequence[Delivery]) -> Sequence[Outcome]:
        raise KeyError("a fault of ours")


async def test_a_fault_in_one_destination_costs_its_own_deliveries_a_try(database: SqlDatabase) -> None:
    well = Receiver()
    section = WebhookSection(kind="webhook", url="https://leads.exempel.se/in", secret=SECRET)
    faulty = Faulty(section, transport=httpx.MockTransport(well))
    await make_due(database, a_lead(), "faulty", "well")
    async with running(a_loop(database, {"faulty": faulty, "well": well.webhook()})):
        await until(lambda: all_are(database, "delivered", of="well"))
        await until(lambda: _tried(database))


async def _tried(database: SqlDatabase) -> bool:
    async with database.read() as connection:
        attempts = await connection.scalar(select(deliveries.c.attempts).where(deliveries.c.destination == "faulty"))
    return bool(attempts)
