"""A server as processes of this machine that never outlive the tests."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

STOP_S = 20.0
"""How long a server may take to stop by itself; Kafka writes its log out first."""


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Leash:
    """A shell that cleans up when the tests are gone without a word, as after SIGKILL.

    It waits on a pipe whose other end only this process holds. The end of the pipe runs `cleanup`; a line, sent by
    `release`, means that there is nothing left to do.
    """

    def __init__(self, cleanup: str) -> None:
        self._shell = subprocess.Popen(
            ["sh", "-c", f"read -r released || {{ {cleanup}; }}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def release(self) -> None:
        """Let go, the cleanup not being needed any more."""
        self._shell.communicate(b"released\n", timeout=STOP_S)


class LocalProcess:
    """A server started by a command in the foreground, in a process group and session of its own."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self._command = command
        self._folder = folder
        self._log = folder / "output.log"
        self._stop_signal = stop_signal
        self._environment = {**os.environ, **(environment or {})}
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: Leash | None = None

    def start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                user=self._user,
                cwd=self._folder,
                start_new_session=True,
            )
        self._leash = Leash(f"kill -s KILL -- -{self._process.pid}; rm -rf '{self._folder}'")

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(self._stop_signal)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._signal_all(signal.SIGKILL)
        self._ended()

    def kill(self) -> None:
        self._signal_all(signal.SIGKILL)
        self._ended()

    def pause(self) -> None:
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_all(signal.SIGCONT)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    def output(self) -> str:
        return self._log.read_text(errors="replace")

    def _signal_all(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        # The parent first: frozen or killed, it cannot start another child meanwhile.
        for pid in (self._process.pid, *_descendants(self._process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)

    def _ended(self) -> None:
        if self._process is None or self._leash is None:
            return
        self._process.wait(STOP_S)
        self._leash.release()
        self._process = self._leash = None


def _descendants(pid: int) -> list[int]:
    """List a process's descendants by /proc (none where there is no such folder).

    The process group is not enough: PostgreSQL's children leave it.
    """
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for ancestor in found:
        found.extend(child for child, parent in parents.items() if parent == ancestor)
    return found[1:]
