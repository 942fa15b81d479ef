"""The events on the topics: CloudEvents 1.0 in structured JSON, written and read by `encode` and `decode`.

An event's `data` begins with what needs no sealing; its personal members (`lead`, `raw`, `facts`, `score.reasons`,
`match`, `contact`, `brief`, an activity's `properties`, a dead letter's `bytes`, `query` and `headers`) pass only
through these two functions.
"""

from shared.domain.events.codec import Event, decode, encode
from shared.domain.events.decided import (
    DecidedData,
    DecisionEvent,
    LeadHeld,
    LeadRejected,
    LeadRouted,
    LeadScored,
    LeadScoredData,
    StoppedData,
)
from shared.domain.events.delivered import DeliveryData, DeliveryFailed, LeadDelivered
from shared.domain.events.envelope import Envelope, Group, LeadData, Topic
from shared.domain.events.operated import (
    CommandData,
    CommandIssued,
    DeadLetter,
    DeadLetterData,
    DeadLetterReplayed,
    DeadLetterReplayedData,
)
from shared.domain.events.submitted import (
    ActivityRecorded,
    ActivityRecordedData,
    ConsentData,
    ConsentGiven,
    ErasureRequested,
    ErasureRequestedData,
    LeadNotified,
    LeadNotifiedData,
    LeadReceived,
    LeadReceivedData,
    RawSubmission,
    SubmissionSetAside,
    SubmissionSetAsideData,
)

__all__ = [
    "ActivityRecorded",
    "ActivityRecordedData",
    "CommandData",
    "CommandIssued",
    "ConsentData",
    "ConsentGiven",
    "DeadLetter",
    "DeadLetterData",
    "DeadLetterReplayed",
    "DeadLetterReplayedData",
    "DecidedData",
    "DecisionEvent",
    "DeliveryData",
    "DeliveryFailed",
    "Envelope",
    "ErasureRequested",
    "ErasureRequestedData",
    "Event",
    "Group",
    "LeadData",
    "LeadDelivered",
    "LeadHeld",
    "LeadNotified",
    "LeadNotifiedData",
    "LeadReceived",
    "LeadReceivedData",
    "LeadRejected",
    "LeadRouted",
    "LeadScored",
    "LeadScoredData",
    "RawSubmission",
    "StoppedData",
    "SubmissionSetAside",
    "SubmissionSetAsideData",
    "Topic",
    "decode",
    "encode",
]
