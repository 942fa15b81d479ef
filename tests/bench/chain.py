"""The whole embedded chain in one process, with a sink that costs little: what every bench of it shares."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from services.console.service import CONSOLE_TOPICS
from shared.adapters.sqlite_log.reader import SqliteReader
from shared.domain.events import Group, Topic
from tests.bench.load import closed_loop
from tests.bench.servers import Measured, tratt
from tests.bench.sink import CountingSink, counting_sink
from tests.proof.processes import write_configuration
from tests.proof.sink import SECRET

TOPICS = {Group.SCORER: [Topic.RECEIVED], Group.ROUTER: [Topic.SCORED], Group.CONSOLE: list(CONSOLE_TOPICS)}
LOOK_S = 0.05
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Chain:
    """A running `tratt up` of every role, and the sink that it delivers to."""

    server: Measured
    sink: CountingSink
    log: SqliteReader

    async def accept(self, requests: Sequence[bytes]) -> None:
        """Post all, 64 at a time."""
        load = await closed_loop(self.server.port, requests)
        assert not load.not_ok

    async def until_delivered(self, count: int) -> None:
        """Return when the sink has so many distinct deliveries."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.sink.ids) < count:
                await asyncio.sleep(LOOK_S)

    async def until_idle(self) -> None:
        """Return when every group has read to the end of its topics, and so no work is left over."""
        async with asyncio.timeout(PATIENCE_S):
            while await self._lag():
                await asyncio.sleep(LOOK_S)

    async def _lag(self) -> int:
        lag = 0
        for group, topics in TOPICS.items():
            ends, read = await self.log.positions(topics), await self.log.positions(topics, group)
            lag += sum(ends[place] - read[place] for place in ends)
        return lag


@asynccontextmanager
async def embedded_chain(folder: Path, *, destinations: str = "journal, sink") -> AsyncIterator[Chain]:
    """Run every role in one process that delivers to these destinations."""
    folder.mkdir(parents=True, exist_ok=True)
    async with counting_sink() as sink:
        configuration = write_configuration(folder, sink_url=sink.url, secret=SECRET)
        configuration.write_text(configuration.read_text().replace("[journal, sink]", f"[{destinations}]"))
        async with tratt(folder / "data", {"TRATT_CONFIG": str(configuration)}) as server:
            yield Chain(server, sink, SqliteReader(folder / "data" / "events.db"))
