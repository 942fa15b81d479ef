"""A server as a docker container, from the image that docker-compose.yml names."""

import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from tests.servers.process import Leash
from tests.servers.server import ServerUnavailableError

COMPOSE_FILE = Path(__file__).parents[2] / "docker-compose.yml"
ANSWER_S = 10.0
PULL_S = 40.0
VERB_S = 60.0


def composed_image(service: str) -> str:
    """Return the image of a service of the compose file, so that what is tested is what is run."""
    image: str = yaml.safe_load(COMPOSE_FILE.read_text())["services"][service]["image"]
    return image


class Container:
    """One container with one port published on the loopback address."""

    def __init__(
        self, image: str, *, port: int, inner_port: int, environment: Mapping[str, str], command: Sequence[str] = ()
    ) -> None:
        self._name = f"tratt-test-{uuid.uuid4().hex[:12]}"
        self._leash = Leash(f"docker rm --force --volumes {self._name}")
        settings = [part for name, value in environment.items() for part in ("--env", f"{name}={value}")]
        published = ["--publish", f"127.0.0.1:{port}:{inner_port}"]
        _docker("create", "--name", self._name, *published, *settings, image, *command)

    def start(self) -> None:
        _docker("start", self._name)

    def runs(self) -> bool:
        return self._state() in {"running", "paused"}

    def stop(self) -> None:
        _docker("stop", "--time", "20", self._name)

    def kill(self) -> None:
        if self.runs():
            _docker("kill", self._name)

    def pause(self) -> None:
        _docker("pause", self._name)

    def resume(self) -> None:
        if self._state() == "paused":
            _docker("unpause", self._name)

    def remove(self) -> None:
        _docker("rm", "--force", "--volumes", self._name)
        self._leash.release()

    def output(self) -> str:
        return _docker("logs", self._name)

    def _state(self) -> str:
        return _docker("inspect", "--format", "{{.State.Status}}", self._name).strip()


def require_image(image: str) -> None:
    """Make sure that an engine answers and has the image, pulling it if need be.

    Raises:
        ServerUnavailableError: no docker, no answer in time, or no such image.
    """
    try:
        _docker("version", timeout_s=ANSWER_S)
        if not _docker("images", "--quiet", image):
            _docker("pull", "--quiet", image, timeout_s=PULL_S)
    except (OSError, subprocess.SubprocessError, RuntimeError) as error:
        raise ServerUnavailableError(f"docker cannot run {image}") from error


def _docker(*arguments: str, timeout_s: float = VERB_S) -> str:
    done = subprocess.run(
        ["docker", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"docker {arguments[0]} failed: {done.stdout.strip()}")
    return done.stdout
