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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.process import Leash

READY_S = 40
ROOT = Path(__file__).parent.parent.parent

CONFIGURATION = """
people:
  sara: {{name: Sara Lind, email: sara@exempelsol.example}}
questions:
  housing: {{type: choice, options: {{villa: [Villa]}}, aliases: [boendeform]}}
  start: {{type: choice, options: {{now: [Omgående], 3m: [Inom 3 månader]}}, aliases: ["när_vill_du_börja?"]}}
sources:
  google-search: {{kind: google_ads, keys: [try-me], channel: paid_search}}{more}
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


def write_configuration(
    folder: Path, *, sink_url: str, secret: str, sources: Mapping[str, Mapping[str, object]] | None = None
) -> Path:
    path = folder / "tratt.yaml"
    more = "".join(f"\n  {name}: {json.dumps(section)}" for name, section in (sources or {}).items())
    path.write_text(CONFIGURATION.format(sink=sink_url, secret=secret, more=more))
    return path


@dataclass(slots=True)
class Process:
    """One `tratt up`, its data in `folder` and its output in `logs` (else in `folder` too).

    `program` may be a script that takes a guard away before it runs the same main.
    """

    name: str
    folder: Path
    environment: Mapping[str, str]
    roles: str | None = None
    program: Sequence[str] = (sys.executable, "-m", "services")
    http_port: int = field(default_factory=free_port)
    admin_port: int = field(default_factory=free_port)
    logs: Path | None = None
    running: subprocess.Popen[bytes] | None = None
    leash: Leash | None = None

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
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                arguments, env=self.full_environment, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        self.leash = Leash(f"kill -s KILL -- -{self.running.pid}")

    async def ready(self) -> None:
        """Return once the process says it is ready.

        Raises:
            AssertionError: it died or did not get ready; the end of its log is told.
        """
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            self.expect_alive()
            if await asyncio.to_thread(self._answers):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{self.name} is not ready after {READY_S} s:\n{self.log_end()}")

    def expect_alive(self) -> None:
        """Assert that it runs: whoever is not killed must not die."""
        assert self.running is not None
        code = self.running.poll()
        assert code is None, f"{self.name} died with {code}:\n{self.log_end()}"

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.admin_url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    @property
    def log(self) -> Path:
        return (self.logs or self.folder) / f"{self.name}.log"

    def log_end(self) -> str:
        return self.log.read_text()[-4000:]

    def send_signal(self, number: signal.Signals) -> None:
        assert self.running is not None
        os.killpg(self.running.pid, number)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.send_signal(signal.SIGKILL)
        assert self.running is not None
        self.running.wait(timeout=20)
        self._let_go()

    def freeze(self) -> None:
        self.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        """SIGTERM, as an operator would; the exit code."""
        if self.running is None or self.running.poll() is not None:
            self._let_go()
            return self.running.returncode if self.running else 0
        self.thaw()
        self.send_signal(signal.SIGTERM)
        try:
            return self.running.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        finally:
            self._let_go()

    def _let_go(self) -> None:
        if self.leash is not None:
            self.leash.release()
            self.leash = None

    def command(self, *arguments: str, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
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

    def events(self, topic: str) -> Iterator[dict[str, Any]]:
        """Yield every event of a topic, as JSON."""
        done = self.command("tail", topic)
        assert done.returncode == 0, done.stderr
        return map(json.loads, filter(None, done.stdout.split("\n")))

    def ledger(self, *, recount: bool = False) -> dict[str, Any]:
        """The ledger as JSON, with the command's exit code beside it."""
        done = self.command("ledger", "--json", *(["--recount"] if recount else []))
        assert done.returncode in (0, 1), done.stderr
        return {**json.loads(done.stdout), "exit_code": done.returncode}
