"""`tratt form stamp` prints what the running service believes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.commands.forms import print_stamp
from services.ingest.forms.stamps import rendered_at
from shared.domain.errors import UsedWrongly
from shared.runtime.keys import read_keys
from shared.runtime.settings import Settings


def test_a_printed_stamp_is_believed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data_dir=tmp_path)

    print_stamp(settings, "website")

    at = rendered_at(capsys.readouterr().out.strip(), "website", read_keys(settings).signing)
    assert at is not None
    assert datetime.now(UTC) - at < timedelta(minutes=1)


def test_only_forms_have_stamps(tmp_path: Path) -> None:
    with pytest.raises(UsedWrongly, match="choose one of website"):
        print_stamp(Settings(data_dir=tmp_path), "google-search")
