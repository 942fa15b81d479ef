"""The HTTP listeners: uvicorn inside our own loop, so that the supervisor and not the server owns signals and tasks."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator
from typing import Any

import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.domain.errors import UsedWrongly
from shared.runtime.gathered_writes import GatheredWrites

log = structlog.get_logger()

PORTS_TRIED = 20
BACKLOG = 2048
KEEP_ALIVE_S = 75
"""Above the 60 s after which load balancers drop idle connections: the one who opens should be the one who closes."""
DRAIN_S = 10
"""For requests that are being answered when we stop; half of what is left of Kubernetes's 30 after `preStop`."""
CONNECTIONS = 1000
"""Above it a sender is told 503; each connection costs memory before it is known who is there."""
HEAD_S = 10.0
"""For a request's whole head. One byte a second is no sender of ours."""
HEAD_BYTES = 32 * 1024
"""Twice what common proxies let through. Checked per read, so a head may be larger by one read of 256 KiB."""


def bind(host: str, port: int, *, may_move: bool) -> socket.socket:
    """Listen on `port`, or with `may_move` on the next free one after it, and say so.

    Raises:
        UsedWrongly: the port is taken and may not move, or this host or port is not ours to use.
    """
    for wanted in range(port, min(port + PORTS_TRIED, 65536) if may_move and port else port + 1):
        try:
            bound = _listening(host, wanted)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UsedWrongly(
                    f"cannot listen on {host}:{wanted}: {error.strerror or type(error).__name__}"
                ) from error
            continue
        if wanted != port:
            log.warning("port is taken, moved on", wanted_port=port, port=wanted)
        return bound
    raise UsedWrongly(f"port {port} on {host} is taken: stop what listens there, or choose another one")


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)  # sets SO_REUSEADDR


class Listener:
    """Serve one application on a socket that `bind` made."""

    def __init__(self, app: ASGIApp, bound: socket.socket) -> None:
        self._socket = bound
        self._server = _Server(
            uvicorn.Config(
                app,
                http=_BoundedHeads,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,  # a line per request costs 45 us (stack 2.2) and says less than ours
                proxy_headers=False,
                server_header=False,
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=DRAIN_S,
                backlog=BACKLOG,
            )
        )
        self._ended = asyncio.Event()
        self.host, self.port = bound.getsockname()[:2]

    @property
    def url(self) -> str:
        """Tell where it really listens, for a client on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 -- compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    async def serve(self) -> None:
        """Answer requests until `stop`."""
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Take no more connections, finish what is being answered (up to `DRAIN_S`), and return."""
        self._server.should_exit = True
        await self._ended.wait()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:  # the supervisor decides what a signal means
        yield


class _BoundedHeads(HttpToolsProtocol):
    """uvicorn's protocol, with a limit on a head's size and time: the parser itself has neither."""

    _in_head = True
    _head_bytes = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:  # Any: uvicorn narrows asyncio's type
        super().connection_made(GatheredWrites(transport, self.loop))
        self._deadline = self.loop.call_later(HEAD_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._clear_deadline()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._clear_deadline()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES:
            self.send_400_response("Request head is too large.")
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_S, self._give_up)

    def _give_up(self) -> None:
        self.transport.close()

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
