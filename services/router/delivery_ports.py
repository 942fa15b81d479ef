"""What the delivery loop stands on: the deliveries' table, and the destinations' state."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.router.outcome import Delivery, Settlement, Waiting


class DeliveryStore(Protocol):
    """The deliveries that are due."""

    async def claim_due(self, wanted: Mapping[str, int]) -> Sequence[Delivery]:
        """Claim up to so many due deliveries per destination, oldest first; that they may go out is durable.

        Paused destinations give none, nor does a lead whose earlier decision is still open at the same destination.
        The claim is good while the claiming process's lease is.

        Raises:
            TransientError: some may be claimed; they come again when the lease of this process has ended.
        """
        ...

    async def suppressed(self, claimed: Sequence[Delivery]) -> set[str]:
        """Return the ids of those whose person must not be contacted, as known now."""
        ...

    async def settle(self, settlements: Sequence[Settlement]) -> set[str]:
        """Write results with their events and return the ids of those that were still ours; the others are discarded.

        Raises:
            TransientError: unknown whether they were written; settle them again.
        """
        ...


class DestinationControl(Protocol):
    """What the loop writes and asks about whole destinations."""

    async def pause(self, destination: str, *, reason: str, by: str, now: float) -> None:
        """Keep a destination's deliveries back until a person resumes it."""
        ...

    async def waiting(self) -> Mapping[str, Waiting]:
        """Return what each destination still has to get."""
        ...
