"""A process that only matches, batch by batch: keys made, every tier looked up, the verdict reached; nothing written.

Run as `python -m tests.bench.matching router GROUP LEADS`; prints what it took as JSON. Every lead is another one, so
that a stranger's keys are never where an earlier batch has just looked.
"""

import sys
from collections.abc import Sequence
from secrets import token_hex

from services.roles import router_policy
from services.router.keys import lead_keys
from services.router.matching import STRENGTHS, match_lead
from services.router.policy import Policy
from services.router.ports import Known
from services.router.store.customers import find_customers
from services.wiring import Stack, opened
from shared.domain.decision import Verdict
from shared.domain.events import LeadScored
from shared.runtime import supervisor
from shared.runtime.settings import read_settings
from tests.bench.invented_leads import CUSTOMER_EVERY, scored_leads
from tests.bench.stages import BATCH
from tests.bench.stopwatch import Stopwatch, pin_worker

STRANGERS = 50_000


async def work(leads: int) -> int:
    """Match `leads` leads, the first batch only to be warm."""
    async with opened(read_settings()) as stack:
        policy = router_policy(stack)
        scored = list(scored_leads(stack.configuration, leads))
        await warm_up(stack)
        supervisor.tune_gc()
        watch = Stopwatch(leads)
        found = 0
        for begin in range(0, leads, BATCH):
            found += await matched(stack, scored[begin : begin + BATCH], policy)
            watch.took(BATCH)
        assert found == leads // CUSTOMER_EVERY
        watch.report()
    return 0


async def warm_up(stack: Stack) -> None:
    """Look as many strangers up as a router meets in its first minute, so that tables are read from memory."""
    async with stack.database.read() as connection:
        for _ in range(STRANGERS // BATCH):
            await find_customers(connection, [token_hex(16) for _ in range(2 * BATCH)])


async def matched(stack: Stack, batch: Sequence[LeadScored], policy: Policy) -> int:
    """Match a batch as the router does, and tell how many are customers."""
    keys = [lead_keys(event.data, secret=stack.keys.person) for event in batch]
    asked = {lead.by_kind[kind] for kind in STRENGTHS for lead in keys if kind in lead.by_kind}
    async with stack.database.read() as connection:
        hits = await find_customers(connection, sorted(asked))
    customers = 0
    for event, lead in zip(batch, keys, strict=True):
        known = Known(customers=[hit for value in lead.by_kind.values() for hit in hits.get(value, ())])
        match = match_lead(event.data, keys=lead, known=known, products=policy.products, window=policy.repeat_window)
        customers += match.verdict is Verdict.EXISTING_CUSTOMER
    return customers


if __name__ == "__main__":
    pin_worker()
    supervisor.run(lambda: work(int(sys.argv[3])))
