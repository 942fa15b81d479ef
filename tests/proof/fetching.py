"""Notify of leads at a platform that misbehaves, kill what fetches them, and hold every effect against both."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.proof.fake_platform import FakePlatform, Trouble
from tests.proof.fetching_verdict import Fetching
from tests.proof.processes import Process, write_configuration
from tests.proof.sink import SECRET, Sink
from tests.proof.stacks import KEYS, WARMED_S, on_servers, started

SOURCE = "platform"
SHARES = {
    Trouble.FORBIDDEN: 0.10,
    Trouble.FAILS: 0.03,
    Trouble.NOT_YET: 0.03,
    Trouble.DRIPS: 0.02,
    Trouble.TOO_MANY: 0.003,
    Trouble.THROTTLED: 0.003,
    Trouble.GONE: 0.02,
}
"""How many of the leads give which trouble; of each at least one does.

Few of those that let the whole source rest: more of them would only measure the rests.
"""
QUIET_S = 90.0
SETTLES_S = 30.0


@asynccontextmanager
async def fetching_stack(
    stack: str, folder: Path, request: pytest.FixtureRequest, *, sink_url: str, platform: FakePlatform
) -> AsyncIterator[list[Process]]:
    """Yield processes, ready: those that fetch last, apart from all others so that they alone can be killed."""
    section = {"channel": "paid_social", "probe_every": "2s", **platform.section}
    configuration = write_configuration(folder, sink_url=sink_url, secret=SECRET, sources={SOURCE: section})
    settings = {**KEYS, "TRATT_CONFIG": str(configuration)}
    if stack == "embedded":
        processes = [
            Process("others", folder / "data", settings, roles="ingest,scorer,router,console"),
            Process("retrieval", folder / "data", settings, roles="retrieval"),
        ]
    else:
        settings |= await on_servers(request)
        roles = ("ingest", "scorer", "router", "console", "retrieval", "retrieval")
        processes = [
            Process(f"{role}-{number}", folder / role, settings, roles=role) for number, role in enumerate(roles)
        ]
    async with started(processes):
        await asyncio.sleep(WARMED_S)
        yield processes


async def run(
    processes: Sequence[Process],
    platform: FakePlatform,
    sink: Sink,
    *,
    count: int,
    kills: int,
    seed: int,
    kills_others: bool = False,
) -> Fetching:
    """Notify of so many leads while what fetches them is killed; grant what is missing; let all arrive, and look.

    Every third kill is of another process where `kills_others`.
    """
    chance, fetching = random.Random(seed), Fetching()
    for number, trouble in enumerate(_troubles(count, chance)):
        fetching.leads[platform.put(number, trouble)] = trouble
    fetchers = [process for process in processes if process.roles == "retrieval"]
    others = [process for process in processes if process.roles != "retrieval"]
    victims = fetchers * 2 * len(others) + others * len(fetchers) if kills_others else fetchers
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_notify(_url(processes[0]), platform, fetching, chance))
        tasks.create_task(_kill(victims, fetching, kills=kills, chance=chance))
    forbidden, gone = fetching.of(Trouble.FORBIDDEN), fetching.of(Trouble.GONE)
    await _arrived(sink, set(fetching.leads) - forbidden - gone)
    fetching.early = sorted(forbidden & sink.arrived.keys())
    platform.grant()
    await _arrived(sink, set(fetching.leads) - gone)
    await _look(processes[0], fetching)
    return fetching


async def waits_s(
    process: Process, platform: FakePlatform, sink: Sink, troubles: Sequence[Trouble | None]
) -> list[float]:
    """Notify of a lead for each of these, at once; return how long those without trouble took, the quickest first."""
    first = len(platform.fetches)
    leads = {platform.put(first + number, trouble): trouble for number, trouble in enumerate(troubles)}
    fetching, free = Fetching(leads=leads), {lead for lead, trouble in leads.items() if trouble is None}
    await _notify(_url(process), platform, fetching, random.Random(len(leads)))
    await _arrived(sink, free)
    return sorted(platform.given_at[lead] - fetching.told_at[lead] for lead in free)


def _troubles(count: int, chance: random.Random) -> list[Trouble | None]:
    troubles: list[Trouble | None] = []
    for trouble, share in SHARES.items():
        troubles += [trouble] * max(1, round(count * share))
    troubles += [None] * (count - len(troubles))
    chance.shuffle(troubles)
    return troubles


async def _notify(url: str, platform: FakePlatform, fetching: Fetching, chance: random.Random) -> None:
    """Post every notice, in requests of any size, some twice, until each got its 200."""
    left = list(fetching.leads)
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        while left:
            size = chance.randint(1, platform.most_at_once)
            batch, left = left[:size], left[size:]
            request = platform.notice(batch)
            for _ in range(2 if chance.random() < 0.05 else 1):
                await _post(session, url, request.body, request.headers)
            fetching.told_at |= dict.fromkeys(batch, time.monotonic())


async def notify(process: Process, platform: FakePlatform, ids: Sequence[str]) -> None:
    """Post one request that tells of these leads."""
    request = platform.notice(ids)
    async with aiohttp.ClientSession() as session:
        await _post(session, _url(process), request.body, request.headers)


def _url(process: Process) -> str:
    return f"{process.url}/v1/sources/{SOURCE}"


async def _post(session: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str]) -> None:
    until = time.monotonic() + QUIET_S
    while time.monotonic() < until:
        try:
            async with session.post(url, data=body, headers=headers) as answer:
                if answer.status == 200:
                    return
                assert answer.status >= 500, await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            pass
        await asyncio.sleep(0.25)
    raise AssertionError("a notice was never taken")


async def _kill(victims: Sequence[Process], fetching: Fetching, *, kills: int, chance: random.Random) -> None:
    while fetching.kills < kills:
        await asyncio.sleep(chance.uniform(0.5, 3.0))
        victim = chance.choice(victims)
        victim.expect_alive()
        victim.kill()
        victim.start()
        fetching.kills += 1
        await victim.ready()


async def _arrived(sink: Sink, leads: set[str]) -> None:
    """Return when all have arrived at the destination, or no further one has for a while."""
    arrived, until = -1, time.monotonic() + QUIET_S
    while leads - sink.arrived.keys() and time.monotonic() < until:
        if len(sink.arrived) > arrived:
            arrived, until = len(sink.arrived), time.monotonic() + QUIET_S
        await asyncio.sleep(0.2)


async def _look(process: Process, fetching: Fetching) -> None:
    until = time.monotonic() + SETTLES_S
    while True:
        fetching.ledger = await asyncio.to_thread(process.ledger, recount=True)
        waits = fetching.ledger["leads"]["in_flight"]
        if not waits or time.monotonic() > until:
            break
        await asyncio.sleep(1)
    for event in await asyncio.to_thread(lambda: list(process.events("received"))):
        fetching.received.setdefault(event["data"]["lead"]["submission_id"], set()).add(event["id"])
    notified = {
        event["subject"]: event["data"]["notice_id"]
        for event in await asyncio.to_thread(lambda: list(process.events("notified")))
    }
    erased = await asyncio.to_thread(lambda: list(process.events("erasure")))
    fetching.erased = {notified[event["subject"]] for event in erased}
    fetching.dead = [event["data"]["reason"] for event in await asyncio.to_thread(lambda: list(process.events("dead")))]
