"""What became of a delivery."""

from typing import ClassVar, Literal

from shared.domain.events.envelope import Envelope, LeadData, Topic


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
