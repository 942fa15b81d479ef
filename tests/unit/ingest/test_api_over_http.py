"""The route behind the server it ships with: what only real bytes on a socket can show."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from services.ingest.api import ingest_app
from services.ingest.guard import MAX_BODY_BYTES
from tests.unit.ingest.doors import SOURCE, Published, body, service

ANSWER_WITHIN_S = 5.0
HEAD = f"POST /v1/sources/{SOURCE} HTTP/1.1\r\nHost: door\r\n"


async def _nothing_else(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError("the route was passed by")


async def _serve(app: ASGIApp, stack: AsyncExitStack) -> int:
    """Run the app on a free port of this machine until the stack closes."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None))
    running = asyncio.create_task(server.serve())

    async def stop() -> None:
        server.should_exit = True
        await running

    stack.push_async_callback(stop)
    while not server.started:
        await asyncio.sleep(0.01)
    return int(server.servers[0].sockets[0].getsockname()[1])


@pytest.fixture
async def published() -> Published:
    return Published()


@pytest.fixture
async def port(published: Published) -> AsyncIterator[int]:
    async with AsyncExitStack() as stack:
        yield await _serve(ingest_app(service(published), _nothing_else, body_timeout_s=0.3), stack)


async def exchange(port: int, *parts: bytes) -> bytes:
    """Send the parts as they stand, and return the first that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(4_096), ANSWER_WITHIN_S)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_a_body_in_chunks_is_accepted(port: int, published: Published) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body())

    answer = await exchange(port, HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n", chunks + b"0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200")
    assert len(published.events) == 1


async def test_a_sender_that_asks_first_is_told_to_go_on(port: int) -> None:
    answer = await exchange(port, f"{HEAD}Expect: 100-continue\r\nContent-Length: {len(body())}\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 100")


async def test_a_sender_that_asks_first_with_too_much_is_refused(port: int) -> None:
    head = f"{HEAD}Expect: 100-continue\r\nContent-Length: {MAX_BODY_BYTES + 1}\r\n\r\n"

    assert (await exchange(port, head.encode())).startswith(b"HTTP/1.1 413")


async def test_half_a_body_is_given_up(port: int, published: Published) -> None:
    answer = await exchange(port, f"{HEAD}Content-Length: {len(body())}\r\n\r\n".encode(), body()[:40])

    assert answer.startswith(b"HTTP/1.1 408")
    assert published.events == []


async def test_a_sender_that_hangs_up_harms_nobody(port: int, published: Published) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{HEAD}Content-Length: {len(body())}\r\n\r\n".encode() + body()[:40])
    writer.close()
    await writer.wait_closed()

    answer = await exchange(port, f"{HEAD}Content-Length: {len(body())}\r\n\r\n".encode(), body())

    assert answer.startswith(b"HTTP/1.1 200")
    assert len(published.events) == 1
