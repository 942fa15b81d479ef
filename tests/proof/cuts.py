"""Cut the power under load, again and again, and look at what the disk kept of every lead that was answered 200."""

import asyncio
import json
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.proof.processes import Process, free_port, write_configuration
from tests.proof.sink import SECRET
from tests.proof.stacks import KEYS, lead_url
from tests.proof.traffic import History, Sender
from tests.proof.volatile_disk import volatile_disk

LEAST_ACKED = 20
"""A cut counts only when so many leads were answered 200 since the power came back."""
MORE_S = (0.0, 0.6)
ANSWERS_ARRIVE_S = 0.2
LOG, SPILL = "log", "spill"


@dataclass(slots=True)
class Cuts:
    """What the cuts cost. `lost` is, per cut, the leads answered 200 by then that the disk does not hold."""

    history: History
    acked: list[int] = field(default_factory=list)
    lost: list[list[str]] = field(default_factory=list)

    def __str__(self) -> str:
        answered = len(self.history.acked)
        lost = len({lead for leads in self.lost for lead in leads})
        return f"{len(self.lost)} power cuts, {answered} leads answered 200, {answered - lost} kept, {lost} lost"


async def cut_repeatedly(folder: Path, *, into: str, cuts: int, rate: float, program: Sequence[str] = ()) -> Cuts:
    """Cut the power of `tratt up --roles ingest` so many times while it takes leads into the log or the spill."""
    process = _process(folder, into, program)
    sender = Sender(lead_url([process]), rate=rate, seed=6)
    run = Cuts(sender.history)
    sending = asyncio.create_task(sender.run(10**6))
    try:
        for number in range(cuts):
            await _one_cut(folder, process, run, random.Random(number))
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
    return run


async def _one_cut(folder: Path, process: Process, run: Cuts, chance: random.Random) -> None:
    with volatile_disk(folder) as disk:
        process.start()
        try:
            await process.ready()
            before = len(run.history.acked)
            while len(run.history.acked) < before + LEAST_ACKED:
                process.expect_alive()
                await asyncio.sleep(0.02)
            await asyncio.sleep(chance.uniform(*MORE_S))
            disk.cut_power()
        finally:
            process.kill()
    await asyncio.sleep(ANSWERS_ARRIVE_S)
    run.acked.append(len(run.history.acked))
    run.lost.append(sorted(run.history.acked.keys() - await asyncio.to_thread(_kept, disk.backing)))


def _process(folder: Path, into: str, program: Sequence[str]) -> Process:
    """Make the ingest whose data lies on the volatile disk, and whose tables and output do not."""
    configuration = write_configuration(folder, sink_url="http://127.0.0.1:9/in", secret=SECRET)
    settings = {
        **KEYS,
        "TRATT_CONFIG": str(configuration),
        "TRATT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/tables.db",
    }
    tables = Process("migrate", folder / "elsewhere", settings)
    migrated = tables.command("migrate")
    assert migrated.returncode == 0, migrated.stderr
    if into == SPILL:
        settings["TRATT_EVENT_LOG_URL"] = f"kafka://127.0.0.1:{free_port()}"
    process = Process("ingest", folder / "mount", settings, roles="ingest", logs=folder)
    process.program = program or process.program
    return process


def _kept(backing: Path) -> set[str]:
    """Read every lead in the logs and spill files that the disk kept, from copies."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "disk"
        shutil.copytree(backing, copy, ignore=shutil.ignore_patterns("*-shm"))
        return {lead for path in copy.rglob("*.db") for lead in _leads_in(path)}


def _leads_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'records'").fetchone():
            return []
        values = [row[0] for row in connection.execute("SELECT value FROM records")]
    return [json.loads(value)["data"]["lead"]["submission_id"] for value in values]
