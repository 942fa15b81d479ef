"""Tratt's own processes, started as an operator would, killed as no operator should."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READY_S = 40
ROOT = Path(__file__).parent.parent.parent

CONFIGURATION = """
people:
  sara: {{name: Sara Lind, email: sara@exempelsol.example}}
questions:
  housing: {{type: choice, options: {{villa: [Villa]}}, aliases: [boendeform]}}
  start: {{type: choice, options: {{now: [Omgående], 3m: [Inom 3 månader]}}, aliases: ["när_vill_du_börja?"]}}
sources:
  google-search: {{kind: google_ads, keys: [try-me], channel: paid_search}}
scoring:
  fit:
    - {{when: {{facts.answers.housing: villa}}, points: 25, reason: {{sv: Bor i villa, en: Lives in a house}}}}
    - {{when: {{facts.answers.start: [now, 3m]}}, points: 20, reason: {{sv: Snart, en: Soon}}}}
routing:
  rules:
    - {{name: all, when: {{facts.contactable: true}}, then: {{owner: sara, deliver_to: [journal, sink]}}}}
  otherwise: {{hold: nurture}}
destinations:
  journal: {{kind: journal, path: delivered.jsonl}}
  sink: {{kind: webhook, url: "{sink}", secret: {secret}, allow_private: true}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_configuration(folder: Path, *, sink_url: str, secret: str) -> Path:
    path = folder / "tratt.yaml"
    path.write_text(CONFIGURATION.format(sink=sink_url, secret=secret))
    return path


@dataclass(slots=True)
class Process:
    """One `tratt up`. `program` may be a script that takes a guard away before it runs the same main."""

    name: str
    folder: Path
    environment: Mapping[str, str]
    roles: str | None = None
    program: Sequence[str] = (sys.executable, "-m", "services")
    http_port: int = field(default_factory=free_port)
    admin_port: int = field(default_factory=free_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def admin_url(self) -> str:
        return f"http://127.0.0.1:{self.admin_port}"

    @property
    def full_environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("TRATT_")},
            "TRATT_DATA_DIR": str(self.folder),
            "TRATT_HTTP_PORT": str(self.http_port),
            "TRATT_ADMIN_PORT": str(self.admin_port),
            "TRATT_LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
            **self.environment,
        }

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        arguments = [*self.program, "up", *(["--roles", self.roles] if self.roles else [])]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.running = subprocess.Popen(
                arguments, env=self.full_environment, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )

    async def ready(self) -> None:
        """Return once the process says it is ready.

        Raises:
            AssertionError: it died or did not get ready; the end of its log is told.
        """
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            assert self.running is not None
            assert self.running.poll() is None, f"{self.name} died:\n{self.log_end()}"
            if await asyncio.to_thread(self._answers):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{self.name} is not ready after {READY_S} s:\n{self.log_end()}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.admin_url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def log_end(self) -> str:
        return (self.folder / f"{self.name}.log").read_text()[-4000:]

    def send_signal(self, number: signal.Signals) -> None:
        assert self.running is not None
        os.killpg(self.running.pid, number)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.send_signal(signal.SIGKILL)
        assert self.running is not None
        self.running.wait(timeout=20)

    def stop(self) -> int:
        """SIGTERM, as an operator would; the exit code."""
        if self.running is None or self.running.poll() is not None:
            return self.running.returncode if self.running else 0
        self.send_signal(signal.SIGTERM)
        try:
            return self.running.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def command(self, *arguments: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run another tratt command against the same data."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [sys.executable, "-m", "services", *arguments],
            env=self.full_environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def ledger(self, *, recount: bool = False) -> dict[str, Any]:
        """The ledger as JSON, with the command's exit code beside it."""
        done = self.command("ledger", "--json", *(["--recount"] if recount else []))
        assert done.returncode in (0, 1), done.stderr
        return {**json.loads(done.stdout), "exit_code": done.returncode}
