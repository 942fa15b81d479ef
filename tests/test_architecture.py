"""The import rules of the house, each broken one named by file and line."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SERVICES = ("ingest", "scorer", "router", "console")

MAY_IMPORT = {
    "shared.domain": {"shared.domain"},
    "shared.ports": {"shared.domain"},
    "shared.adapters": {"shared.domain", "shared.ports", "shared.adapters"},
    "shared.runtime": {"shared.domain", "shared.ports", "shared.runtime"},
    "shared.migrations": set[str](),
    **{
        f"services.{service}": {"shared.domain", "shared.ports", "shared.runtime", f"services.{service}"}
        for service in SERVICES
    },
}
"""What each room may import of ours. Wiring and the command line may import everything but are imported by nobody."""

FREE = {"services.wiring", "services.commands", "services.__main__"}
FRAMEWORKS = {"fastapi", "starlette", "uvicorn", "sqlalchemy", "aiokafka", "httpx"}
PURE = [
    "shared/domain",
    "services/ingest/guard.py",
    "services/ingest/decoding",
    "services/ingest/mapping",
    "services/ingest/mapping/guessing",
    "services/ingest/verification",
    "services/ingest/exports/matching.py",
    "services/ingest/exports/traces.py",
    "services/scorer/hygiene.py",
    "services/scorer/judge.py",
    "services/scorer/numerals.py",
    "services/scorer/revisions.py",
    "services/scorer/scoring.py",
    "services/scorer/stages.py",
    "services/router/matching.py",
    "services/router/decision.py",
    "services/router/assignment.py",
    "services/router/backoff.py",
    "services/router/breaker.py",
    "services/router/brief.py",
    "services/router/consent.py",
    "services/console/doors.py",
    "services/console/notices.py",
    "services/console/rhythm.py",
]
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("time", "time"), ("time", "monotonic")}


def modules() -> Iterator[tuple[str, Path]]:
    for folder in ("shared", "services"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def room_of(module: str) -> str | None:
    rooms = [*MAY_IMPORT, *FREE]
    return next((room for room in rooms if module == room or module.startswith(f"{room}.")), None)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def broken_rules() -> Iterator[str]:
    for module, path in modules():
        room = room_of(module)
        if room is None or room in FREE:
            continue
        for line, name in imports(path):
            target = room_of(name)
            ours = name.split(".")[0] in {"shared", "services"}
            if ours and target is not None and target not in MAY_IMPORT[room]:
                yield f"{path.relative_to(ROOT)}:{line}: {room} imports {name}"


def test_every_room_imports_only_what_it_may() -> None:
    assert not list(broken_rules())


def test_a_broken_rule_is_named_by_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    culprit = tmp_path / "services" / "router" / "culprit.py"
    culprit.parent.mkdir(parents=True)
    culprit.write_text("import json\nfrom services.scorer.scoring import score\n")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert list(broken_rules()) == [
        "services/router/culprit.py:2: services.router imports services.scorer.scoring.score"
    ]


@pytest.mark.parametrize("place", PURE)
def test_pure_files_know_neither_framework_nor_clock(place: str) -> None:
    path = ROOT / place
    for file in [path] if path.suffix else sorted(path.glob("*.py")):
        for line, name in imports(file):
            assert name.split(".")[0] not in FRAMEWORKS, f"{file}:{line}: {name}"
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = (ast.unparse(node.func.value).split(".")[-1], node.func.attr)
                assert called not in CLOCKS, f"{file}:{node.lineno}: reads the clock"


def test_sql_stands_only_in_stores_tables_adapters_and_migrations() -> None:
    allowed = ("store", "tables", "adapters", "migrations", "ports")
    for module, path in modules():
        if any(part in allowed for part in module.split(".")) or room_of(module) in FREE:
            continue
        for line, name in imports(path):
            assert not name.startswith("sqlalchemy"), f"{path.relative_to(ROOT)}:{line}: {name}"
