"""What aiokafka raises when Kafka, or the way to it, is at fault."""

from aiokafka.errors import ConsumerStoppedError, IllegalOperation, KafkaError

KAFKA_FAULTS = (KafkaError, ConsumerStoppedError, IllegalOperation, OSError, TimeoutError)
"""Errors to translate into EventLogUnavailable; TimeoutError is our own bound on a call that would not return."""

REQUEST_TIMEOUT_MS = 10_000  # a frozen broker keeps the connection open: this ends it
ANSWER_S = 5.0  # connecting included
