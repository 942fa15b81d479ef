"""A real server under test: where it listens, and how to stop, kill, freeze and bring it back on the same data."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

START_S = 60.0
"""How long a server may take until it answers: Kafka needs 4-9 s on two busy cores, a machine's first start more."""

PING_S = 5.0
"""How long one try may take: a frozen server accepts connections and says nothing."""

POLL_S = 0.1
LOG_TAIL_LINES = 20


class ServerUnavailableError(Exception):
    """This machine cannot run the server. The message says what it would take."""


class Host(Protocol):
    """What runs a server: this machine, or docker. The port and the data stay the same from start to start."""

    def start(self) -> None: ...
    def runs(self) -> bool: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def remove(self) -> None: ...
    def output(self) -> str: ...


class Server:
    """A server that a test may harm. Every verb blocks: use `asyncio.to_thread` beside a running load."""

    def __init__(self, url: str, host: Host, *, answers: Callable[[str], Awaitable[bool]]) -> None:
        self.url = url
        self._host = host
        self._answers = answers

    def start(self) -> None:
        """Bring the server up, or back, and return when it answers."""
        self._host.resume()
        if not self._host.runs():
            self._host.start()
        # A thread, because the caller's may have an event loop running already.
        with ThreadPoolExecutor(max_workers=1) as apart:
            apart.submit(asyncio.run, self._until_it_answers()).result()

    def stop(self) -> None:
        """End the server in good order."""
        self._host.resume()
        self._host.stop()

    def kill(self) -> None:
        """End the server at once, with SIGKILL to all of its processes."""
        self._host.resume()
        self._host.kill()

    def pause(self) -> None:
        """Freeze the server: its connections stay open and nothing answers."""
        self._host.pause()

    def resume(self) -> None:
        """Let a frozen server go on; nothing happens to another."""
        self._host.resume()

    def restart(self) -> None:
        """Stop and start again, on the same port and data."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """End the server, if it runs, and delete its data."""
        self._host.remove()

    async def _until_it_answers(self) -> None:
        deadline = time.monotonic() + START_S
        while not await self._answers_now():
            if not self._host.runs() or time.monotonic() > deadline:
                raise RuntimeError(f"{self.url} does not answer. {self._last_words()}")
            await asyncio.sleep(POLL_S)

    async def _answers_now(self) -> bool:
        try:
            return await asyncio.wait_for(self._answers(self.url), PING_S)
        except TimeoutError:
            return False

    def _last_words(self) -> str:
        lines = self._host.output().splitlines()[-LOG_TAIL_LINES:]
        return "\n".join(["Its last lines:", *lines])
