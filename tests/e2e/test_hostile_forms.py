"""Hostile and odd form posts to the running service: no 500, nothing authentic lost, nobody sent to a foreign page."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.payloads.hostile_forms.post import PAGE
from tests.proof import form_hostility
from tests.proof.processes import Process


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Process]:
    configuration = form_hostility.write_configuration(tmp_path)
    process = Process("all", tmp_path / "data", {**form_hostility.ENVIRONMENT, "TRATT_CONFIG": str(configuration)})
    process.start()
    await process.ready()
    yield process
    process.stop()


@pytest.mark.timeout(120)
async def test_no_hostile_form_breaks_the_running_service(running: Process) -> None:
    run = await form_hostility.posted(running)
    print(run)
    assert run.statuses.total() >= 300
    form_hostility.expect_withstood(run)


@pytest.mark.timeout(120)
async def test_a_filled_honeypot_waits_for_a_person_and_can_be_released(running: Process) -> None:
    fields = {"full_name": "Fanny Påhittad", "email": "fanny@example.se", "company_url": "filled in by the browser"}
    url = f"{running.url}/v1/sources/website"
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(url, data=fields, headers={"origin": PAGE})
    assert answer.status_code == 303
    lead_id = next(running.events("received"))["data"]["lead_id"]

    held = life_of(running, lead_id)
    released = running.command("hold", "release", lead_id, "--why", "her password manager fills in everything")

    assert (held["place"], held["reason"]["code"]) == ("held", "hygiene")
    assert released.returncode == 0, released.stderr
    assert life_of(running, lead_id, decisions=2)["place"] == "routed"
    delivered = wait_for_lines(running.folder / "delivered.jsonl")
    assert [json.loads(line)["lead_id"] for line in delivered] == [lead_id]


def life_of(process: Process, lead_id: str, *, decisions: int = 1) -> dict[str, Any]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        shown = process.command("lead", lead_id, "--json")
        life = json.loads(shown.stdout) if shown.returncode == 0 else {}
        if len(life.get("decisions", [])) >= decisions:
            return dict(life)
    raise AssertionError(f"lead {lead_id} was not decided {decisions} times:\n{process.log_end()}")


def wait_for_lines(path: Path) -> list[str]:
    until = time.monotonic() + 10
    while time.monotonic() < until and not path.exists():
        time.sleep(0.1)
    return path.read_text().splitlines()
