"""Carry what was spilled to the event log, oldest first, as soon as that takes it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from shared.adapters.spill.file import SpillFile, orphaned_file
from shared.domain.errors import PermanentError, TransientError
from shared.ports import EventPublisher, Message, Record

log = structlog.get_logger()

BATCH = 500
PAUSE_WHEN_AWAY_S = 0.5
LOOK_FOR_ORPHANS_EVERY_S = 5.0


class Relay:
    """Empty the own file, and after it any file in the folder whose process is gone."""

    def __init__(self, primary: EventPublisher, own: SpillFile, folder: Path) -> None:
        self._primary = primary
        self._own = own
        self._adopted: SpillFile | None = None
        self._folder = folder
        self._spilled = asyncio.Event()

    @property
    def depth(self) -> int:
        """Tell how many records wait, in the own file and in the one adopted now."""
        return self._own.depth + (self._adopted.depth if self._adopted else 0)

    def wake(self) -> None:
        """Say that something was spilled."""
        self._spilled.set()

    async def run(self) -> None:
        """Relay for ever; cancel it to stop."""
        while True:
            try:
                await self._relay_all()
            except TransientError as error:
                log.warning("spill not relayed", records=self.depth, error=type(error).__name__)
                await asyncio.sleep(PAUSE_WHEN_AWAY_S)

    async def stop(self) -> None:
        """Let others have the adopted file."""
        if self._adopted is not None:
            await self._adopted.close()
            self._adopted = None

    async def _relay_all(self) -> None:
        self._spilled.clear()
        if self._own.depth:
            await self._relay_head(self._own)
        elif self._adopted is None:
            await self._adopt()
        elif self._adopted.depth:
            await self._relay_head(self._adopted)
        else:
            await self.stop()

    async def _adopt(self) -> None:
        orphan = orphaned_file(self._folder)
        if orphan is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_FOR_ORPHANS_EVERY_S):
                    await self._spilled.wait()
            return
        self._adopted = orphan
        await orphan.open()
        log.info("spill adopted", file=orphan.name, records=orphan.depth)

    async def _relay_head(self, file: SpillFile) -> None:
        head = await file.head(BATCH)
        try:
            await self._primary.publish(_messages(head))
        except PermanentError:
            await self._relay_one_by_one(file, head)
        else:
            await file.remove(head)
        if not file.depth:
            log.info("spill emptied", file=file.name)

    async def _relay_one_by_one(self, file: SpillFile, head: Sequence[Record]) -> None:
        for record in head:
            try:
                await self._primary.publish(_messages([record]))
            except PermanentError as error:
                await file.set_aside(record)
                log.error("spilled record refused", file=file.name, topic=record.topic, error=type(error).__name__)  # noqa: TRY400 - a person must act on the record, no traceback helps
            else:
                await file.remove([record])


def _messages(records: Sequence[Record]) -> Sequence[Message]:
    return [Message(record.topic, record.key, record.value) for record in records]
