"""Where the running service listens, for the commands that talk to it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.runtime.settings import Settings

UP_FILE = "up.json"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The listeners' URLs, without a slash at the end."""

    public: str
    admin: str


def running_process(data_dir: Path) -> dict[str, Any]:
    """Read what `tratt up` told in this folder; empty where none runs. Any: JSON."""
    try:
        told: dict[str, Any] = json.loads((data_dir / UP_FILE).read_text())
        os.kill(told["pid"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return told


def addresses(settings: Settings) -> Addresses:
    """Return the addresses as the running service told them, else as they are set."""
    told = running_process(settings.data_dir)
    return Addresses(
        public=told.get("public_url") or _url(settings.http_host, settings.http_port),
        admin=told.get("admin_url") or _url(settings.admin_host, settings.admin_port),
    )


def _url(host: str, port: int) -> str:
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 -- compared, not bound
