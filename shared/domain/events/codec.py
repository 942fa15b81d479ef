"""Events as bytes, and back."""

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from shared.domain.errors import UnreadableRecord
from shared.domain.events.decided import LeadHeld, LeadRejected, LeadRouted, LeadScored
from shared.domain.events.delivered import DeliveryFailed, LeadDelivered
from shared.domain.events.operated import CommandIssued, DeadLetter, DeadLetterReplayed
from shared.domain.events.submitted import (
    ActivityRecorded,
    ConsentGiven,
    ErasureRequested,
    LeadNotified,
    LeadReceived,
    SubmissionSetAside,
)

Event = (
    LeadReceived
    | LeadNotified
    | ActivityRecorded
    | ConsentGiven
    | ErasureRequested
    | SubmissionSetAside
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
