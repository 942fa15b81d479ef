"""A load generator as light as asyncio allows: raw connections, one request at a time on each."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(slots=True)
class Load:
    """What was answered."""

    answered: int = 0
    not_ok: int = 0

    def count(self, head: bytes) -> None:
        """Count one answer by its head."""
        self.answered += 1
        self.not_ok += not head.startswith(b"HTTP/1.1 200")


class _Connection(asyncio.Protocol):
    """Post one request at a time; `answered` is called with each answer's head."""

    def __init__(self, answered: Callable[["_Connection", bytes], None]) -> None:
        self._answered = answered
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def post(self, request: bytes) -> None:
        assert self._transport is not None
        self._transport.write(request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(HEAD_END)
        if not separator or len(body) < body_length(head):
            return
        self._buffer = body[body_length(head) :]
        self._answered(self, head)


def body_length(head: bytes) -> int:
    """Read a head's content length; none is 0."""
    _, found, rest = head.lower().partition(LENGTH)
    return int(rest.partition(b"\r\n")[0]) if found else 0


def request(path: str, body: bytes, headers: bytes = b"") -> bytes:
    """Write one HTTP request; `headers` are further ones, each with its end of line."""
    return b"POST %s HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\n%scontent-length: %d\r\n\r\n%s" % (
        path.encode(),
        headers,
        len(body),
        body,
    )


async def closed_loop(port: int, requests: Sequence[bytes], *, connections: int = 64) -> Load:
    """Post all of `requests`, each connection its next one when its last was answered."""
    load, done, left = Load(), asyncio.Event(), iter(requests)

    def answered(connection: _Connection, head: bytes) -> None:
        load.count(head)
        _post_next(connection, left)
        if load.answered == len(requests):
            done.set()

    async with _connected(port, connections, answered) as opened:
        for connection in opened:
            _post_next(connection, left)
        await done.wait()
    return load


async def open_loop(port: int, requests: Sequence[bytes], *, rate: float, connections: int = 64) -> list[float]:
    """Post at a fixed rate whatever the answers do; return when each request was due, by the loop's clock.

    A request that finds every connection busy waits for one, and that wait counts: it is due by the schedule.
    """
    load, done = Load(), asyncio.Event()
    idle: deque[_Connection] = deque()
    waiting: deque[bytes] = deque()

    def answered(connection: _Connection, head: bytes) -> None:
        load.count(head)
        if waiting:
            connection.post(waiting.popleft())
        else:
            idle.append(connection)
        if load.answered == len(requests):
            done.set()

    async with _connected(port, connections, answered) as opened:
        idle.extend(opened)
        loop = asyncio.get_running_loop()
        began = loop.time()
        due = [began + number / rate for number in range(len(requests))]
        for each, moment in zip(requests, due, strict=True):
            if (pause_s := moment - loop.time()) > 0:
                await asyncio.sleep(pause_s)
            if idle:
                idle.popleft().post(each)
            else:
                waiting.append(each)
        await done.wait()
    assert not load.not_ok
    return due


def _post_next(connection: _Connection, left: Iterator[bytes]) -> None:
    if (following := next(left, None)) is not None:
        connection.post(following)


@asynccontextmanager
async def _connected(
    port: int, connections: int, answered: Callable[[_Connection, bytes], None]
) -> AsyncIterator[Iterable[_Connection]]:
    loop = asyncio.get_running_loop()
    opened = [
        (await loop.create_connection(lambda: _Connection(answered), "127.0.0.1", port))[1] for _ in range(connections)
    ]
    try:
        yield opened
    finally:
        for connection in opened:
            connection.close()
