"""That the journal holds every delivery once, whoever dies and whoever else writes."""

import asyncio
import fcntl
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from services.router.destinations import journal as journal_module
from services.router.destinations.journal import Journal
from services.router.outcome import Delivery, Kind
from tests.builders import a_lead, a_person, held
from tests.deliveries import a_delivery

MANY = 100


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "delivered.jsonl"


def due(*submissions: str, maybe_sent: bool = False) -> list[Delivery]:
    return [a_delivery(each, destination="journal", maybe_sent=maybe_sent) for each in submissions]


def ids(path: Path) -> list[str]:
    return [json.loads(line)["delivery_id"] for line in path.read_text().splitlines()]


async def kinds(journal: Journal, deliveries: list[Delivery]) -> list[Kind]:
    return [outcome.kind for outcome in await journal.push(deliveries)]


async def test_a_line_is_the_decision_with_its_delivery(path: Path) -> None:
    lead = a_lead(person=a_person(full_name="Åsa\nÖst\u2028"))
    (delivery,) = [a_delivery(event=held(lead), destination="journal")]
    await Journal(path).push([delivery])
    (line,) = path.read_bytes().splitlines()
    told = json.loads(line)
    assert (told["delivery_id"], told["type"], told["lead_id"]) == (delivery.delivery_id, "lead.held", lead.id)
    assert told["lead"]["person"]["full_name"] == "Åsa\nÖst\u2028"
    assert told["delivered_at"].endswith("+00:00")


async def test_a_doubtful_delivery_is_looked_for_before_it_is_written(path: Path) -> None:
    await Journal(path).push(due("s-1", "s-2"))
    again = Journal(path)
    assert await kinds(again, due("s-2", "s-3", maybe_sent=True)) == [Kind.DUPLICATE, Kind.DELIVERED]
    assert len(ids(path)) == len(set(ids(path))) == 3


async def test_what_another_process_wrote_meanwhile_is_not_written_again(path: Path) -> None:
    stalled = Journal(path)
    await stalled.push(due("s-0"))
    await Journal(path).push(due("s-1", maybe_sent=True))
    assert await kinds(stalled, due("s-1", "s-2")) == [Kind.DUPLICATE, Kind.DELIVERED]
    assert len(ids(path)) == 3


@pytest.mark.parametrize(
    "torn", [b'{"delivery_id":"', b"x" * 70_000, b'{"delivery_id":"0","lead_id":"half', b"\0" * 5000]
)
async def test_half_a_line_is_cut_off_before_the_next(path: Path, torn: bytes) -> None:
    await Journal(path).push(due("s-1"))
    with path.open("ab") as file:
        file.write(torn)
    await Journal(path).push(due("s-2"))
    assert ids(path) == [delivery.delivery_id for delivery in due("s-1", "s-2")]


async def test_a_line_torn_in_the_middle_is_written_whole_by_the_next_owner(path: Path) -> None:
    await Journal(path).push(due("s-1", "s-2"))
    os.truncate(path, path.stat().st_size - 100)
    assert await kinds(Journal(path), due("s-1", "s-2", maybe_sent=True)) == [Kind.DUPLICATE, Kind.DELIVERED]
    assert len(ids(path)) == 2


async def test_a_file_that_is_only_half_a_line_begins_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"delivery_id":"ab')
    await Journal(path).push(due("s-1"))
    assert len(ids(path)) == 1


async def test_two_writers_at_once_leave_whole_lines_and_no_line_twice(path: Path) -> None:
    one, two = Journal(path), Journal(path)
    batches = [due(f"s-{number}", f"s-{number + 1}", maybe_sent=True) for number in range(0, MANY, 2)]
    await asyncio.gather(*[each.push(batch) for batch in batches for each in (one, two)])
    assert len(ids(path)) == len(set(ids(path))) == MANY


async def test_killed_writers_lose_nothing_they_reported_and_their_heirs_repeat_nothing(path: Path) -> None:
    reported: set[str] = set()
    for _ in range(3):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.unit.router.journal_process", str(path), "0", "100000",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout
        reported |= {(await process.stdout.readline()).decode().strip() for _ in range(20)}
        process.kill()
        rest = (await process.stdout.read()).decode().split("\n")
        await process.wait()
        reported |= {line for line in rest[:-1] if line}
        path.write_bytes(path.read_bytes() + b'{"delivery_id":"torn')
        written = len(reported) + 5
        await Journal(path).push(due(*[f"s-{number}" for number in range(written)], maybe_sent=True))
        assert reported <= set(ids(path))
        assert len(ids(path)) == len(set(ids(path)))
        path.unlink()
        reported.clear()


async def test_a_writer_that_stopped_with_the_lock_makes_the_others_try_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "LOCK_S", 0.1)
    journal = Journal(path)
    await journal.push(due("s-1"))
    with path.open("rb") as stopped:
        fcntl.flock(stopped, fcntl.LOCK_EX)
        assert await kinds(journal, due("s-2")) == [Kind.RETRYABLE]
    assert await kinds(journal, [replace(*due("s-2"), maybe_sent=True)]) == [Kind.DELIVERED]


async def test_a_disk_that_refuses_leaves_nothing_half_done(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(path)
    await journal.push(due("s-1"))
    before = path.read_bytes()

    def refuse(_number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse)
        (outcome,) = await journal.push(due("s-2"))
    assert (outcome.kind, outcome.vendor_code, outcome.unknown) == (Kind.RETRYABLE, "No space left on device", True)
    assert path.read_bytes() == before


async def test_a_journal_that_was_moved_away_begins_anew(path: Path) -> None:
    journal = Journal(path)
    await journal.push(due("s-1"))
    path.rename(path.with_suffix(".old"))
    await journal.push(due("s-2"))
    assert ids(path) == [each.delivery_id for each in due("s-2")]


async def test_a_folder_that_cannot_be_is_told_beforehand(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    assert await Journal(tmp_path / "taken" / "delivered.jsonl").preflight()
    assert not await Journal(tmp_path / "delivered.jsonl").preflight()
    assert await Journal(tmp_path).preflight() == [f"{tmp_path} is a folder: name a file in it"]
