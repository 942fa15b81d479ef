"""The router's step: scored leads and people's commands in, decisions out, each decided once under its claim."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog

from services.router.commands import COMMANDS, Desk
from services.router.decided import upon_scores
from services.router.keys import lead_keys
from services.router.policy import Policy
from services.router.ports import OUTCOMES, Candidate, DecisionStore, DeliveryControl
from shared.domain.errors import PermanentError
from shared.domain.events import CommandIssued, DecisionEvent, Event, LeadScored, StoppedData
from shared.ports import Arrival
from shared.runtime import telemetry

log = structlog.get_logger()

LINES_IN_A_ROW = 50
_LINES = {"routed": "lead routed", "held": "lead held", "rejected": "lead rejected"}


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class RouterService:
    """Decide upon batches. `wake` tells the delivery loop that something is due; `secret` is the person key.

    Raises what Step says: PermanentError for a command nobody can carry out, TransientError when nothing was decided.
    """

    def __init__(
        self,
        decisions: DecisionStore,
        deliveries: DeliveryControl,
        *,
        policy: Policy,
        secret: bytes,
        wake: Callable[[], None],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._decisions = decisions
        self._desk = Desk(decisions, deliveries, policy, secret)
        self._wake = wake
        self._clock = clock

    async def handle(self, arrivals: Sequence[Arrival]) -> Sequence[Event]:
        """Decide upon the scored leads of the batch together, then carry out its commands one by one."""
        events = [arrival.event for arrival in arrivals]
        decided = await self._decide([event for event in events if isinstance(event, LeadScored)])
        for event in events:
            if isinstance(event, CommandIssued):
                decided += await self._carry_out(event)
        if decided:
            self._wake()
        return decided

    async def published(self, events: Sequence[Event]) -> None:
        """Note which decisions are in the log; the announcer sends those of which this is never noted."""
        decided = [event for event in events if isinstance(event, DecisionEvent)]
        await asyncio.gather(self._decisions.mark([event.id for event in decided]), _tell(decided))

    async def _decide(self, scored: Sequence[LeadScored]) -> list[DecisionEvent]:
        if not scored:
            return []
        now = self._clock()
        secret = self._desk.secret
        candidates = [Candidate(event, lead_keys(event.data, secret=secret), cause=event.id) for event in scored]
        decide = upon_scores(self._desk.policy, now=now)
        return list(await self._decisions.place(candidates, decide, now=now.timestamp()))

    async def _carry_out(self, command: CommandIssued) -> Sequence[DecisionEvent]:
        verb = command.data.verb
        handler = COMMANDS.get(verb)
        if handler is None:
            raise PermanentError(f"the router knows no command {verb}; there are {', '.join(sorted(COMMANDS))}")
        decided = await handler(self._desk, command, self._clock())
        self._wake()
        log.info("command carried out", kind=verb, event_id=command.id)
        return decided


async def _tell(decided: Sequence[DecisionEvent]) -> None:
    """Log and count every decision, a few in a row, while the servers are at work."""
    for begin in range(0, len(decided), LINES_IN_A_ROW):
        await asyncio.sleep(0)
        for event in decided[begin : begin + LINES_IN_A_ROW]:
            _tell_one(event)


def _tell_one(event: DecisionEvent) -> None:
    outcome, data = OUTCOMES[type(event)], event.data
    telemetry.bound(telemetry.DECIDED, outcome).inc()
    log.info(
        _LINES[outcome],
        lead_id=data.lead_id,
        source=data.source,
        score=data.score.fit,
        stage=data.score.stage,
        verdict=data.match.verdict.value,
        rule=data.decision.rule,
        **({"reason": data.reason.code} if isinstance(data, StoppedData) else {}),
        decision_number=data.decision.number,
    )
