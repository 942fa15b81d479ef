"""An operator's day at the command line, against one running service."""

import json
import re
from collections.abc import AsyncIterator
from itertools import takewhile
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.proof.processes import Process
from tests.proof.traffic import google_body

pytestmark = pytest.mark.timeout(180)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    process = Process("all", tmp_path_factory.mktemp("operator") / "data", {})
    process.start()
    await process.ready()
    yield process
    process.stop()


def first_id(process: Process, *command: str) -> str:
    return process.command(*command).stdout.split(maxsplit=1)[0]


def expect_done(process: Process, *command: str) -> str:
    done = process.command(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def first_door(process: Process, *options: str) -> dict[str, str]:
    """Read what `tratt sources` says of the first door, by label."""
    _, *lines = expect_done(process, "sources", *options).splitlines()
    told = takewhile(lambda line: line.startswith(" "), lines)
    return dict(re.split(r" {2,}", line.strip(), maxsplit=1) for line in told)


def journalled(process: Process) -> int:
    path = process.folder / "delivered.jsonl"
    return len(path.read_text().splitlines()) if path.exists() else 0


def post(process: Process, body: bytes) -> int:
    return httpx.post(f"{process.url}/v1/sources/google-search", content=body, timeout=5, trust_env=False).status_code


async def test_a_held_lead_is_released_to_a_person_and_its_life_says_who_and_why(running: Process) -> None:
    expect_done(running, "send", "google-search", "--example", "no-contact")
    lead_id = first_id(running, "hold", "list")

    assert running.command("hold", "release", lead_id, "--owner", "saar").returncode == 2
    assert running.command("hold", "release", lead_id, "--to", "jurnal").returncode == 2
    expect_done(running, "hold", "release", lead_id, "--owner", "sara", "--why", "known from the fair")
    expect_done(running, "send", "google-search", "--example", "far-away")  # behind the release, on the same topics

    life = json.loads(expect_done(running, "lead", lead_id, "--json"))
    assert [one["outcome"] for one in life["decisions"]] == ["held", "routed"]
    assert life["decision"]["trigger"] == "release"
    assert life["assignment"]["owner"] == "sara"
    assert life["commands"][0]["why"] == "known from the fair"
    refused = running.command("hold", "release", lead_id)
    assert (refused.returncode, "is routed" in refused.stderr) == (2, True)


async def test_an_unusable_submission_waits_whole_in_the_dead_letters(running: Process, tmp_path: Path) -> None:
    body = tmp_path / "odd.json"
    body.write_text('{"lead_id": "odd-1", "google_key": "try-me", "user_column_data": "oops"}')

    sent = running.command("send", "google-search", "--file", str(body))

    assert "posted to google-search: 200" in sent.stdout
    shown = expect_done(running, "dead", "show", first_id(running, "dead", "list"))
    assert body.read_text() in shown
    assert "user_column_data is not a list" in shown
    replayed = running.command("dead", "replay", first_id(running, "dead", "list"))
    assert (replayed.returncode, "not a list" in replayed.stderr) == (1, True)


async def test_a_paused_destination_keeps_its_leads_until_it_is_resumed(running: Process) -> None:
    before = journalled(running)
    assert running.command("destinations", "redeliver", "jurnal").returncode == 2
    expect_done(running, "destinations", "pause", "journal", "--why", "moving the disk")
    expect_done(running, "send", "google-search", "--example", "far-away")  # held: nothing to deliver
    assert post(running, google_body("waits", 1)) == 200

    state = expect_done(running, "destinations")

    assert "paused: moving the disk" in state
    assert journalled(running) == before

    expect_done(running, "destinations", "resume", "journal")
    expect_done(running, "send", "google-search")
    assert journalled(running) == before + 2


async def test_every_door_tells_its_address_how_it_does_what_it_refused_and_its_key(
    running: Process,
) -> None:
    last_lead = first_door(running)["last lead"].split(",")[0]
    expect_done(running, "send", "google-search", "--test")
    assert post(running, b'{"google_key": "wrong"}') == 401

    asked, door = first_door(running), first_door(running, "--hide-keys")

    assert door["URL"] == f"{running.url}/v1/sources/google-search"
    assert "try-me" not in door["key"]
    assert asked["key"] == "keys[0] = try-me"
    assert door["last lead"].split(",")[0] == last_lead
    assert door["last test"].startswith("2")
    assert door["rhythm"].startswith("still learning")
    assert door["refused"].startswith("token_wrong: 1 since its process began, last 2")


async def test_events_are_tailed_and_payloads_mapped_without_touching_anything(running: Process) -> None:
    expect_done(running, "send", "google-search", "--same")
    expect_done(running, "send", "google-search", "--same")
    received = [json.loads(line) for line in expect_done(running, "tail", "leads.received").splitlines()]
    assert received[-2]["id"] == received[-1]["id"]
    assert {one["type"] for one in received} == {"tratt.lead.received.v1"}

    payload = Path(__file__).parent.parent / "payloads" / "google_ads" / "full.json"
    mapped = json.loads(expect_done(running, "map", "google-search", str(payload)))

    assert mapped["leads"][0]["person"]["full_name"] == "Åsa Öberg"
    assert mapped["not_a_lead"] is None
    assert mapped["missing"] == []
