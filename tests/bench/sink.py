"""A webhook receiver that costs next to nothing: it reads two headers' worth, counts and answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.bench.load import HEAD_END, body_length

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
WEBHOOK_ID = b"webhook-id: "
SUBMISSION_ID = b'"submission_id":"'


@dataclass(slots=True)
class CountingSink:
    """What came, once per webhook-id: `arrived` by the sender's own id, by the loop's clock."""

    url: str = ""
    ids: set[bytes] = field(default_factory=set)
    arrived: dict[str, float] = field(default_factory=dict)
    repeats: int = 0

    def take(self, head: bytes, body: bytes) -> None:
        """Count one delivery."""
        webhook_id = _after(head.lower(), WEBHOOK_ID, b"\r\n")
        if webhook_id in self.ids:
            self.repeats += 1
            return
        self.ids.add(webhook_id)
        self.arrived[_after(body, SUBMISSION_ID, b'"').decode()] = asyncio.get_running_loop().time()

    def forget(self) -> None:
        """Begin anew, so that what a long run counted does not slow it down."""
        self.ids.clear()
        self.arrived.clear()


class _Receiver(asyncio.Protocol):
    def __init__(self, counting: CountingSink) -> None:
        self._counting = counting
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(HEAD_END)
        if not separator or len(body) < body_length(head):
            return
        self._buffer = b""  # one request at a time on a connection: nobody pipelines here
        self._counting.take(head, body)
        assert self._transport is not None
        self._transport.write(OK)


@asynccontextmanager
async def counting_sink() -> AsyncIterator[CountingSink]:
    """Serve a sink on loopback while the block runs."""
    counting = CountingSink()
    server = await asyncio.get_running_loop().create_server(lambda: _Receiver(counting), "127.0.0.1", 0)
    counting.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in"
    try:
        yield counting
    finally:
        server.close()


def _after(text: bytes, mark: bytes, end: bytes) -> bytes:
    return text.partition(mark)[2].partition(end)[0]
