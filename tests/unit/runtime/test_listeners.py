import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from shared.domain.errors import UsedWrongly
from shared.runtime import listeners
from shared.runtime.listeners import Listener, bind


class Answers:
    """An application that answers when it may."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.set()
        message: Message = await receive()
        while message.get("more_body"):
            message = await receive()
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def listening(app: Answers) -> AsyncIterator[Listener]:
    listener = Listener(app, bind("127.0.0.1", 0, may_move=False))
    serving = asyncio.create_task(listener.serve())
    try:
        yield listener
    finally:
        app.may_answer.set()
        await listener.stop()
        await serving


@pytest.fixture
async def app() -> Answers:
    return Answers()


async def test_a_listener_tells_where_it_really_listens(app: Answers) -> None:
    async with listening(app) as listener, httpx.AsyncClient() as client:
        answer = await client.get(listener.url)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert "server" not in answer.headers


async def test_two_listeners_run_beside_each_other(app: Answers) -> None:
    async with listening(app) as public, listening(app) as admin, httpx.AsyncClient() as client:
        assert public.port != admin.port
        assert [(await client.get(each.url)).status_code for each in (public, admin)] == [200, 200]


async def test_what_is_being_answered_is_answered_before_it_stops(app: Answers) -> None:
    async with listening(app) as listener, httpx.AsyncClient() as client:
        app.may_answer.clear()
        asked = asyncio.create_task(client.post(listener.url, content=b"lead"))
        await app.asked.wait()
        stopping = asyncio.create_task(listener.stop())
        await asyncio.sleep(0.2)
        assert not stopping.done()
        app.may_answer.set()
        assert (await asked).status_code == 200
        await stopping
        with pytest.raises(httpx.ConnectError):
            await client.get(listener.url)


def test_a_taken_port_moves_on_to_the_next_free_one_and_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with capture_logs() as said, bind("127.0.0.1", port, may_move=True) as moved:
            now = moved.getsockname()[1]
    assert port < now <= port + listeners.PORTS_TRIED
    assert said == [{"event": "port is taken, moved on", "log_level": "warning", "wanted_port": port, "port": now}]


def test_a_taken_port_that_may_not_move_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsedWrongly, match=f"port {port} on 127.0.0.1 is taken"):
            bind("127.0.0.1", port, may_move=False)


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(UsedWrongly, match=r"cannot listen on 192.0.2.1:8080"):
        bind("192.0.2.1", 8080, may_move=True)


async def closed(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        return await reader.read()


async def test_a_head_without_end_is_refused(app: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "HEAD_BYTES", 1000)
    async with listening(app) as listener:
        reader, writer = await asyncio.open_connection(listener.host, listener.port)
        writer.write(b"GET / HTTP/1.1\r\nx: ")
        for _ in range(3):
            writer.write(b"a" * 500)
            await asyncio.sleep(0.02)
        assert b"400 Bad Request" in await closed(reader)
        writer.close()


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nx: a"])
async def test_a_head_that_takes_too_long_is_cut_off(
    begun: bytes, app: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "HEAD_S", 0.1)
    async with listening(app) as listener:
        reader, writer = await asyncio.open_connection(listener.host, listener.port)
        writer.write(begun)
        assert await closed(reader) == b""
        writer.close()


async def test_a_second_head_on_a_connection_is_bounded_too(app: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "HEAD_S", 0.1)
    async with listening(app) as listener:
        reader, writer = await asyncio.open_connection(listener.host, listener.port)
        writer.write(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        assert b"200 OK" in await reader.readuntil(b"ok")
        writer.write(b"GET / HTTP/1.1\r\nx: a")
        assert await closed(reader) == b""
        writer.close()


async def test_a_large_body_and_a_quiet_connection_are_not_taken_for_a_head(
    app: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "HEAD_S", 0.1)
    monkeypatch.setattr(listeners, "HEAD_BYTES", 1000)
    async with listening(app) as listener, httpx.AsyncClient() as client:
        assert (await client.post(listener.url, content=b"a" * 500_000)).status_code == 200
        await asyncio.sleep(0.2)
        assert (await client.get(listener.url)).status_code == 200
        app.may_answer.clear()
        slow: Callable[[], None] = app.may_answer.set
        asyncio.get_running_loop().call_later(0.3, slow)
        assert (await client.get(listener.url)).status_code == 200
