"""Count the leads from the topics alone, owing nothing to the model: it is what the model is checked against."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from services.console.ledger import Count, Position, Undecided
from services.console.recount_notices import NoticeRecount
from shared.domain.errors import UnreadableRecord
from shared.domain.events import (
    DeadLetter,
    DeadLetterReplayed,
    DecisionEvent,
    DeliveryFailed,
    ErasureRequested,
    LeadDelivered,
    LeadHeld,
    LeadNotified,
    LeadReceived,
    LeadRejected,
    LeadRouted,
    LeadScored,
    decode,
)
from shared.ports import Record, TopicPartition

OUTCOMES = {LeadRouted: "routed", LeadHeld: "held", LeadRejected: "rejected"}


@dataclass(slots=True)
class _Counted:
    """What the topics said of one lead so far. `*_first` are (order, position) of its first receipt and revision."""

    source: str
    is_test: bool
    received: tuple[datetime, Position] | None = None
    appended_at: datetime | None = None
    scored: tuple[int, Position] | None = None
    decision_number: int = 0
    outcome: str | None = None


@dataclass(slots=True)
class _Pushed:
    """What the topics said of one delivery so far."""

    lead_id: str
    destination: str
    delivered: bool = False
    told: tuple[int, bool] = (0, False)

    @property
    def state(self) -> str:
        if self.delivered:
            return "delivered"
        return "failed" if self.told[1] else "due"


class Recount:
    """Add every record once, in any order, then `count`."""

    def __init__(self) -> None:
        self._leads: dict[str, _Counted] = {}
        self._deliveries: dict[tuple[str, str, int], _Pushed] = {}
        self._dead: set[str] = set()
        self._dead_positions: set[str] = set()
        self._quarantined: set[str] = set()
        self._replayed: set[str] = set()
        self._notices = NoticeRecount()
        self._begins: dict[TopicPartition, tuple[int, datetime]] = {}

    def add(self, record: Record) -> None:
        """Take a record into account. What cannot be read is passed over, as the console does."""
        place = TopicPartition(record.topic, record.partition)
        begin = (record.offset, record.appended_at)
        self._begins[place] = min(self._begins.get(place, begin), begin)
        try:
            event = decode(record.value)
        except UnreadableRecord:
            return
        match event:
            case LeadReceived():
                self._received(event, record)
            case LeadNotified():
                self._notices.notified(event, record)
            case ErasureRequested(data=erasure) if erasure.lead_id is not None:
                self._notices.deleted.add(erasure.lead_id)
            case LeadScored():
                self._scored(event, record)
            case LeadRouted() | LeadHeld() | LeadRejected():
                self._decided(event)
            case LeadDelivered() | DeliveryFailed():
                self._pushed(event)
            case DeadLetter():
                self._died(event)
            case DeadLetterReplayed():
                self._replayed.add(event.data.dead_letter)

    def count(self) -> Count:
        """Return what was found, without the leads that came before the oldest record every topic still holds."""
        horizon = max((at for offset, at in self._begins.values() if offset > 0), default=None)
        counted = {
            lead: known
            for lead, known in self._leads.items()
            if horizon is None or (known.appended_at is not None and known.appended_at >= horizon)
        }
        return Count(
            decided=Counter(
                (known.source, known.is_test, known.outcome) for known in counted.values() if known.outcome is not None
            ),
            undecided=[self._undecided(lead, known) for lead, known in counted.items() if known.outcome is None],
            deliveries=Counter(
                (pushed.destination, pushed.state)
                for pushed in self._deliveries.values()
                if horizon is None or pushed.lead_id in counted
            ),
            dead_positions=frozenset(self._dead_positions),
            quarantined=len(self._quarantined - self._replayed),
            older=len(self._leads) - len(counted),
            notices=self._notices.count({lead: known.is_test for lead, known in self._leads.items()}, horizon=horizon),
        )

    def _undecided(self, lead: str, known: _Counted) -> Undecided:
        return Undecided(
            lead_id=lead,
            source=known.source,
            is_test=known.is_test,
            received=known.received[1] if known.received else None,
            scored=known.scored[1] if known.scored else None,
            is_dead=lead in self._dead,
        )

    def _of(self, event: LeadReceived | LeadScored | DecisionEvent) -> _Counted:
        return self._leads.setdefault(event.data.lead_id, _Counted(event.data.source, event.data.is_test))

    def _received(self, event: LeadReceived, record: Record) -> None:
        known = self._of(event)
        first = (event.time, Position(record.partition, record.offset))
        if known.received is None or first < known.received:
            known.received, known.appended_at = first, record.appended_at

    def _scored(self, event: LeadScored, record: Record) -> None:
        known = self._of(event)
        first = (event.data.revision, Position(record.partition, record.offset))
        known.scored = min(known.scored or first, first)

    def _decided(self, event: DecisionEvent) -> None:
        known = self._of(event)
        number = event.data.decision.number
        if number > known.decision_number:
            known.decision_number, known.outcome = number, OUTCOMES[type(event)]
        for name in event.data.destinations if not event.data.is_test else ():
            self._delivery(event.data.lead_id, name, number)

    def _pushed(self, event: LeadDelivered | DeliveryFailed) -> None:
        data = event.data
        pushed = self._delivery(data.lead_id, data.destination, data.decision_number)
        pushed.delivered |= isinstance(event, LeadDelivered)
        pushed.told = max(pushed.told, (data.attempt, data.final))

    def _delivery(self, lead: str, destination: str, number: int) -> _Pushed:
        return self._deliveries.setdefault((lead, destination, number), _Pushed(lead, destination))

    def _died(self, event: DeadLetter) -> None:
        data = event.data
        if data.stage == "ingest":
            self._quarantined.add(event.id)
        elif data.lead_id is not None:
            (self._notices.dead if data.stage == "retrieval" else self._dead).add(data.lead_id)
        elif data.position is not None:
            self._dead_positions.add(data.position)
