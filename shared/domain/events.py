"""The events on the topics: CloudEvents 1.0 in structured JSON, written and read by `encode` and `decode`.

An event's `data` begins with what needs no sealing; its personal members (`lead`, `facts`, `score.reasons`, `match`,
`contact`, `brief`, a dead letter's `bytes`) pass only through these two functions.
"""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError

from shared.domain.decision import Assignment, Brief, ContactPermission, Decision, Match, Why
from shared.domain.errors import UnreadableRecord
from shared.domain.lead import Lead
from shared.domain.model import Frozen, Moment
from shared.domain.score import Facts, Hygiene, Score


class Topic(StrEnum):
    """Every topic; the way a lead travels."""

    NOTIFIED = "leads.notified"
    RECEIVED = "leads.received"
    ACTIVITY = "leads.activity"
    CONSENT = "leads.consent"
    SCORED = "leads.scored"
    ROUTED = "leads.routed"
    HELD = "leads.held"
    REJECTED = "leads.rejected"
    DELIVERED = "leads.delivered"
    IDENTITY = "leads.identity"
    OUTCOME = "leads.outcome"
    COMMAND = "leads.command"
    ERASURE = "leads.erasure"
    DEAD = "leads.dead"


class Group(StrEnum):
    """Every consumer group, named after its role."""

    SCORER = "scorer"
    ROUTER = "router"
    CONSOLE = "console"


class LeadData(Frozen):
    """What every event about a lead begins with. None of it is personal."""

    lead_id: str
    source: str
    source_kind: str
    is_test: bool = False


class Envelope(Frozen):
    """CloudEvents 1.0 attributes. `partitionkey` and `traceparent` are its standard extensions.

    `id` is derived from what the event says, so a repeat has the same one. `source` names the writer, `/tratt/<role>`.
    """

    topic: ClassVar[Topic]

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    subject: str
    time: Moment
    datacontenttype: Literal["application/json"] = "application/json"
    partitionkey: str
    traceparent: str | None = None

    @cached_property
    def written(self) -> bytes:
        """The event as `encode` gives it, written once: the table that keeps it and the topic want the same bytes."""
        return self.__pydantic_serializer__.to_json(self, exclude_none=True)  # half the time of `model_dump_json`

    @property
    def written_data(self) -> bytes:
        """The member `data` of `written`, which is its last: text before it has its quotes escaped, so no mark."""
        return self.written.partition(b',"data":')[2][:-1]

    def __copy__(self) -> Self:
        """Copy without what was written: a copy is made in order to say something else."""
        copied = super().__copy__()
        copied.__dict__.pop("written", None)
        return copied


class LeadReceivedData(LeadData):
    """A lead as it came in. `content` is the hash that tells a repeat from a correction."""

    content: str
    lead: Lead


class LeadReceived(Envelope):
    """A lead is durable with us. Its id holds the content's hash: the same again is a repeat, else a correction."""

    topic: ClassVar[Topic] = Topic.RECEIVED
    type: Literal["tratt.lead.received.v1"] = "tratt.lead.received.v1"
    data: LeadReceivedData


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


class DeliveryData(LeadData):
    """What became of one attempt at one destination. `final` says that no further attempt follows."""

    delivery_id: str
    decision_number: int
    destination: str
    attempt: int
    outcome: str
    remote_id: str | None = None
    vendor_code: str | None = None
    elapsed_ms: float
    final: bool


class LeadDelivered(Envelope):
    """A destination has the lead."""

    topic: ClassVar[Topic] = Topic.DELIVERED
    type: Literal["tratt.lead.delivered.v1"] = "tratt.lead.delivered.v1"
    data: DeliveryData


class DeliveryFailed(Envelope):
    """A destination refused the lead, or it was given up or suppressed before the push."""

    topic: ClassVar[Topic] = Topic.DELIVERED
    type: Literal["tratt.delivery.failed.v1"] = "tratt.delivery.failed.v1"
    data: DeliveryData


class CommandData(Frozen):
    """What a person wants: `verb` upon `target` (a lead id, a destination's name, …), who and why.

    Any: a verb's arguments are its own; the role that carries it out validates them.
    """

    verb: str
    target: str
    arguments: dict[str, Any] = {}
    by: str
    why: str


class CommandIssued(Envelope):
    """A person or a command asked for a change."""

    topic: ClassVar[Topic] = Topic.COMMAND
    type: Literal["tratt.command.issued.v1"] = "tratt.command.issued.v1"
    data: CommandData


class DeadLetterData(Frozen):
    """What can never succeed as it is: the original bytes, where they stood and why.

    `stage` is the role a replay re-enters. `bytes` is base64; `media_type` and `headers` are the request's, at ingest.
    `error` is the error's class, `reason` a sentence without personal data (at worst with a traceback's places).
    """

    lead_id: str | None = None
    source: str | None = None
    source_kind: str | None = None
    is_test: bool = False
    stage: Literal["ingest", "scorer", "router"]
    origin_topic: str | None = None
    position: str | None = None
    key: str | None = None
    error: str
    reason: str
    attempts: int
    media_type: str | None = None
    bytes: str


class DeadLetter(Envelope):
    """Something authentic could not be handled; nothing of it is lost."""

    topic: ClassVar[Topic] = Topic.DEAD
    type: Literal["tratt.dead.letter.v1"] = "tratt.dead.letter.v1"
    data: DeadLetterData


class DeadLetterReplayedData(Frozen):
    """A dead letter re-entered its stage."""

    dead_letter: str
    lead_id: str | None = None
    by: str
    why: str


class DeadLetterReplayed(Envelope):
    """A person sent a dead letter in again."""

    topic: ClassVar[Topic] = Topic.DEAD
    type: Literal["tratt.dead.replayed.v1"] = "tratt.dead.replayed.v1"
    data: DeadLetterReplayedData


Event = (
    LeadReceived
    | LeadScored
    | LeadRouted
    | LeadHeld
    | LeadRejected
    | LeadDelivered
    | DeliveryFailed
    | CommandIssued
    | DeadLetter
    | DeadLetterReplayed
)
DecisionEvent = LeadRouted | LeadHeld | LeadRejected

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


def encode(event: Event) -> bytes:
    """Write an event as structured JSON. What is absent is left out, never null."""
    return event.written


def decode(value: bytes) -> Event | None:
    """Read an event; None for a type this version does not know, which its reader passes over.

    Raises:
        UnreadableRecord: the bytes are no event, or one of a known type without what that type promises.
    """
    try:
        return _EVENT.validate_json(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        if first["type"] == "union_tag_invalid":
            return None
        where = ".".join(map(str, first["loc"]))
        raise UnreadableRecord(f"not an event: {where or 'whole value'}: {first['type']}") from None
