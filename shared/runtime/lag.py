"""How far a group is behind: for the watchdog, for the metrics, and for the alarm before records are deleted unread."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from shared.domain.errors import TransientError
from shared.ports import EventReader, Positions
from shared.runtime import telemetry

log = structlog.get_logger()

LOOK_S = 5.0
ALARM_SHARE = 0.5
"""Half of the retention is left to mend what holds a group up; then records go before they were read."""


class Lag:
    """One group's distance to the end of its topics."""

    def __init__(self, reader: EventReader, group: str, topics: Sequence[str], *, retention: timedelta) -> None:
        self._reader = reader
        self._group = group
        self._topics = topics
        self._alarm_after = retention * ALARM_SHARE

    async def records(self) -> int:
        """Count the records not committed yet.

        Raises:
            TransientError: the log does not tell.
        """
        return sum((await self._by_topic()).values())

    async def watch(self) -> None:
        """Show the lag for ever, and call for help when the oldest record nears its deletion."""
        while True:
            try:
                await self._show()
            except TransientError as error:
                log.debug("lag is not known", group=self._group, error=type(error).__name__)
            await asyncio.sleep(LOOK_S)

    async def _by_topic(self) -> dict[str, int]:
        ends = await self._reader.positions(self._topics)
        done = await self._reader.positions(self._topics, self._group)
        lag = dict.fromkeys(self._topics, 0)
        for place, end in ends.items():
            lag[place.topic] += max(0, end - done.get(place, 0))
        return lag

    async def _show(self) -> None:
        for topic, records in (await self._by_topic()).items():
            age = await self._age(topic) if records else timedelta()
            telemetry.bound(telemetry.LAG, self._group, topic).set(records)
            telemetry.bound(telemetry.LAG_SECONDS, self._group, topic).set(age.total_seconds())
            if age > self._alarm_after:
                log.error(
                    "lag nears the retention, records will be deleted unread",
                    group=self._group,
                    topic=topic,
                    lag=records,
                    age_s=age.total_seconds(),
                )

    async def _age(self, topic: str) -> timedelta:
        since: Positions = await self._reader.positions([topic], self._group)
        async for records in self._reader.read([topic], since):
            return max(timedelta(), datetime.now(UTC) - min(record.appended_at for record in records))
        return timedelta()
