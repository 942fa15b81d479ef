"""`tratt remap`: what came is read again as its door reads it, stamps, questions and all."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from services.commands.remapping import remap
from services.ingest.forms.stamps import stamp
from services.ingest.submission import Submission
from services.receiving import ingest_service
from services.wiring import Stack, intake, migrate, opened
from shared.domain.events import LeadReceived, Topic, decode
from shared.runtime.settings import Settings

PAGE = "https://www.exempel.se"
CONFIGURATION = """
questions:
  device: {type: text}
sources:
  website: {kind: form, origins: [https://www.exempel.se], SAYS}
destinations:
  journal: {kind: journal}
"""
AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
FIELDS = {"email": "asa@exempel.se", "device": "Värmepump"}
STEERING = "svar[/b]\x1b[2J"
"""What would be markup, and clear a terminal."""


def settings_of(folder: Path, *, says: str) -> Settings:
    (folder / "tratt.yaml").write_text(CONFIGURATION.replace("SAYS", says))
    return Settings(config=folder / "tratt.yaml", data_dir=folder)


async def receive(settings: Settings, **more: str) -> None:
    """Take a form in that was posted in the very second in which it was rendered."""
    async with opened(settings) as stack, intake(stack) as publisher:
        await migrate(stack)
        fields = FIELDS | more | {"tratt_stamp": stamp(stack.keys.signing[0], "website", AT)}
        headers = {b"origin": PAGE.encode(), b"content-type": b"application/x-www-form-urlencoded"}
        submission = Submission(
            "website", "POST", "/v1/sources/website", b"", headers, urlencode(fields).encode(), received_at=AT
        )
        await ingest_service(stack, publisher).accept(submission)


async def received(settings: Settings) -> list[LeadReceived]:
    async with opened(settings) as stack:
        return [event async for event in _events(stack) if isinstance(event, LeadReceived)]


async def _events(stack: Stack) -> AsyncIterator[object]:
    async for records in stack.log.reader().read([Topic.RECEIVED]):
        for record in records:
            yield decode(record.value)


def test_what_reads_as_before_is_left_alone(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, says="language: sv")
    asyncio.run(receive(settings))

    asyncio.run(remap(settings, "website", since=None, dry_run=False, also_new=False))

    (only,) = asyncio.run(received(settings))
    assert only.data.lead.answers == {"device": "Värmepump"}


def test_a_correction_keeps_what_the_stamp_told(tmp_path: Path) -> None:
    asyncio.run(receive(settings_of(tmp_path, says="language: sv")))
    settings = settings_of(tmp_path, says="product: batteries")

    asyncio.run(remap(settings, "website", since=None, dry_run=False, also_new=False))

    before, after = asyncio.run(received(settings))
    assert (before.data.lead.product, after.data.lead.product) == (None, "batteries")
    assert after.data.lead.signals["stamp"] == before.data.lead.signals["stamp"] == "too_fast"


def test_a_dry_run_publishes_nothing(tmp_path: Path) -> None:
    asyncio.run(receive(settings_of(tmp_path, says="language: sv")))
    settings = settings_of(tmp_path, says="product: batteries")

    asyncio.run(remap(settings, "website", since=None, dry_run=True, also_new=False))

    assert len(asyncio.run(received(settings))) == 1


def test_what_a_sender_calls_an_answer_is_printed_as_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unnested = "decoding: {brackets: false}"
    asyncio.run(receive(settings_of(tmp_path, says=unnested), **{STEERING: "Ja"}))
    settings = settings_of(tmp_path, says=f"{unnested}, mapping: {{answer_names: svar}}")

    asyncio.run(remap(settings, "website", since=None, dry_run=True, also_new=False))

    printed = capsys.readouterr().out
    assert "answers.svar[/b]" in printed
    assert "\x1b" not in printed
