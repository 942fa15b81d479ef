"""The size limit that every event log shares, checked before anything is sent."""

from collections.abc import Sequence

from shared.domain.errors import RecordTooLarge
from shared.ports import Message

TOPIC_MAX_BYTES = 1024 * 1024  # Kafka's `max.message.bytes`, set on every topic
# The rest is for the envelope that Kafka puts around a record.
MAX_RECORD_BYTES = TOPIC_MAX_BYTES - 64 * 1024


def refuse_too_large(messages: Sequence[Message]) -> None:
    """Raise RecordTooLarge if the key and value of any message are over `MAX_RECORD_BYTES` together.

    A broker's refusal would come too late: with idempotence on it stops the partition for that producer for ever
    (aiokafka issue 1017).
    """
    for message in messages:
        size = len(message.key) + len(message.value)
        if size > MAX_RECORD_BYTES:
            raise RecordTooLarge(f"A record for {message.topic} has {size} bytes; the limit is {MAX_RECORD_BYTES}")
