"""What a command says of a setting that cannot be, before anything is done."""

from pathlib import Path

import pytest

from services.commands import preparing
from services.commands.operating import change_destination
from services.wiring import opened
from shared.domain.errors import UsedWrongly
from shared.runtime.settings import Settings

DOORS = """
sources: {search: {kind: google_ads, keys: [a-key-of-sixteen-letters]}}
destinations: {journal: {kind: journal}}
"""


def settings(folder: Path, **members: object) -> Settings:
    config = folder / "tratt.yaml"
    config.write_text(DOORS)
    return Settings.model_validate({"config": config, "data_dir": folder / "data"} | members)


async def test_a_data_folder_that_cannot_be_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(UsedWrongly, match=r"^TRATT_DATA_DIR: .*/data cannot be made .*: name another folder$"):
        async with opened(settings(tmp_path)):
            pass


async def test_check_says_that_kafka_does_not_answer_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = {"event_log_url": "kafka://127.0.0.1:9", "person_key": "k" * 16, "secret_key": "k" * 16}

    await preparing.check(settings(tmp_path, **away))

    told = capsys.readouterr().out
    assert "warning Kafka does not answer: how many copies it keeps is not known" in told
    assert "no faults found" in told


async def test_what_is_neither_a_destination_nor_an_id_is_not_delivered_again(tmp_path: Path) -> None:
    with pytest.raises(UsedWrongly, match=r"^there is no destination 'jurnal': choose one of journal or give"):
        await change_destination(settings(tmp_path), "redeliver", "jurnal", why="a test")
