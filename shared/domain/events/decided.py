"""What the scorer and the router say of a lead: its score, and the decision."""

from typing import ClassVar, Literal

from shared.domain.decision import Assignment, Brief, ContactPermission, Decision, Match, Why
from shared.domain.events.envelope import Envelope, LeadData, Topic
from shared.domain.lead import Lead
from shared.domain.score import Facts, Hygiene, Score


class LeadScoredData(LeadData):
    """A lead with its facts and score. `revision` counts per lead from 1; `cause` is the id of the event behind it."""

    revision: int
    cause: str
    hygiene: Hygiene | None = None
    lead: Lead
    facts: Facts
    score: Score


class LeadScored(Envelope):
    """A lead was scored, anew or for the first time."""

    topic: ClassVar[Topic] = Topic.SCORED
    type: Literal["tratt.lead.scored.v1"] = "tratt.lead.scored.v1"
    data: LeadScoredData


class DecidedData(LeadScoredData):
    """A decision, with all it was made from. `destinations` are those that get it, in order."""

    decision: Decision
    match: Match
    assignment: Assignment
    contact: dict[str, ContactPermission]
    brief: Brief
    destinations: list[str]


class LeadRouted(Envelope):
    """A lead has an owner and is on its way. The public contract for sales systems."""

    topic: ClassVar[Topic] = Topic.ROUTED
    type: Literal["tratt.lead.routed.v1"] = "tratt.lead.routed.v1"
    data: DecidedData


class StoppedData(DecidedData):
    """A decision not to route, with its reason. A held lead may still name destinations (nurturing)."""

    reason: Why


class LeadHeld(Envelope):
    """A lead waits for a person or for something to become known."""

    topic: ClassVar[Topic] = Topic.HELD
    type: Literal["tratt.lead.held.v1"] = "tratt.lead.held.v1"
    data: StoppedData


class LeadRejected(Envelope):
    """A lead goes nowhere, for a reason that is told."""

    topic: ClassVar[Topic] = Topic.REJECTED
    type: Literal["tratt.lead.rejected.v1"] = "tratt.lead.rejected.v1"
    data: StoppedData


DecisionEvent = LeadRouted | LeadHeld | LeadRejected
