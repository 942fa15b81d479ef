"""The first lead of somebody who just cloned this: the shipped example, one command, and what came out of it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.proof.processes import Process
from tests.proof.stacks import KEYS

WITHIN_MS = 2000


@pytest.fixture(params=["embedded", "kafka"])
async def running(
    request: pytest.FixtureRequest, tmp_path: Path, settings_of: dict[str, str]
) -> AsyncIterator[Process]:
    process = Process("all", tmp_path / "data", settings_of)
    assert process.command("migrate").returncode == 0
    process.start()
    await process.ready()
    yield process
    assert process.stop() == 0


@pytest.fixture
def settings_of(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.node.callspec.params["running"] == "embedded":
        return {}
    kafka, postgres = (request.getfixturevalue(name) for name in ("kafka_server", "postgres_url"))
    return {**KEYS, "TRATT_EVENT_LOG_URL": kafka.url, "TRATT_DATABASE_URL": postgres, "TRATT_TOPIC_PARTITIONS": "6"}


@pytest.mark.timeout(180)
async def test_a_google_lead_is_scored_explained_and_delivered_within_two_seconds(running: Process) -> None:
    running.command("send", "google-search")  # the first consumer group join of a new Kafka takes seconds by itself

    sent = running.command("send", "google-search", "--example", "customer")

    assert "./tratt send google-search" in running.log.read_text()  # what to try next, also where no terminal is
    assert sent.returncode == 0, sent.stdout + sent.stderr + running.log_end()
    assert "posted to google-search: 200" in sent.stdout
    assert "+25  Lives in a house" in sent.stdout
    assert "existing_customer 1001: email (certain)" in sent.stdout
    assert "erik (owns the account)" in sent.stdout
    assert int(sent.stdout.rsplit("all of it after ", 1)[1].split(" ms")[0]) < WITHIN_MS
    lines = [json.loads(line) for line in (running.folder / "delivered.jsonl").read_text().splitlines()]
    journalled = {line["match"]["verdict"]: line for line in lines}
    assert journalled["new"]["match"]["checked"] == ["email", "mailbox"]
    assert journalled["existing_customer"]["match"]["evidence"][0]["key"] == "email"
    assert journalled["existing_customer"]["score"]["fit"] == 55
    mails = [path.read_text() for path in (running.folder / "mail").glob("*.eml")]
    assert sorted("erik@exempelsol.se" in mail for mail in mails) == [False, True]
    ledger = running.ledger(recount=True)
    assert ledger["exit_code"] == 0
    assert ledger["leads"]["routed"] == 2
