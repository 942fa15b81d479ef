"""The ledger: every accepted lead is in exactly one place, or it is lost and named. Pure counting.

At its highest decision number a lead is routed, held or rejected; undecided it is dead when a stage gave it up, in
flight while its record lies at or beyond what the next stage has committed, and else lost (ARCHITECTURE 1.3).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from services.console.notices import NO_NOTICES, NONE_COUNTED, NoticeCount, NoticeLedger
from shared.domain.events import Topic
from shared.ports import Positions, TopicPartition


class Place(StrEnum):
    """Where a lead is. `LOST` is no place: something went wrong and a person must look."""

    ROUTED = "routed"
    HELD = "held"
    REJECTED = "rejected"
    DEAD = "dead"
    IN_FLIGHT = "in_flight"
    LOST = "lost"


class Position(NamedTuple):
    """A record's place within its topic."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """A lead without a decision: where its first receipt and first revision stand, and whether a stage gave it up."""

    lead_id: str
    source: str
    is_test: bool
    received: Position | None
    scored: Position | None
    is_dead: bool


@dataclass(frozen=True, slots=True)
class Count:
    """What was found, in the model or in the topics.

    `decided` counts leads by source, is_test and outcome; `deliveries` counts them by destination and state (due,
    delivered, failed). `dead_positions` are places of records that died without telling their lead.
    """

    decided: Mapping[tuple[str, bool, str], int]
    undecided: Sequence[Undecided]
    deliveries: Mapping[tuple[str, str], int]
    dead_positions: frozenset[str] = frozenset()
    quarantined: int = 0
    older: int = 0
    notices: NoticeCount = NONE_COUNTED


@dataclass(frozen=True, slots=True)
class Committed:
    """How far the stages had committed before anything was counted."""

    scorer: Positions
    router: Positions
    retrieval: Positions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many leads are where."""

    accepted: int = 0
    routed: int = 0
    held: int = 0
    rejected: int = 0
    dead: int = 0
    in_flight: int = 0
    lost: int = 0

    @property
    def adds_up(self) -> bool:
        """Tell whether every accepted lead is in one place."""
        placed = self.routed + self.held + self.rejected + self.dead + self.in_flight
        return self.lost == 0 and self.accepted == placed


@dataclass(frozen=True, slots=True)
class DestinationTally:
    """What one destination was owed and got. `failed` is final; what is retried is waiting."""

    due: int
    delivered: int
    waiting: int
    failed: int

    @property
    def adds_up(self) -> bool:
        """Tell whether every delivery owed is in one state."""
        return self.due == self.delivered + self.waiting + self.failed


@dataclass(frozen=True, slots=True)
class LostLead:
    """A lead that no stage will touch again, and the record it was last seen in (`topic/partition/offset`)."""

    lead_id: str
    source: str
    position: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The statement. `leads` leaves tests out; `sources` and `destinations` are by name, in order.

    `behind` records were not read yet when it was taken: a lead that seems lost may be settled by one of them, so it
    counts as in flight until then. `spill_depth` (events accepted, not yet in the log) is None where nobody knows it.
    `older` leads were received before the oldest record that every topic still holds, and are not counted.
    """

    leads: Tally
    tests: Tally
    sources: Mapping[str, Tally]
    destinations: Mapping[str, DestinationTally]
    lost: tuple[LostLead, ...]
    quarantined: int
    behind: int
    older: int
    spill_depth: int | None
    notices: NoticeLedger = NO_NOTICES

    @property
    def adds_up(self) -> bool:
        """Tell whether nothing is lost and every sum holds; the command exits 1 where not."""
        leads_placed = self.leads.adds_up and self.tests.adds_up and self.notices.adds_up
        return leads_placed and all(tally.adds_up for tally in self.destinations.values())

    def as_json(self) -> dict[str, Any]:  # Any: nested counts
        """Return it as `GET /v1/ledger` and `--json` show it."""
        return {"adds_up": self.adds_up} | asdict(self)


def ledger_of(
    count: Count,
    committed: Committed,
    *,
    behind: int = 0,
    spill_depth: int | None = None,
    notices: NoticeLedger = NO_NOTICES,
) -> Ledger:
    """Put every lead in its place and add up."""
    places = Counter({(source, test, Place(outcome)): n for (source, test, outcome), n in count.decided.items()})
    lost = []
    for lead in count.undecided:
        place = place_of(lead, committed, count.dead_positions)
        if place is Place.LOST and behind:
            place = Place.IN_FLIGHT
        if place is Place.LOST:
            lost.append(LostLead(lead.lead_id, lead.source, _last_seen(lead)))
        places[lead.source, lead.is_test, place] += 1
    return Ledger(
        leads=_tally({key: n for key, n in places.items() if not key[1]}),
        tests=_tally({key: n for key, n in places.items() if key[1]}),
        sources=_by_source(places),
        destinations=_by_destination(count.deliveries),
        lost=tuple(sorted(lost, key=lambda one: (one.position, one.lead_id))),
        quarantined=count.quarantined,
        behind=behind,
        older=count.older,
        spill_depth=spill_depth,
        notices=notices,
    )


def place_of(lead: Undecided, committed: Committed, dead_positions: frozenset[str] = frozenset()) -> Place:
    """Tell where a lead without a decision is."""
    if lead.is_dead or not dead_positions.isdisjoint(_positions(lead)):
        return Place.DEAD
    if lead.scored:
        ahead = _is_ahead(Topic.SCORED, lead.scored, committed.router)
    else:
        ahead = lead.received is not None and _is_ahead(Topic.RECEIVED, lead.received, committed.scorer)
    return Place.IN_FLIGHT if ahead else Place.LOST


def _is_ahead(topic: Topic, position: Position, committed: Positions) -> bool:
    return position.offset >= committed.get(TopicPartition(topic, position.partition), 0)


def _positions(lead: Undecided) -> list[str]:
    """List the records of a lead that a stage reads, the latest stage's last."""
    seen = ((Topic.RECEIVED, lead.received), (Topic.SCORED, lead.scored))
    return [f"{topic}/{position.partition}/{position.offset}" for topic, position in seen if position]


def _last_seen(lead: Undecided) -> str:
    return _positions(lead)[-1]


def _tally(places: Mapping[tuple[str, bool, Place], int]) -> Tally:
    by_place: Counter[Place] = Counter()
    for (_, _, place), n in places.items():
        by_place[place] += n
    return Tally(accepted=by_place.total(), **{str(place): by_place[place] for place in Place})


def _by_source(places: Mapping[tuple[str, bool, Place], int]) -> dict[str, Tally]:
    names = sorted({source for source, is_test, _ in places if not is_test})
    return {name: _tally({key: n for key, n in places.items() if key[0] == name and not key[1]}) for name in names}


def _by_destination(deliveries: Mapping[tuple[str, str], int]) -> dict[str, DestinationTally]:
    tallies = {}
    for name in sorted({destination for destination, _ in deliveries}):
        states = {state: deliveries.get((name, state), 0) for state in ("delivered", "due", "failed")}
        tallies[name] = DestinationTally(
            due=sum(states.values()), delivered=states["delivered"], waiting=states["due"], failed=states["failed"]
        )
    return tallies
