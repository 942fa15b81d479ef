"""The yardsticks: bare ASGI apps that decode the body, compare the key, make the same bytes durable, and nothing else.

They are the rows "bare ASGI" of stack 2.4, from whose figures the bars were set: pydantic's decoder, the secret in
constant time, uvicorn with httptools, group commit or an acknowledged idempotent publish. There is no guard, no event,
no id, no log line, no metric. Run as `python bare.py kafka|sqlite PORT TARGET`.
"""

import asyncio
import hmac
import sqlite3
import sys
import zlib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvicorn
import uvloop
from aiokafka import AIOKafkaProducer
from pydantic import BaseModel, TypeAdapter

TOPIC = "bare.leads"
KEY = b"try-me"


class Column(BaseModel):
    """One answer of the form."""

    column_id: str
    string_value: str
    column_name: str | None = None


class Payload(BaseModel):
    """A lead as Google posts it."""

    lead_id: str
    google_key: str
    user_column_data: list[Column]
    api_version: str
    form_id: int
    campaign_id: int
    adgroup_id: int
    creative_id: int
    gcl_id: str
    is_test: bool
    lead_submit_time: str


PAYLOAD = TypeAdapter(Payload)


class Grouped:
    """Store what arrived while the last store was under way, in one go (stack.md 3, advice 2)."""

    def __init__(self, store: Callable[[list[bytes]], Awaitable[None]]) -> None:
        self._store = store
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._busy = False
        self._task: asyncio.Task[None] | None = None

    def put(self, item: bytes) -> asyncio.Future[None]:
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((item, stored))
        if not self._busy:
            self._busy = True
            self._task = asyncio.create_task(self._drain())
        return stored

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:512], self._waiting[512:]
            await self._store([item for item, _ in batch])
            for _, stored in batch:
                stored.set_result(None)
        self._busy = False


def partition(key: bytes, every: list[int], available: list[int]) -> int:
    return every[zlib.crc32(key) % len(every)]


async def kafka_store(target: str) -> Callable[[bytes], Awaitable[object]]:
    producer = AIOKafkaProducer(
        bootstrap_servers=target,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=131072,
        partitioner=partition,
    )
    await producer.start()

    async def store(body: bytes) -> None:
        await producer.send_and_wait(TOPIC, body, key=body[-32:])

    return store


async def sqlite_store(target: str) -> Callable[[bytes], Awaitable[object]]:
    thread = ThreadPoolExecutor(1)
    connection = sqlite3.connect(target, check_same_thread=False, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE IF NOT EXISTS log (number INTEGER PRIMARY KEY, value BLOB)")

    def write(items: list[bytes]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO log (value) VALUES (?)", [(item,) for item in items])
        connection.execute("COMMIT")

    async def flush(items: list[bytes]) -> None:
        await asyncio.get_running_loop().run_in_executor(thread, write, items)

    return Grouped(flush).put


def app(store: Callable[[bytes], Awaitable[object]]) -> Callable[..., Awaitable[None]]:
    async def handle(scope: dict[str, Any], receive: Any, send: Any) -> None:  # Any: ASGI's own types
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        lead = PAYLOAD.validate_json(body)
        assert hmac.compare_digest(lead.google_key.encode(), KEY)
        await store(body)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    return handle


async def main(kind: str, port: int, target: str) -> None:
    store = await (kafka_store(target) if kind == "kafka" else sqlite_store(target))
    config = uvicorn.Config(
        app(store),
        port=port,
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="error",
        proxy_headers=False,
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
