"""What the runtime's tests share: a program in a process of its own, for what ends a process."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def program(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], "subprocess.Popen[str]"]:
    def start(text: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", dedent(text)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

        def end() -> None:
            with process:  # closes its pipes
                process.kill()

        request.addfinalizer(end)
        return process

    return start
