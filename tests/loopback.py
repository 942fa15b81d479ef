"""A server on this machine that says what a test tells it to, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

MAX_CHUNKS = 1_000
CHUNK = b"x" * 65_536

Speak = Callable[[asyncio.StreamWriter], Coroutine[Any, Any, None]]
"""Any: nothing is sent in or returned."""


@dataclass
class Loopback:
    """What was asked of the server, whole requests in order, and how many connections there were."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def url(self, host: str = "127.0.0.1") -> str:
        """Return its address under any spelling of the host."""
        return f"http://{host}:{self.port}/in"


def saying(answer: bytes) -> Speak:
    """Answer every request with these bytes."""

    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return speak


class Endless:
    """Say 200, and then more than anybody should read; `chunks` tells how much went out before the other hung up."""

    def __init__(self) -> None:
        self.chunks = 0

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        """Speak until nobody listens, or MAX_CHUNKS are out."""
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while self.chunks < MAX_CHUNKS:
            writer.write(b"10000\r\n" + CHUNK + b"\r\n")
            await writer.drain()
            self.chunks += 1


async def silent(_writer: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await asyncio.sleep(30)


@asynccontextmanager
async def loopback(speak: Speak) -> AsyncIterator[Loopback]:
    """Run the server while the block lasts."""
    talks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running = asyncio.current_task()
        assert running
        talks.add(running)
        seen.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
                seen.requests.append(head + await reader.readexactly(length))
                await speak(writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, or the test is over
        finally:
            writer.close()
            talks.discard(running)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    seen = Loopback(server.sockets[0].getsockname()[1])
    try:
        yield seen
    finally:
        server.close()
        for talk in list(talks):
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
