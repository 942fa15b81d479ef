"""A worker's process: the real worker with the real step of one stage, on the stack that the environment names.

Run as `python -m tests.bench.our_stages scorer|router|console GROUP LEADS`; prints what it took as JSON.
"""

import sys
from collections.abc import Sequence

from services.console.service import ConsoleService
from services.console.store.console_store import ConsoleStore
from services.roles import router_policy
from services.router.service import RouterService
from services.router.store.decisions import SqlDecisions
from services.router.store.delivery_control import SqlDeliveryControl
from services.scorer.judge import Judge
from services.scorer.reference_data import ReferenceData
from services.scorer.service import ScorerService
from services.wiring import Stack, opened
from shared.domain.events import Topic
from shared.runtime import supervisor
from shared.runtime.dead_letters import Stage
from shared.runtime.logs import configure_logging
from shared.runtime.settings import read_settings
from shared.runtime.worker import Step, Worker
from tests.bench.stopwatch import Stopwatch, pin_worker

Role = tuple[Step, Sequence[Topic], Stage | None]


def scorer(stack: Stack) -> Role:
    configuration = stack.configuration
    judge = Judge(
        configuration.scoring,
        business=configuration.company,
        questions=configuration.questions,
        products=configuration.products,
        reference=ReferenceData.load(),
    )
    return ScorerService(judge, stack.database), [Topic.RECEIVED], "scorer"


def router(stack: Stack) -> Role:
    step = RouterService(
        SqlDecisions(stack.database),
        SqlDeliveryControl(stack.database),
        policy=router_policy(stack),
        secret=stack.keys.person,
        wake=lambda: None,
    )
    return step, [Topic.SCORED], "router"


def console(stack: Stack) -> Role:
    return ConsoleService(ConsoleStore(stack.database)), [Topic.RECEIVED, Topic.SCORED], None


ROLES = {"scorer": scorer, "router": router, "console": console}


async def work(role: str, group: str, leads: int) -> int:
    """Take `leads` records all the way."""
    settings = read_settings()
    configure_logging(settings.log_level, "json")
    async with opened(settings) as stack:
        step, topics, stage = ROLES[role](stack)
        worker = Worker(
            step, stack.log.consumer(group, topics), stack.log.publisher(), stage=stage, progress=lambda: None
        )
        supervisor.tune_gc()
        watch = Stopwatch(leads)
        while not watch.done:
            watch.took(await worker.run_once())
        watch.report()
    return 0


if __name__ == "__main__":
    pin_worker()
    supervisor.run(lambda: work(sys.argv[1], sys.argv[2], int(sys.argv[3])))
