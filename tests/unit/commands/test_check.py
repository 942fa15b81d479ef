"""`tratt check`: every fault with its line, from whichever part it comes, and what is unwise beside."""

import stat
from pathlib import Path

import pytest

from services import wiring
from services.__main__ import main
from services.commands.preparing import check
from services.wiring import can_keep, opened
from shared.domain.errors import ConfigurationError
from shared.runtime.settings import Settings

SOUND = """\
sources: {google: {kind: google_ads, keys: [short]}}
customers: {file: kunder.csv}
destinations:
  journal: {kind: journal, path: delivered.jsonl}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "kunder.csv").write_text("customer_id,email\n1,anna@exempel.se\n")
    (tmp_path / "tratt.yaml").write_text(SOUND)
    return Settings(config=tmp_path / "tratt.yaml", data_dir=tmp_path / "[data]")


def rewrite(settings: Settings, before: str, after: str) -> None:
    assert before in SOUND
    settings.config.write_text(SOUND.replace(before, after))


async def test_a_sound_configuration_passes_and_what_is_unwise_is_told(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await check(settings)

    warning, verdict = capsys.readouterr().out.splitlines()
    assert warning.startswith("warning sources.google.keys[0]: has 5 characters")
    assert verdict == f"{settings.config}: no faults found"


async def test_the_data_folder_is_made_for_nobody_else(settings: Settings) -> None:
    await check(settings)

    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700


async def test_a_full_disk_keeps_nothing_where_the_log_lies_on_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(settings) as stack:
        assert await can_keep(stack)
        monkeypatch.setattr(wiring, "LEAST_FREE_BYTES", 2**60)
        assert not await can_keep(stack)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("kunder.csv", "customers.csv", "2: customers.file: "),
        ("delivered.jsonl", ".", "4: destinations.journal: "),
        ("[short]", "[short], product: sun", "1: sources.google.product: no product 'sun'"),
    ],
)
async def test_a_fault_of_any_part_is_told_with_its_line(
    settings: Settings, before: str, after: str, says: str
) -> None:
    rewrite(settings, before, after)

    with pytest.raises(ConfigurationError) as refusal:
        await check(settings)

    (fault,) = refusal.value.faults
    assert says in str(fault)


async def test_faults_of_files_and_destinations_are_told_together(settings: Settings) -> None:
    settings.config.write_text(SOUND.replace("kunder.csv", "none.csv").replace("delivered.jsonl", "."))

    with pytest.raises(ConfigurationError) as refusal:
        await check(settings)

    assert [fault.key for fault in refusal.value.faults] == ["customers.file", "destinations.journal"]


def test_a_key_in_brackets_is_told_as_it_stands(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(settings, "path:", "'pa[th]':")
    monkeypatch.setenv("TRATT_CONFIG", str(settings.config))
    monkeypatch.setenv("TRATT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("sys.argv", ["tratt", "check"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert "destinations.journal.pa[th]: is not a key here" in capsys.readouterr().err
