"""The local disk behind the event log: what Kafka cannot take now is kept here until it can."""

from shared.adapters.spill.publisher import SpillingPublisher

__all__ = ["SpillingPublisher"]
