"""What all events have in common: topics, consumer groups and the CloudEvents 1.0 envelope."""

from enum import StrEnum
from functools import cached_property
from typing import ClassVar, Literal, Self

from shared.domain.model import Frozen, Moment


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
    RETRIEVAL = "retrieval"


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
