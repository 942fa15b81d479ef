"""What waits to be fetched, in the metrics."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Protocol

import structlog

from services.ingest.retrieval.notices import Backlog
from shared.domain.errors import TransientError
from shared.runtime import telemetry

log = structlog.get_logger()

LOOK_S = 10.0


class Holds(Protocol):
    """What the notices of each source wait for."""

    async def backlog(self) -> Mapping[str, Backlog]:
        """Tell what waits, by source."""
        ...


class BacklogWatch:
    """Shows what waits, for ever."""

    def __init__(self, holds: Holds, sources: Collection[str]) -> None:
        self._holds = holds
        self._sources = sources
        self._strangers: set[str] = set()

    async def run(self) -> None:
        """Look again and again; while the tables are away the figures stand still."""
        while True:
            try:
                self._show(await self._holds.backlog())
            except TransientError as error:
                log.debug("what waits is not known", error=type(error).__name__)
            await asyncio.sleep(LOOK_S)

    def _show(self, backlog: Mapping[str, Backlog]) -> None:
        for source in self._sources:
            of = backlog.get(source, Backlog(0, 0, 0.0))
            telemetry.bound(telemetry.NOTICES_WAITING, source).set(of.waiting)
            telemetry.bound(telemetry.NOTICES_HELD, source).set(of.held)
            telemetry.bound(telemetry.OLDEST_NOTICE_SECONDS, source).set(of.oldest_s)
        for source in set(backlog) - set(self._sources) - self._strangers:
            self._strangers.add(source)
            log.error("notices wait whose source nothing is fetched for", source=source, count=backlog[source].waiting)
