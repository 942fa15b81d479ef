"""A lock file that belongs to one process, and is free at once when that process ends, however it ends."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """A lock that is held from `take` until `release`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> "FileLock | None":
        """Return the lock, or None while another holds it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its last holder may have deleted the file after we opened it: then this lock keeps nobody out.
            is_current = path.exists() and os.path.samestat(os.fstat(descriptor), path.stat())
        except (BlockingIOError, FileNotFoundError):
            is_current = False
        if not is_current:
            os.close(descriptor)
            return None
        return cls(path, descriptor)

    def release(self, *, delete: bool) -> None:
        """Let others take it, and leave no file behind if told so."""
        if delete:
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
