"""A file that a living process keeps locked, so that others on the machine see at once when it has died."""

import fcntl
import os
import secrets
from pathlib import Path


class Presence:
    """Hold a lock file beside the log. The system frees it when the process ends, however it ends."""

    def __init__(self, log: Path) -> None:
        self.owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._log = log
        self._descriptor: int | None = None

    def enter(self) -> None:
        """Create the file, locked from the moment others can see it, and remove those of dead processes."""
        unseen = self._log.with_name(f"{self._log.name}-new-{self.owner}")
        self._descriptor = os.open(unseen, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        unseen.rename(self._path(self.owner))
        prefix = self._path("").name
        for left in self._log.parent.glob(f"{prefix}*"):
            self.is_alive(left.name.removeprefix(prefix))

    def leave(self) -> None:
        """Remove the file and free its lock."""
        if self._descriptor is None:
            return
        self._path(self.owner).unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None

    def is_alive(self, owner: str) -> bool:
        """Tell whether the process behind `owner` still lives. What a dead one left behind is removed."""
        if owner == self.owner:
            return self._descriptor is not None
        try:
            descriptor = os.open(self._path(owner), os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            self._path(owner).unlink(missing_ok=True)
            return False
        finally:
            os.close(descriptor)

    def _path(self, owner: str) -> Path:
        return self._log.with_name(f"{self._log.name}-alive-{owner}")
