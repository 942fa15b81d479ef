"""The roles of `tratt up`: what each is made of, from one stack."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.console.api import ConsoleRoutes
from services.console.pages import Pages
from services.console.service import CONSOLE_TOPICS, ConsoleService
from services.console.store.console_store import ConsoleStore
from services.console.watch import DoorWatch
from services.ingest.api import ingest_app, public_app
from services.ingest.retrieval.tables import processes as ingest_processes
from services.receiving import ingest_service
from services.retrieving import retrieval
from services.router.delivery import DeliveryLoop
from services.router.destinations import Surroundings, build
from services.router.policy import Policy
from services.router.service import RouterService
from services.router.store.decisions import SqlDecisions
from services.router.store.deliveries import SqlDeliveries
from services.router.store.delivery_control import SqlDeliveryControl
from services.router.store.delivery_results import DeliveryResults
from services.router.tables import processes as router_processes
from services.scorer.judge import Judge
from services.scorer.reference_data import ReferenceData
from services.scorer.service import ScorerService
from services.wiring import Stack, can_keep, intake, process_lease
from shared.domain.events import Group, Topic
from shared.runtime import telemetry
from shared.runtime.announcer import Announcer
from shared.runtime.dead_letters import Stage
from shared.runtime.lag import Lag
from shared.runtime.supervisor import Part
from shared.runtime.watchdog import Heartbeat
from shared.runtime.worker import Step, Worker


@dataclass(slots=True)
class Running:
    """What the roles add to their process: parts to supervise, heartbeats to watch, an application for the public."""

    parts: list[Part] = field(default_factory=list)
    heartbeats: list[Heartbeat] = field(default_factory=list)
    public: ASGIApp | None = None


@asynccontextmanager
async def built(stack: Stack, names: Sequence[str], admin: FastAPI) -> AsyncIterator[Running]:
    """Build the named roles; what they opened closes when the block ends. The console serves its pages on `admin`."""
    running = Running()
    for name in names:
        telemetry.bound(telemetry.ROLE, name).set(1)
    async with AsyncExitStack() as opening:
        if "ingest" in names:
            publisher = await opening.enter_async_context(intake(stack))
            running.public = ingest_app(ingest_service(stack, publisher), public_app(lambda: can_keep(stack)))
        for name, add in WORKERS.items():
            if name in names:
                await add(stack, running, admin)
        yield running


async def _add_retrieval(stack: Stack, running: Running, _admin: FastAPI) -> None:
    topics = [Topic.NOTIFIED, Topic.ERASURE]
    fetching = _heartbeat(stack, running, "fetching", Group.RETRIEVAL, topics)
    parts = await retrieval(stack, process_lease(stack, ingest_processes), fetching.progress)
    _add_worker(stack, running, parts.step, group=Group.RETRIEVAL, topics=topics, stage="retrieval")
    running.parts += [
        Part("fetching", parts.loop.run),
        Part("healer", parts.healer.run),
        Part("backlog", parts.watch.run),
    ]


async def _add_scorer(stack: Stack, running: Running, _admin: FastAPI) -> None:
    configuration = stack.configuration
    judge = Judge(
        configuration.scoring,
        business=configuration.company,
        questions=configuration.questions,
        products=configuration.products,
        reference=ReferenceData.load(),
    )
    step = ScorerService(judge, stack.database)
    _add_worker(stack, running, step, group=Group.SCORER, topics=[Topic.RECEIVED], stage="scorer")


async def _add_router(stack: Stack, running: Running, _admin: FastAPI) -> None:
    decisions, control = SqlDecisions(stack.database), SqlDeliveryControl(stack.database)
    policy = router_policy(stack)
    await decisions.remember(policy, now=stack.started_at)
    lease = process_lease(stack, router_processes)
    results = DeliveryResults(stack.database, lease)
    announcing = _heartbeat(stack, running, "announcer", Group.ROUTER, [Topic.SCORED])
    announcer = Announcer([decisions, results], stack.log.publisher(), announcing.progress)
    delivering = _heartbeat(stack, running, "delivery", Group.ROUTER, [Topic.SCORED])
    around = Surroundings(stack.settings.data_dir, stack.mailer, stack.configuration.people)
    loop = DeliveryLoop(
        SqlDeliveries(stack.database, lease, person_key=stack.keys.person),
        control,
        lease=lease,
        destinations={
            name: build(section, around)
            for name, section in stack.configuration.destinations.items()
            if section.enabled
        },
        settled=announcer.wake,
        progress=delivering.progress,
    )
    step = RouterService(decisions, control, policy=policy, secret=stack.keys.person, wake=loop.wake)
    _add_worker(stack, running, step, group=Group.ROUTER, topics=[Topic.SCORED, Topic.COMMAND], stage="router")
    running.parts += [Part("delivery", loop.run), Part("announcer", announcer.run)]


async def _add_console(stack: Stack, running: Running, admin: FastAPI) -> None:
    store = ConsoleStore(stack.database)
    pages = Pages(stack.configuration.company.time_zone)
    lost_after = stack.configuration.doors.notice_lost_after
    routes = ConsoleRoutes(
        store, stack.log.reader(), pages=pages, spill_depth=stack.spill_depth, notice_lost_after=lost_after
    )
    admin.include_router(routes.router)
    _add_worker(stack, running, ConsoleService(store), group=Group.CONSOLE, topics=list(CONSOLE_TOPICS), stage=None)
    sources, measure = list(stack.configuration.sources), stack.configuration.door_measure
    watch = DoorWatch(stack.database, stack.log.reader(), sources=sources, measure=measure)
    running.parts.append(Part("doors", watch.run))


WORKERS: Mapping[str, Callable[[Stack, Running, FastAPI], Awaitable[None]]] = {
    "retrieval": _add_retrieval,
    "scorer": _add_scorer,
    "router": _add_router,
    "console": _add_console,
}


def router_policy(stack: Stack) -> Policy:
    """Compile what the router decides by."""
    configuration = stack.configuration
    return Policy.of(
        configuration.routing,
        configuration.customers,
        outlets=configuration.outlets,
        people=configuration.people,
        orders=configuration.orders,
        business=configuration.company,
        privacy=configuration.privacy,
        products=configuration.products,
    )


def _add_worker(
    stack: Stack, running: Running, step: Step, *, group: Group, topics: Sequence[Topic], stage: Stage | None
) -> None:
    heartbeat = _heartbeat(stack, running, str(group), group, topics)
    worker = Worker(
        step, stack.log.consumer(group, topics), stack.log.publisher(), stage=stage, progress=heartbeat.progress
    )
    lag = Lag(stack.log.reader(), group, topics, retention=stack.settings.topic_retention)
    running.parts += [Part(str(group), worker.run), Part(f"{group}-lag", lag.watch)]


def _heartbeat(stack: Stack, running: Running, name: str, group: Group, topics: Sequence[Topic]) -> Heartbeat:
    lag = Lag(stack.log.reader(), group, topics, retention=stack.settings.topic_retention)
    heartbeat = Heartbeat(name, lag.records)
    running.heartbeats.append(heartbeat)
    return heartbeat
