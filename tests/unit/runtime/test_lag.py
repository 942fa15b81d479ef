"""How far behind a group is: in records, in time, and when it calls for help."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from shared.adapters.sqlite_log import SqliteLog
from shared.ports import Message
from shared.runtime import telemetry
from shared.runtime.lag import Lag

RECEIVED, CONSENT = "leads.received", "leads.consent"
GROUP = "scorer"


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    log = SqliteLog(tmp_path / "events.db")
    await log.start()
    yield log
    await log.stop()


async def publish(log: SqliteLog, topic: str, count: int) -> None:
    await log.publisher().publish([Message(topic, b"anna", b"%d" % number) for number in range(count)])


async def commit(log: SqliteLog, count: int) -> None:
    consumer = log.consumer(GROUP, [RECEIVED])
    while not await consumer.fetch(count, timeout_s=1):
        pass
    await consumer.commit()
    await consumer.stop()


def a_lag(log: SqliteLog, *, retention: timedelta = timedelta(days=7)) -> Lag:
    return Lag(log.reader(), GROUP, [RECEIVED, CONSENT], retention=retention)


async def shown(lag: Lag) -> tuple[float, float]:
    """Let it look once, and return the records and the seconds that it shows of the first topic."""
    watching = asyncio.create_task(lag.watch())
    await asyncio.sleep(0.3)
    watching.cancel()
    gauges = (telemetry.LAG, telemetry.LAG_SECONDS)
    records, age_s = (telemetry.bound(gauge, GROUP, RECEIVED)._value.get() for gauge in gauges)
    return records, age_s


async def test_what_is_not_committed_is_behind(log: SqliteLog) -> None:
    await publish(log, RECEIVED, 5)
    await publish(log, CONSENT, 2)
    await commit(log, 3)

    assert await a_lag(log).records() == 4


async def test_the_oldest_unread_record_tells_how_old_the_lag_is(log: SqliteLog) -> None:
    await publish(log, RECEIVED, 2)
    await asyncio.sleep(0.2)

    with capture_logs() as logs:
        records, age_s = await shown(a_lag(log))

    assert records == 2
    assert 0.2 <= age_s < 10
    assert logs == []


async def test_without_lag_nothing_is_old(log: SqliteLog) -> None:
    await publish(log, RECEIVED, 2)
    await commit(log, 2)

    assert await shown(a_lag(log)) == (0, 0)


async def test_at_half_of_the_retention_it_calls_for_help(log: SqliteLog) -> None:
    await publish(log, RECEIVED, 2)
    await asyncio.sleep(0.2)

    with capture_logs() as logs:
        await shown(a_lag(log, retention=timedelta(seconds=0.3)))

    (line,) = logs
    assert line["log_level"] == "error"
    assert line["event"] == "lag nears the retention, records will be deleted unread"
    assert (line["group"], line["topic"], line["lag"]) == (GROUP, RECEIVED, 2)
