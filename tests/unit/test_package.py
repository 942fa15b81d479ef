"""The wheel holds what the program reads beside its code: presets, examples, pages, look-up tables."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "shared")


def test_every_file_that_lies_beside_the_code_is_installed(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]

    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    installed = set(ZipFile(wheel).namelist())
    lying = {
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"services/ingest/presets/typeform.yaml", "services/commands/examples/senders/jotform.multipart"} <= lying
    assert lying - installed == set()
