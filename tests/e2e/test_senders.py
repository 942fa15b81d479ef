"""Every kind of sender at one running service: a new lead through each door, and every recorded payload of each preset.

The doors are those of senders.yaml beside this file.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.commands.examples import Making
from services.commands.mapping import print_map
from services.commands.sending import Wish, send
from services.configuration import configured
from services.ingest.presets import PRESETS
from shared.domain.errors import UsedWrongly
from shared.domain.events import LeadReceived
from shared.domain.ids import PROBABLE_BUCKET_S
from shared.runtime.settings import Settings
from tests.e2e.posted import door_of, events_in, expected_of, held_in, post_all
from tests.proof.processes import Process, free_port
from tests.unit.ingest.presets.payloads import payloads_of

DOORS = Path(__file__).with_name("senders.yaml")
SOURCES = list(configured(Settings(config=DOORS)).model.sources)
CALLS = {"callrail", "callrail-get"}
PAYLOADS = Path(__file__).parents[1] / "payloads"
POSTED_WITHIN_S = 30
MAP_KEYS = {"leads", "notified", "activities", "consents", "deletions", "not_a_lead", "unmapped", "missing", "guessed"}


@contextmanager
def serving(folder: Path) -> Iterator[Process]:
    port = free_port()
    environment = {"TRATT_CONFIG": str(DOORS), "TRATT_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    process = Process("all", folder / "data", environment, http_port=port)
    process.start()
    asyncio.run(process.ready())
    try:
        yield process
    finally:
        assert process.stop() == 0


def settings_of(process: Process) -> Settings:
    return Settings(config=DOORS, data_dir=process.folder, public_url=process.url)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with serving(tmp_path_factory.mktemp("senders")) as process:
        yield process


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[Process]:
    with serving(tmp_path) as process:
        yield process


@pytest.fixture
def settings(running: Process) -> Settings:
    return settings_of(running)


def journalled(running: Process, printed: str) -> dict[str, Any]:  # Any: JSON
    """Find the delivery of the lead that `tratt send` has told of."""
    lead_id = next(line.split()[1] for line in printed.splitlines() if line.startswith("  lead "))
    lines = (json.loads(line) for line in (running.folder / "delivered.jsonl").read_text().splitlines())
    (found,) = [line for line in lines if line["lead_id"] == lead_id]
    return dict(found)


@pytest.mark.parametrize("source", SOURCES)
async def test_a_lead_sent_as_its_sender_does_is_delivered_to_its_owner(
    running: Process, settings: Settings, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await send(settings, Wish(source)) == 0, capsys.readouterr().out

    printed = capsys.readouterr().out
    delivered = journalled(running, printed)
    person = delivered["lead"]["person"]
    assert "delivered journal" in printed
    assert delivered["source"] == source
    assert delivered["is_test"] is False
    if source in CALLS:
        assert person["phone"].startswith("+467017406")
        assert delivered["assignment"]["owner"] == "erik"
    else:
        told = Making(person["email"].split("@")[0].rpartition(".")[2], datetime.now(UTC)).person
        names = {person.get("full_name"), f"{person.get('first_name')} {person.get('last_name')}"}
        assert (person["email"], person["phone"]) == (told.email, told.phone)
        assert told.full_name in names
        assert delivered["facts"]["answers"]["housing"] == "villa"
        assert delivered["facts"]["product"] in {"solar", "battery"}
        assert delivered["assignment"]["owner"] == "sara"


@pytest.mark.parametrize("source", ["typeform", "jotform", "generic"])
async def test_a_test_as_its_sender_makes_it_is_delivered_nowhere(
    settings: Settings, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await send(settings, Wish(source, test=True)) == 0

    printed = capsys.readouterr().out
    assert " (test)" in printed
    assert "delivered" not in printed


async def test_a_test_is_refused_where_the_sender_has_none(settings: Settings) -> None:
    with pytest.raises(UsedWrongly, match="'tally' has no test of its own"):
        await send(settings, Wish("tally", test=True))


async def test_a_file_is_sent_as_what_it_is_with_its_senders_proof(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in ("jotform/offert.txt", "unbounce/form_default.form", "callrail/legacy_get.query"):
        path = PAYLOADS / file
        assert await send(settings, Wish(door_of(path.parent.name, path), file=path)) == 0, capsys.readouterr().out

    printed = capsys.readouterr().out
    assert printed.count(": 200 in ") == 3
    assert printed.count("  lead ") == 3


async def test_what_holds_no_lead_is_told(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert await send(settings, Wish("hubspot", file=PAYLOADS / "hubspot" / "event_alone.json")) == 0
    assert await send(settings, Wish("calendly", file=PAYLOADS / "calendly" / "canceled.json")) == 0
    assert await send(settings, Wish("generic", file=PAYLOADS / "generic" / "ping.json")) == 0

    printed = capsys.readouterr().out
    assert "  a deletion: the contact was deleted at HubSpot" in printed
    assert "  an activity: booking_canceled" in printed
    assert "  no lead in it: " in printed


@pytest.mark.timeout(90)
async def test_every_recorded_payload_is_taken_in_whole_and_nothing_is_invented(untouched: Process) -> None:
    settings = settings_of(untouched)
    _expect_time_within_one_bucket()

    answers = await post_all(settings, untouched.url)
    once = await events_in(settings)
    again = await post_all(settings, untouched.url)
    twice = await events_in(settings)

    assert set(answers) == set(again) == {200}
    for preset in PRESETS:
        assert held_in(once.values(), preset) == expected_of(preset), preset
    new = [event for event_id, event in twice.items() if event_id not in once]
    assert all(event.data.is_test for event in new if isinstance(event, LeadReceived))  # each press is seen
    assert {event.subject for event in new} <= {event.subject for event in once.values()}
    assert untouched.ledger(recount=True)["exit_code"] == 0


def _expect_time_within_one_bucket() -> None:
    """Wait until ids that are made of content and minutes stay the same for as long as the posts take."""
    left_s = PROBABLE_BUCKET_S - time.time() % PROBABLE_BUCKET_S
    if left_s < POSTED_WITHIN_S:
        time.sleep(left_s)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_payload_is_shown_with_every_key_that_is_promised(preset: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = next(payloads_of(preset))

    print_map(Settings(config=DOORS), door_of(preset, path), path, content_type=None, headers=[])

    shown = json.loads(capsys.readouterr().out)
    assert shown.keys() == MAP_KEYS
    assert shown["leads"] or shown["not_a_lead"]
