"""What the router's decision side stands on, and the values that pass between its rules and its tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.router.keys import KeyKind, LeadKeys
from shared.domain.decision import CustomerRef
from shared.domain.events import DecisionEvent, LeadHeld, LeadRejected, LeadRouted, LeadScored


@dataclass(frozen=True, slots=True)
class Outlet:
    """A destination as the decision sees it."""

    name: str
    purpose: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lead that asks for a decision, and the event or command (`cause`) because of which it asks."""

    scored: LeadScored
    keys: LeadKeys
    cause: str

    @property
    def lead_id(self) -> str:
        """Tell which lead it is."""
        return self.scored.data.lead_id


@dataclass(frozen=True, slots=True)
class Previous:
    """The same person's lead before this one. `received_at` is epoch seconds; `contact` as in LeadKeys."""

    lead_id: str
    outcome: str
    owner: str | None
    contact: str
    destinations: tuple[str, ...]
    received_at: float


@dataclass(frozen=True, slots=True)
class Known:
    """What the tables know about a candidate, read under its claim.

    `in_force` is the lead's decision so far. `customers` are the hits by kind of key. `suppressed` is the reason of a
    suppression in force.
    """

    in_force: DecisionEvent | None = None
    previous: Previous | None = None
    customers: Sequence[tuple[KeyKind, CustomerRef]] = ()
    suppressed: str | None = None


OUTCOMES: Mapping[type[DecisionEvent], str] = {LeadRouted: "routed", LeadHeld: "held", LeadRejected: "rejected"}
"""What the tables call each kind of decision."""

Decide = Callable[[Candidate, Known], DecisionEvent | None]
"""Decide upon one lead: the event of decision n+1, or None where the decision in force stands."""


class DecisionStore(Protocol):
    """Where decisions are made under a claim, so that two routers never decide the same lead or person apart."""

    async def place(self, candidates: Sequence[Candidate], decide: Decide, *, now: float) -> Sequence[DecisionEvent]:
        """Decide a batch in one transaction and return each lead's decision in force, new or as stored.

        Of several revisions of one lead the newest is asked about. A cause that was decided upon before, and a lead
        that `decide` has nothing new about, are answered with the decision in force.
        Every new decision and a delivery per destination are durable when it returns.

        Raises:
            TransientError: nothing was decided; place the same candidates again.
        """
        ...

    async def in_force(self, lead_ids: Sequence[str]) -> Mapping[str, DecisionEvent]:
        """Read the decisions in force; leads never decided are absent."""
        ...

    async def mark(self, event_ids: Sequence[str]) -> None:
        """Note that these decisions are in the log."""
        ...


class DeliveryControl(Protocol):
    """What people may do to destinations and deliveries."""

    async def pause(self, destination: str, *, reason: str, by: str, now: float) -> None:
        """Stop pushing to a destination until it is resumed; its deliveries wait."""
        ...

    async def resume(self, destination: str, *, now: float) -> None:
        """Push to a destination again, beginning with what waited."""
        ...

    async def redeliver(self, target: str, *, now: float) -> int:
        """Make failed deliveries due again, of a destination or one by its id, and tell how many."""
        ...
