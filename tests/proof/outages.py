"""Take a server away under load, bring it back, and hold every effect against every answer."""

import asyncio
from collections.abc import Sequence

from tests.proof.kills import Verdict, drained, judge
from tests.proof.processes import Process
from tests.proof.sink import Sink
from tests.proof.traffic import Sender
from tests.servers.server import Server

BEFORE_S = 3.0
AFTER_S = 3.0


async def away(
    server: Server, processes: Sequence[Process], sink: Sink, *, url: str, for_s: float, rate: float, seed: int
) -> Verdict:
    """Send before, during and after `server` is stopped for `for_s`, let everything drain, and judge."""
    verdict = Verdict()
    sender = Sender(url, rate=rate, seed=seed)
    sending = asyncio.create_task(sender.run(10**6))
    await asyncio.sleep(BEFORE_S)
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(for_s)
    await asyncio.to_thread(server.start)
    await asyncio.sleep(AFTER_S)
    sender.stop()
    verdict.history = await sending
    verdict.leads = len(verdict.history.acked)
    await drained(verdict.history, sink, quiet_s=for_s + 120)
    await judge(verdict, processes, sink, [])
    return verdict


LONGEST_ANSWER_S = 2.0


def expect_intake_unharmed(verdict: Verdict) -> None:
    """Assert that every answer was 200, in time, and that everything arrived once."""
    assert set(verdict.history.statuses) == {"200"}, verdict.history.statuses
    assert verdict.history.percentile_s(0.99) < LONGEST_ANSWER_S
    assert verdict.lost == []
    assert verdict.twice == []
    assert verdict.journal_twice == []
    assert verdict.ledger["exit_code"] == 0, verdict.ledger
    assert verdict.ledger["leads"]["dead"] == 0, verdict.ledger
