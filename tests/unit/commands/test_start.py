"""A command loads what it needs and no more, so that it answers at once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.role_names import ROLES
from services.roles import WORKERS

TABLES = "sqlalchemy"
HEAVY = {
    *("aiohttp", "aiokafka", "alembic", "fastapi", "jinja2", "openpyxl", "prometheus_client", "requests", "starlette"),
    *(TABLES, "tldextract", "uvicorn"),
}
"""What a role is made of, or a rare errand: each costs as much as all that `tratt --help` needs, or more."""
PROGRAM = """
import atexit, sys
from services.__main__ import main
atexit.register(lambda: print(*sys.modules, sep="\\n"))
main()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "lead.json").write_text(json.dumps({"lead_id": "lead-1", "user_column_data": []}))
    return folder


@pytest.fixture(scope="module")
def with_tables(home: Path) -> Path:
    assert "alembic" in loaded_by(home, "migrate")
    return home


def loaded_by(home: Path, *arguments: str) -> set[str]:
    """Run a command as a process of its own, and return the heavy libraries it loaded."""
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "TRATT_DATA_DIR": str(home / "var")}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    ended = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=True)
    return HEAVY & set(ended.stdout.splitlines())


@pytest.mark.parametrize("arguments", [("--help",), ("send", "--help"), ("map", "google-search", "lead.json")])
def test_what_reads_no_table_loads_none_of_the_heavy_libraries(home: Path, arguments: tuple[str, ...]) -> None:
    assert loaded_by(home, *arguments) == set()


@pytest.mark.parametrize("arguments", [("hold", "list"), ("destinations",), ("tail", "received")])
def test_what_reads_tables_loads_nothing_heavy_beside_them(with_tables: Path, arguments: tuple[str, ...]) -> None:
    assert loaded_by(with_tables, *arguments) == {TABLES}


def test_every_role_that_has_a_name_can_be_built() -> None:
    assert ("ingest", *WORKERS) == ROLES
