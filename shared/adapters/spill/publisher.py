"""Publish into the event log, or onto the local disk while the event log is away."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

import structlog

from shared.adapters.group_commit import MAX_IN_FLIGHT, GroupCommit
from shared.adapters.spill.file import SpillFile, own_file
from shared.adapters.spill.relay import Relay
from shared.domain.errors import NotDurable, TransientError
from shared.ports import EventPublisher, Message, refuse_too_large

log = structlog.get_logger()

RETRY_AFTER_S = 5.0


class SpillingPublisher:
    """Keep the promise of `EventPublisher` also while `primary` is away, with a file of its own in `folder`.

    The order of this process is kept: while its file holds anything, new messages queue in it behind the rest, and only
    the relay publishes. How long a publish may take is the primary's to bound, and that is waited out only once: then
    everything goes to the disk at once until the relay has emptied it. The primary is the caller's to stop, after this.
    """

    def __init__(self, primary: EventPublisher, folder: Path, *, instance: str) -> None:
        self._primary = primary
        self._folder = folder
        self._instance = instance
        self._group: GroupCommit[Sequence[Message], None] = GroupCommit(self._keep, in_flight=MAX_IN_FLIGHT)
        self._file: SpillFile | None = None
        self._relay: Relay | None = None
        self._relaying: asyncio.Task[None] | None = None

    @property
    def depth(self) -> int:
        """Tell how many records wait here for the event log."""
        return self._relay.depth if self._relay else 0

    async def start(self) -> None:
        """Take this process's file, with what an earlier process of the same name left in it, and begin to relay.

        Raises:
            EventLogUnavailable: the folder cannot be written: a person must give it a disk.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = own_file(self._folder, self._instance)
        await self._file.open()
        self._relay = Relay(self._primary, self._file, self._folder)
        self._relaying = asyncio.create_task(self._relay.run())

    async def stop(self) -> None:
        """Refuse new messages, keep those that wait, and let others have the file. Bounded in time."""
        await self._group.close()
        if self._relaying is not None:
            self._relaying.cancel()
            with suppress(asyncio.CancelledError):
                await self._relaying
        if self._relay is not None:
            await self._relay.stop()
        if self._file is not None:
            await self._file.close()
        self._relaying = self._relay = self._file = None

    async def publish(self, messages: Sequence[Message]) -> None:
        """Return when every message is in the event log or on the disk; see `EventPublisher.publish`.

        Raises:
            NotDurable: neither took them.
        """
        refuse_too_large(messages)
        if messages:
            await self._group.put(messages)

    async def _keep(self, calls: Sequence[Sequence[Message]]) -> Sequence[None]:
        messages = list(chain.from_iterable(calls))
        if self._file is None or self._relay is None:
            raise NotDurable("The spill is not started")
        if not self._file.depth:
            try:
                await self._primary.publish(messages)
            except TransientError as error:
                log.warning("spilling", file=self._file.name, error=type(error).__name__)
            else:
                return [None] * len(calls)
        try:
            await self._file.append(messages)
        except TransientError as error:
            raise NotDurable("Neither the event log nor the disk takes events", retry_after_s=RETRY_AFTER_S) from error
        self._relay.wake()
        return [None] * len(calls)
