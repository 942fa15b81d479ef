"""A load generator as light as asyncio allows: each raw connection posts its next lead when the last was answered."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

TICKS_PER_S = 100
"""The kernel's USER_HZ, in which /proc tells CPU time."""


@dataclass(slots=True)
class Load:
    """What was answered, and when."""

    answered: int = 0
    not_ok: int = 0
    latencies_s: list[float] = field(default_factory=list)

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class _Connection(asyncio.Protocol):
    def __init__(self, load: Load, next_request: Callable[[], bytes | None], done: asyncio.Event) -> None:
        self._load = load
        self._next = next_request
        self._done = done
        self._began = 0.0
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        assert self._transport is not None
        request = self._next()
        if request is None:
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        self._buffer = body[length:]
        self._load.answered += 1
        self._load.not_ok += not head.startswith(b"HTTP/1.1 200")
        self._load.latencies_s.append(time.perf_counter() - self._began)
        self._send()

    def connection_lost(self, _error: Exception | None) -> None:
        self._done.set()


def request(path: str, body: bytes) -> bytes:
    """Write one HTTP request."""
    return b"POST %s HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
        path.encode(),
        len(body),
        body,
    )


async def closed_loop(port: int, next_request: Callable[[], bytes | None], *, connections: int = 64) -> Load:
    """Post until `next_request` gives None, `connections` at a time."""
    load = Load()
    loop = asyncio.get_running_loop()
    waits = []
    for _ in range(connections):
        done = asyncio.Event()
        await loop.create_connection(lambda done=done: _Connection(load, next_request, done), "127.0.0.1", port)  # type: ignore[misc]
        waits.append(done.wait())
    await asyncio.gather(*waits)
    return load


def cpu_s(pid: int) -> float:
    """CPU seconds a process has used, in user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def rss_mb(pid: int) -> float:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:", 1)[1].split()[0]) / 1024
