"""The scorer's step: leads received in, leads scored out."""

import time
from collections.abc import Sequence

import structlog

from services.scorer.judge import Judge, Judgement
from services.scorer.revisions import Cause
from services.scorer.store import ScoreStore
from shared.domain.events import Event, LeadReceived, LeadScored, LeadScoredData
from shared.domain.ids import derived
from shared.ports import Arrival, Database
from shared.runtime import telemetry

log = structlog.get_logger()


class ScorerService:
    """The step of the scorer's worker. Test leads pass like any other; their events say so.

    What comes again leads to the very events it led to the first time, under the same ids.
    """

    def __init__(self, judge: Judge, database: Database) -> None:
        self._judge = judge
        self._store = ScoreStore(database)
        self._remembered = False

    async def handle(self, arrivals: Sequence[Arrival]) -> Sequence[Event]:
        """Score a batch: number, judge and keep all in one transaction, in which judging goes on while it writes."""
        began = time.perf_counter()
        received = _unique(arrivals)
        if not received:
            return []
        await self._remember_configuration(next(iter(received.values())))

        def event_of(cause: Cause, revision: int) -> LeadScored:
            event = received[cause.id]
            return scored_event(event, self._judge.judge(event), revision)

        events = await self._store.place([_cause(event) for event in received.values()], event_of)
        _tell(events, began)
        return events

    async def published(self, events: Sequence[Event]) -> None:
        """Do nothing: a score is stored before it is published, and published again whenever its cause comes again."""

    async def _remember_configuration(self, first: LeadReceived) -> None:
        if not self._remembered:
            await self._store.remember(self._judge.sections, first.time.timestamp())
            self._remembered = True


def _unique(arrivals: Sequence[Arrival]) -> dict[str, LeadReceived]:
    """Return the events by id; of repeats in one batch the first counts."""
    received: dict[str, LeadReceived] = {}
    for arrival in arrivals:
        if isinstance(arrival.event, LeadReceived):
            received.setdefault(arrival.event.id, arrival.event)
    return received


def scored_event(received: LeadReceived, judgement: Judgement, revision: int) -> LeadScored:
    """Write the event of one revision. Its id and time follow from the cause, so that a replay is equal."""
    data = received.data
    return LeadScored(
        id=derived("scored", received.id, revision),
        source="/tratt/scorer",
        subject=data.lead_id,
        time=received.time,
        partitionkey=received.partitionkey,
        traceparent=received.traceparent,
        data=LeadScoredData(
            lead_id=data.lead_id,
            source=data.source,
            source_kind=data.source_kind,
            is_test=data.is_test,
            revision=revision,
            cause=received.id,
            hygiene=judgement.hygiene,
            lead=data.lead,
            facts=judgement.facts,
            score=judgement.score,
        ),
    )


def _cause(received: LeadReceived) -> Cause:
    return Cause(received.id, received.data.lead_id, received.data.lead.submitted_at.timestamp())


def _tell(events: Sequence[LeadScored], began: float) -> None:
    for event in events:
        telemetry.bound(telemetry.SCORED, event.data.score.stage).inc()
    log.info("leads scored", count=len(events), elapsed_ms=round((time.perf_counter() - began) * 1000, 1))
