"""What commands print stands there as it was written, brackets and all."""

from pathlib import Path

import pytest

from services.__main__ import main
from services.commands.terminal import headed, out


@pytest.mark.parametrize("written", ["a list, as [a, b]", "svar[/b]", "[red]svar", "data['a.b'][0]"])
def test_no_text_is_read_as_markup(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    out.print(written)
    out.print(headed("warning", written, "yellow"))

    assert capsys.readouterr().out == f"{written}\nwarning {written}\n"


def test_a_fault_is_told_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tratt.yaml").write_text("sources:\n  ads: {kind: google_ads, keys: {a: b}}\ndestinations: {}\n")
    monkeypatch.setenv("TRATT_CONFIG", str(tmp_path / "tratt.yaml"))
    monkeypatch.setenv("TRATT_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["tratt", "check"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert capsys.readouterr().err.endswith("sources.ads.keys: must be a list, as [a, b]\n")
