"""A full disk is told to the sender, and costs no lead that was accepted."""

from pathlib import Path

import pytest

from tests.proof import full_disk, stacks
from tests.proof.sink import sink
from tests.proof.small_disk import small_disk

FULL_S = 3
RATE = 40


@pytest.mark.timeout(180)
async def test_a_full_disk_is_answered_503_and_loses_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    async with sink() as receiver:
        with small_disk(tmp_path / "data") as disk:
            async with stacks.running("embedded", tmp_path, request, sink_url=receiver.url) as processes:
                verdict = await full_disk.filled(disk, processes, receiver, full_s=FULL_S, times=2, rate=RATE)
    print(verdict)
    full_disk.expect_told_and_kept(verdict)


@pytest.mark.timeout(180)
async def test_kafka_away_and_the_disk_full_is_answered_503_and_loses_nothing(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kafka = request.getfixturevalue("kafka_server")
    with small_disk(tmp_path / "ingest") as disk:
        async with stacks.ingest_alone(tmp_path, kafka_url=kafka.url) as process:
            run = await full_disk.both_away(disk, kafka, process, full_s=FULL_S, rate=RATE)
    print(run)
    full_disk.expect_both_away_told_and_kept(run)
