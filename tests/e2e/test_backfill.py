"""What a webhook never brought comes from the file that Google's page exports: all of it, once, however often."""

import asyncio
import csv
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.proof.processes import Process
from tests.proof.traffic import google_body

pytestmark = pytest.mark.timeout(180)

HEADER = (
    *("Lead ID", "Submission time", "Form ID", "Campaign ID", "Ad group ID", "Ad ID", "Google Click ID", "Test lead"),
    *("Full name", "E-mail", "Phone number", "Postal code", "Boendeform", "När vill du börja?"),
)
COLUMNS = ("FULL_NAME", "EMAIL", "PHONE_NUMBER", "POSTAL_CODE", "boendeform", "när_vill_du_börja?")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
DELIVERED_WITHIN_S = 15


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Process]:
    process = Process("all", tmp_path / "data", {})
    process.start()
    await process.ready()
    yield process
    process.stop()


def post(process: Process, body: bytes) -> None:
    answer = httpx.post(f"{process.url}/v1/sources/google-search", content=body, timeout=5, trust_env=False)
    assert answer.status_code == 200


def row(body: bytes, *, has_id: bool) -> list[str]:
    """Write a lead as Google's page would: local times, in UTF-16 and tabs as its downloads are."""
    said = json.loads(body)
    at = datetime.fromisoformat(said["lead_submit_time"]).astimezone(STOCKHOLM)
    ids = (said[name] for name in ("form_id", "campaign_id", "adgroup_id", "creative_id", "gcl_id"))
    answers = {column["column_id"]: column["string_value"] for column in said["user_column_data"]}
    lead_id = said["lead_id"] if has_id else ""
    return [lead_id, f"{at:%Y-%m-%d %H:%M:%S}", *map(str, ids), "false", *(answers[name] for name in COLUMNS)]


def export(path: Path, bodies: list[bytes], *, has_id: bool) -> Path:
    with path.open("w", encoding="utf-16", newline="") as file:
        csv.writer(file, delimiter="\t").writerows((HEADER, *(row(body, has_id=has_id) for body in bodies)))
    return path


def outcomes(file: Path) -> Counter[str]:
    with file.with_name(f"{file.stem}.result.csv").open(encoding="utf-8") as opened:
        return Counter(line["outcome"] for line in csv.DictReader(opened))


def backfill(process: Process, file: Path, *options: str) -> Counter[str]:
    done = process.command("backfill", "google-search", "--file", str(file), *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return outcomes(file)


def journalled(process: Process) -> list[str]:
    path = process.folder / "delivered.jsonl"
    return [json.loads(line)["lead_id"] for line in path.read_text().splitlines()] if path.exists() else []


async def delivered(process: Process, count: int) -> list[str]:
    """Wait until so many deliveries are journalled."""
    until = time.monotonic() + DELIVERED_WITHIN_S
    while len(journalled(process)) < count and time.monotonic() < until:
        await asyncio.sleep(0.05)
    return journalled(process)


@pytest.mark.parametrize("has_id", [True, False], ids=["with-ids", "without-ids"])
async def test_only_what_is_missing_is_healed_and_only_once(running: Process, tmp_path: Path, has_id: bool) -> None:
    bodies = [google_body(f"lead-{number}", number * 7) for number in range(6)]
    for body in bodies[:4]:
        post(running, body)
    file = export(tmp_path / "leads.csv", bodies, has_id=has_id)

    assert backfill(running, file) == {"arrived": 4, "healed": 2}
    assert backfill(running, file) == {"arrived": 6}

    received = list(running.events("leads.received"))
    assert len(received) == len({event["id"] for event in received}) == 6
    healed = [event["data"]["lead"] for event in received if event["data"]["lead"]["signals"].get("healed")]
    assert {lead["person"]["email"] for lead in healed} == {"lead-4@example.se", "lead-5@example.se"}
    leads = await delivered(running, 6)
    assert len(leads) == len(set(leads)) == 6
    assert running.ledger(recount=True)["exit_code"] == 0


async def test_a_webhook_that_comes_after_the_healing_changes_nothing(running: Process, tmp_path: Path) -> None:
    late = google_body("late-1", 3)
    file = export(tmp_path / "leads.csv", [late], has_id=True)
    assert backfill(running, file, "--dry-run") == {"missing": 1}
    assert backfill(running, file) == {"healed": 1}
    await delivered(running, 1)

    post(running, late)
    post(running, google_body("next-1", 4))  # behind the late one, on the same topics

    leads = await delivered(running, 2)
    assert len(leads) == len(set(leads)) == 2
    assert len({event["id"] for event in running.events("leads.received")}) == 2
