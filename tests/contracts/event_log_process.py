"""A process of its own that publishes to or reads an event log, for tests that kill it.

`python -m tests.contracts.event_log_process publish|read <url> <topic> [<group>]` prints a line when it has done its
part and then waits to be killed.
"""

import asyncio
import sys
from pathlib import Path

import structlog

from shared.adapters.kafka_log import KafkaLog
from shared.adapters.sqlite_log import SqliteLog
from shared.ports import Message


def open_log(url: str) -> SqliteLog | KafkaLog:
    if url.startswith("kafka://"):
        return KafkaLog(url.removeprefix("kafka://"), wait_s=10, partitions=4)
    return SqliteLog(Path(url.removeprefix("sqlite:///")))


async def publish(log: SqliteLog | KafkaLog, topic: str) -> None:
    await log.publisher().publish([Message(topic, b"k", b"%d" % n) for n in range(100)])
    print("acked", flush=True)


async def read(log: SqliteLog | KafkaLog, topic: str, group: str) -> None:
    consumer = log.consumer(group, [topic])
    await consumer.fetch(1, 15)
    await consumer.commit()
    await consumer.fetch(1, 15)
    print("one committed, one not", flush=True)


async def main(verb: str, url: str, topic: str, group: str = "") -> None:
    log = open_log(url)
    await log.start()
    await (publish(log, topic) if verb == "publish" else read(log, topic, group))
    await asyncio.sleep(60)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(*sys.argv[1:]))
