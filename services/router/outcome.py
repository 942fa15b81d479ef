"""What passes between the delivery loop, its destinations and its table: a delivery, and what came of an attempt."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.events import DecisionEvent, DeliveryFailed, LeadDelivered


class State(StrEnum):
    """Where a delivery stands in its table. The first two are open, the last two final."""

    PENDING = "pending"
    SENT_UNKNOWN = "sent_unknown"
    DELIVERED = "delivered"
    FAILED = "failed"


class Kind(StrEnum):
    """What came of an attempt, and so what follows (crm-destinations 1.2)."""

    DELIVERED = "delivered"
    DUPLICATE = "duplicate"
    """The destination had it already: as good as delivered."""
    PERMANENT = "permanent"
    """This lead is refused for ever; the destination itself is well."""
    SUPPRESSED = "suppressed"
    """The person asked not to be contacted: nothing was sent."""
    GIVEN_UP = "given_up"
    """Tried for as long as is worth it."""
    RETRYABLE = "retryable"
    THROTTLED = "throttled"
    """The destination asks for patience: it waits as a whole, and no attempt is counted."""
    CONFIGURATION = "configuration"
    """Only a person can mend it: the destination is paused, its leads wait."""
    RETURNED = "returned"
    """Claimed but never begun: given back as it was."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One claimed delivery. Only who holds `token` may settle it.

    `owner` is the process that claimed it. `maybe_sent`: an earlier attempt may have reached the destination, so
    one that cannot recognise a repeat must look before it writes. `age_s` is how long it has been due.
    """

    delivery_id: str
    destination: str
    token: int
    owner: str
    attempts: int
    maybe_sent: bool
    age_s: float
    event: DecisionEvent

    @property
    def lead_id(self) -> str:
        """Tell whose delivery it is."""
        return self.event.data.lead_id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a destination answered to one delivery. `reason` and `vendor_code` are never personal.

    `unknown`: the lead may have arrived although no answer did.
    """

    kind: Kind
    vendor_code: str | None = None
    remote_id: str | None = None
    reason: str | None = None
    retry_after_s: float | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an outcome writes into a delivery's row. `event` goes to the log; absent where nobody need know."""

    delivery: Delivery
    outcome: Outcome
    state: State
    attempts: int
    delay_s: float = 0.0
    event: LeadDelivered | DeliveryFailed | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one destination still has to get: how many, and for how long the oldest has been due."""

    count: int
    oldest_s: float
