"""The part that looks after the doors: one alarm per silence, none without cause, and figures for all."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from services.console import watch as watching
from services.console.doors import Measure
from services.console.rhythm import HOUR_S, LEAST_H, hour_of
from services.console.store.console_store import ConsoleStore
from services.console.tables import leads
from services.console.watch import DoorWatch
from shared.adapters.database import SqlDatabase
from shared.domain.lead import Lead
from shared.runtime.telemetry import REGISTRY
from tests.builders import SOURCE, a_lead, received
from tests.unit.console.conftest import Chain

THIS_HOUR = hour_of(time.time()) * HOUR_S
WEEKS_H = LEAST_H + 24
LAST_LEAD = float(THIS_HOUR + 1)


@pytest.fixture
def watch(chain: Chain, database: SqlDatabase) -> DoorWatch:
    return another_watch(chain, database)


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    with capture_logs() as lines:
        yield lines


def another_watch(chain: Chain, database: SqlDatabase) -> DoorWatch:
    measure = Measure(ZoneInfo("Europe/Stockholm"), quiet_below=0.001)
    return DoorWatch(database, chain.log.reader(), sources=[SOURCE, "never-used"], measure=measure)


def came(lead: str, at: float, *, is_test: bool) -> dict[str, object]:
    return {
        "lead_id": lead,
        "source": SOURCE,
        "source_kind": "google_ads",
        "is_test": is_test,
        "received_at": at,
        "received_partition": 0,
        "received_offset": 0,
    }


async def two_leads_an_hour(database: SqlDatabase, *, hours: int = WEEKS_H) -> None:
    """Fill the past with two leads an hour, a test among them, up to the last one."""
    rows = [
        came(f"{hour}-{n}", THIS_HOUR - hour * HOUR_S + n, is_test=n == 2)
        for hour in range(hours + 1)
        for n in range(3)
    ]
    async with database.write() as connection:
        await connection.execute(leads.insert(), rows)


async def hear(chain: Chain, lead: Lead) -> None:
    await chain.publish(received(lead))
    await chain.read()


def lead_at(at: float, number: int = 0) -> Lead:
    return a_lead(f"live-{number}", received_at=datetime.fromtimestamp(at, UTC))


def figure(name: str, source: str = SOURCE) -> float | None:
    return REGISTRY.get_sample_value(name, {"source": source})


async def test_a_door_that_goes_quiet_is_told_once_and_again_when_it_is_heard(
    chain: Chain, database: SqlDatabase, watch: DoorWatch, store: ConsoleStore, lines: list[EventDict]
) -> None:
    await two_leads_an_hour(database)
    await hear(chain, lead_at(LAST_LEAD))

    for hours in (0, 1, 5, 6, 7):  # at 48 leads a day the alarm is at 10.8 expected leads
        await watch.look(LAST_LEAD + hours * HOUR_S)

    assert [(line["event"], line["source"]) for line in lines if line["log_level"] == "error"] == [
        ("door has gone quiet, leads may be lost at their sender: see tratt sources", SOURCE)
    ]
    assert figure("tratt_door_quiet") == 1
    assert (await store.sources())[0].quiet_since is not None

    await hear(chain, lead_at(LAST_LEAD + 7 * HOUR_S + 1, 1))
    await watch.look(LAST_LEAD + 7 * HOUR_S + 2)
    await watch.look(LAST_LEAD + 7 * HOUR_S + 3)

    assert [line["event"] for line in lines if line["log_level"] == "info"].count("door is heard again") == 1
    assert figure("tratt_door_quiet") == 0
    assert (await store.sources())[0].quiet_since is None


async def test_a_restart_does_not_raise_the_same_alarm_again(
    chain: Chain, database: SqlDatabase, watch: DoorWatch, lines: list[EventDict]
) -> None:
    await two_leads_an_hour(database)
    await hear(chain, lead_at(LAST_LEAD))

    await watch.look(LAST_LEAD + 9 * HOUR_S)
    await another_watch(chain, database).look(LAST_LEAD + 10 * HOUR_S)

    assert len([line for line in lines if line["log_level"] == "error"]) == 1


async def test_a_door_younger_than_two_weeks_raises_no_alarm(
    chain: Chain, database: SqlDatabase, watch: DoorWatch, lines: list[EventDict]
) -> None:
    await two_leads_an_hour(database, hours=LEAST_H - 1)
    await hear(chain, lead_at(LAST_LEAD))

    await watch.look(LAST_LEAD + 100 * HOUR_S)

    assert not [line for line in lines if line["log_level"] == "error"]


async def test_a_console_that_lags_raises_no_alarm(
    chain: Chain,
    database: SqlDatabase,
    watch: DoorWatch,
    lines: list[EventDict],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "PATIENCE_S", 0)
    await two_leads_an_hour(database)
    await hear(chain, lead_at(LAST_LEAD))
    await chain.publish(received(lead_at(LAST_LEAD + 9 * HOUR_S, 1)))

    await watch.look(LAST_LEAD + 9 * HOUR_S + 1)

    assert not [line for line in lines if line["log_level"] == "error"]


async def test_the_figures_of_a_door_tell_what_came_and_what_is_usual(
    chain: Chain, database: SqlDatabase, watch: DoorWatch
) -> None:
    await two_leads_an_hour(database)
    await hear(chain, lead_at(LAST_LEAD))

    await watch.look(LAST_LEAD + HOUR_S)

    assert figure("tratt_door_last_lead_timestamp_seconds") == LAST_LEAD
    assert figure("tratt_door_leads_in_a_day") == 23 * 2 + 3  # 24 whole hours, the last of them with one lead more
    assert figure("tratt_door_usual_leads_in_a_day") == pytest.approx(48, abs=1)
    assert figure("tratt_door_expected_since_last_lead") == pytest.approx(2, abs=0.1)
    assert figure("tratt_door_leads_in_a_day", "never-used") == 0


async def test_a_back_fill_neither_wakes_a_dead_door_nor_teaches_it_a_burst(
    chain: Chain, database: SqlDatabase, watch: DoorWatch, store: ConsoleStore, lines: list[EventDict]
) -> None:
    await two_leads_an_hour(database)
    await hear(chain, lead_at(LAST_LEAD))
    await watch.look(LAST_LEAD + 9 * HOUR_S)
    late = LAST_LEAD + 9 * HOUR_S

    for number in range(20):
        await hear(chain, lead_at(late, number + 1).model_copy(update={"signals": {"healed": True}}))
    await watch.look(late + 60)

    (line,) = await store.sources()
    assert (line.quiet_since is not None, line.last_healed_at, line.last_lead_at) == (
        True,
        datetime.fromtimestamp(late, UTC),
        datetime.fromtimestamp(LAST_LEAD, UTC),
    )
    assert figure("tratt_door_usual_leads_in_a_day") == pytest.approx(48, abs=1)
    assert not [line for line in lines if line["event"] == "door is heard again"]
