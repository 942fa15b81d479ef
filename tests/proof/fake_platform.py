"""What a fake platform must offer a proof: leads put there with a trouble each, notices as it sends them, counts.

One module per platform (`fake_graph.py`, `fake_linkedin.py`) with one context manager that yields its `FakePlatform`.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from aiohttp import web

UP_S = 10


class Trouble(StrEnum):
    """What goes wrong when one lead is fetched. All but the last two pass, each within three fetches of that lead."""

    TOO_MANY = "429, once, asking for a second"
    FAILS = "500, twice"
    THROTTLED = "the platform's own code of a rate limit (Meta: 80005), once"
    DRIPS = "an answer that comes byte by byte and not to its end, once"
    NOT_YET = "a lead that is not there yet, twice"
    FORBIDDEN = "a permission is missing for its page (Meta) or owner (LinkedIn) until `grant()`"
    GONE = "the platform has no such lead any more, for good"


@dataclass(frozen=True, slots=True)
class Notice:
    """One request as the platform posts it to a source."""

    body: bytes
    headers: Mapping[str, str]


class FakePlatform(Protocol):
    """One platform's API on loopback. All of it may be called from any thread."""

    kind: str
    """The kind of source that it is for."""
    most_at_once: int
    """How many leads one of its requests tells of at the most."""
    section: Mapping[str, object]
    """The source's section in tratt.yaml: secrets, token, this server's `api_url`."""
    fetches: Counter[str]
    """Requests per lead, by its notice id, whatever they were answered."""
    given_at: dict[str, float]
    """When each lead was first given in full: `time.monotonic()`, by notice id."""

    def put(self, number: int, trouble: Trouble | None = None) -> str:
        """Put the lead of an invented person there, and return its notice id. Its e-mail is `lead<number>@example.se`.

        Those of FORBIDDEN belong to one page (owner) of their own, all others to another.
        """
        ...

    def notice(self, ids: Sequence[str]) -> Notice:
        """Write and sign one request that notifies of these leads; a platform that sends one at a time takes one."""
        ...

    def grant(self) -> None:
        """Grant what was missing: from now on the leads of FORBIDDEN are given like others."""
        ...


@contextmanager
def served(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Iterator[str]:
    """Answer every request on loopback in a thread of its own while the block lasts; yield the base URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fake-platform", daemon=True)
    thread.start()
    runner = web.AppRunner(_application(answer), access_log=None, shutdown_timeout=1)
    try:
        yield asyncio.run_coroutine_threadsafe(_up(runner), loop).result(UP_S)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(UP_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(UP_S)
        loop.close()


def _application(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.Application:
    application = web.Application(client_max_size=2**20)
    application.router.add_route("*", "/{path:.*}", answer)
    return application


async def _up(runner: web.AppRunner) -> str:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"
