"""The part that looks after the doors: shows how each does, and calls when one that was busy has gone quiet."""

import asyncio
import time
from collections.abc import Sequence

import structlog

from services.console.doors import Door, Measure, doors_of
from services.console.reckoning import caught_up
from services.console.rhythm import DAY_H, MOST_H, hour_of
from services.console.service import CONSOLE_TOPICS
from services.console.store.console_store import ConsoleStore
from services.console.store.doors import DoorStore
from shared.domain.errors import TransientError
from shared.ports import Database, EventReader
from shared.runtime import telemetry

log = structlog.get_logger()

LOOK_S = 60.0
PATIENCE_S = 5.0
"""How long to let the console read what there is; one that lags knows of no silence."""
LATE_H = DAY_H
"""What came through a spill is told late. Leads that are later still are counted at the next start."""


class DoorWatch:
    """Look at every configured source, for ever."""

    def __init__(self, database: Database, reader: EventReader, *, sources: Sequence[str], measure: Measure) -> None:
        self._console = ConsoleStore(database)
        self._doors = DoorStore(database)
        self._reader = reader
        self._sources = sources
        self._measure = measure
        self._known_h = MOST_H

    async def run(self) -> None:
        """Look again and again. While the log or the tables are away nothing can be told."""
        while True:
            try:
                await self.look(time.time())
            except TransientError as error:
                log.debug("doors are not known", error=type(error).__name__)
            await asyncio.sleep(LOOK_S)

    async def look(self, now: float) -> None:
        """Look once: count, show, and call where a door went quiet or is heard again. `now` is in epoch seconds.

        Raises:
            TransientError: the log or the tables do not answer.
        """
        behind = await caught_up(self._reader, await self._reader.positions(CONSOLE_TOPICS), PATIENCE_S)
        if behind:
            log.debug("doors are not known, the console is behind", lag=behind)
            return
        await self._doors.recount(hour_of(now) - self._known_h)
        self._known_h = LATE_H
        lines, hours = await self._console.sources(), await self._doors.hours()
        for door in doors_of(self._sources, lines, hours, measure=self._measure, now=now):
            _show(door)
            await self._tell(door, now)

    async def _tell(self, door: Door, now: float) -> None:
        if door.line is None or door.line.last_sign_at is None:
            return
        if door.silence is None or not door.is_quiet:
            if door.line.quiet_since is not None and await self._doors.wake(door.source):
                log.info("door is heard again", source=door.source)
        elif door.line.quiet_since is None and await self._doors.fall_quiet(door.source, now):
            log.error(
                "door has gone quiet, leads may be lost at their sender: see tratt sources",
                source=door.source,
                age_s=round(now - door.line.last_sign_at.timestamp()),
                reason=f"no lead, where {door.silence.expected:.1f} were to be expected by this door's own rhythm",
            )


def _show(door: Door) -> None:
    line = door.line
    if line is not None and line.last_lead_at is not None:
        telemetry.bound(telemetry.DOOR_LAST_LEAD, door.source).set(line.last_lead_at.timestamp())
    if line is not None and line.last_test_at is not None:
        telemetry.bound(telemetry.DOOR_LAST_TEST, door.source).set(line.last_test_at.timestamp())
    telemetry.bound(telemetry.DOOR_CAME, door.source).set(door.came)
    if door.usual is not None:
        telemetry.bound(telemetry.DOOR_USUAL, door.source).set(door.usual)
    if door.silence is not None:
        telemetry.bound(telemetry.DOOR_EXPECTED, door.source).set(door.silence.expected)
        telemetry.bound(telemetry.DOOR_QUIET, door.source).set(door.is_quiet)
