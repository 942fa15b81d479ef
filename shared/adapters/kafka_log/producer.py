"""The life of one aiokafka producer: born, used, and put down so that it stays down.

An idempotent producer that failed once must not be used again: a record that the broker refused stops its partition
for ever (aiokafka issue 1017), a send that timed out is delivered later all the same, and sending it again on the same
producer stores it twice. So it is thrown away and another one begins.
"""

import asyncio
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerClosed

from shared.adapters.kafka_log.ending import ended
from shared.adapters.kafka_log.faults import ANSWER_S, REQUEST_TIMEOUT_MS
from shared.ports import TOPIC_MAX_BYTES, Message

# Measured: half the processor time per message of aiokafka's default of 16 KiB.
MAX_BATCH_BYTES = 131_072


def partition_of(key: bytes, partitions: Sequence[int], _available: Sequence[int] = ()) -> int:
    """Choose a key's partition by CRC-32, as librdkafka's `consistent` does.

    aiokafka's own is murmur2 in Python, a quarter of a worker's time (measured). Every producer of a topic must choose
    alike, or the order of a key is lost.
    """
    return partitions[zlib.crc32(key) % len(partitions)]


async def connect(bootstrap: str, compression: str | None) -> AIOKafkaProducer:
    """Return a producer that has spoken with Kafka.

    Raises:
        One of KAFKA_FAULTS: no broker answered in time; what was begun is cleaned up.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        partitioner=partition_of,
        compression_type=compression,
        max_batch_size=MAX_BATCH_BYTES,
        max_request_size=TOPIC_MAX_BYTES,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    try:
        async with asyncio.timeout(ANSWER_S):
            await producer.start()
    except BaseException:
        await discard(producer)
        raise
    return producer


Sent = Sequence[asyncio.Future[Any]]
"""Messages on their way, in order. Any: aiokafka has no types; only done or failed matters here."""


async def send(producer: AIOKafkaProducer, messages: Iterable[Message]) -> Sent:
    """Hand messages over, to be stored in this order per key; nothing is stored yet.

    May be cancelled, and then leaves it open what was stored: discard the producer after that, as after any error.
    """
    sent: list[asyncio.Future[Any]] = []
    try:
        for message in messages:
            sent.append(await producer.send(message.topic, key=message.key, value=message.value))  # noqa: PERF401 - kept on errors
    except BaseException:
        _forget(sent)
        raise
    return sent


async def acknowledged(sent: Sent) -> None:
    """Return when all in-sync replicas have every message. Cancelling leaves as much open as it does in `send`."""
    try:
        for future in sent:
            await future
    except BaseException:
        _forget(sent)
        raise


def _forget(sent: Sent) -> None:
    for future in sent:
        future.add_done_callback(_look_at)


def _look_at(future: asyncio.Future[Any]) -> None:
    """Take note of an error that nobody will ask for, so that asyncio does not report it as forgotten."""
    if not future.cancelled():
        future.exception()


async def retire(producer: AIOKafkaProducer) -> None:
    """Stop a producer in good order; discard it if it does not stop in time."""
    if not await ended(producer.stop()):
        await discard(producer)


async def discard(producer: AIOKafkaProducer) -> None:
    """End a producer at once, without delivering what it still holds. Never raises.

    `stop()` alone would first try to deliver, hang with the broker, and leave the sender running, which delivers later.
    aiokafka has no public way, hence the private members.
    """
    sender = producer._sender.sender_task  # noqa: SLF001 - see above
    if sender is not None:
        sender.cancel()
    await ended(producer.client.close())
    producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001 - see above
    await ended(producer.stop())
