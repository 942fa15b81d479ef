"""The console's step: what every topic says goes into the read model; nothing comes out."""

from collections.abc import Sequence

from services.console.fold import changes_of
from services.console.store.console_store import ConsoleStore
from shared.domain.events import Event, Topic
from shared.ports import Arrival

CONSOLE_TOPICS = tuple(Topic)


class ConsoleService:
    """Read everything, write the model. It belongs to no stage: what it cannot read it skips."""

    def __init__(self, store: ConsoleStore) -> None:
        self._store = store

    async def handle(self, arrivals: Sequence[Arrival]) -> Sequence[Event]:
        """Merge a batch, in one transaction. Any batch may come again, and topics in any order.

        Raises:
            DatabaseUnavailable: nothing of the batch counts; it comes again.
        """
        await self._store.merge(changes_of(arrivals))
        return ()

    async def published(self, events: Sequence[Event]) -> None:
        """Do nothing: the console publishes nothing."""
