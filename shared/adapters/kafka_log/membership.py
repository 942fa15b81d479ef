"""What a rebalance says to a consumer, kept as a flag."""

from collections.abc import Iterable

from aiokafka import ConsumerRebalanceListener


class Rebalances(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types, and asks for its own class
    """Remember that partitions were taken away.

    It only sets a flag: aiokafka hands out records while a callback still runs, stops heartbeats meanwhile, and
    swallows what a callback raises.
    """

    def __init__(self) -> None:
        self.happened = False

    def on_partitions_revoked(self, revoked: Iterable[object]) -> None:
        """Note it. Before the first assignment there is nothing to take."""
        self.happened = self.happened or bool(revoked)

    def on_partitions_assigned(self, assigned: Iterable[object]) -> None:
        """Do nothing: aiokafka begins at the committed positions of its own accord."""
