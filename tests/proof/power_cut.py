"""A disk whose power can be cut: what was not fsynced is gone when its process is killed.

Run as `python power_cut.py BACKING MOUNT`. Writes live in this process's memory; fsync copies a file to the backing
folder and syncs it there. SIGKILL this process to cut the power, then open the store from the backing folder.
"""

import errno
import os
import stat
import sys
import threading
from pathlib import Path

import mfusepy as fuse


class VolatileDisk(fuse.Operations):  # type: ignore[misc]  # mfusepy has no types
    """Pass metadata through; keep data in memory until it is synced."""

    use_ns = True

    def __init__(self, backing: Path) -> None:
        self._backing = backing
        self._memory: dict[str, bytearray] = {}
        self._guard = threading.RLock()

    def _real(self, path: str) -> Path:
        return self._backing / path.lstrip("/")

    def _data(self, path: str) -> bytearray:
        if path not in self._memory:
            self._memory[path] = bytearray(self._real(path).read_bytes())
        return self._memory[path]

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
        with self._guard:
            try:
                status = os.lstat(self._real(path))
            except FileNotFoundError as error:
                raise fuse.FuseOSError(errno.ENOENT) from error
            names = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size", "st_ino")
            attributes = {name: getattr(status, name) for name in names}
            attributes |= {f"st_{kind}time": getattr(status, f"st_{kind}time_ns") for kind in "amc"}
            if stat.S_ISREG(status.st_mode) and path in self._memory:
                attributes["st_size"] = len(self._memory[path])
            return attributes

    def statfs(self, path: str) -> dict[str, int]:
        status = os.statvfs(self._backing)
        names = (
            "f_bavail",
            "f_bfree",
            "f_blocks",
            "f_bsize",
            "f_favail",
            "f_ffree",
            "f_files",
            "f_frsize",
            "f_namemax",
        )
        return {name: getattr(status, name) for name in names}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *(entry.name for entry in self._real(path).iterdir())]

    def create(self, path: str, mode: int, fi: object = None) -> int:
        with self._guard:
            os.close(os.open(self._real(path), os.O_CREAT | os.O_RDWR, mode))
            self._memory[path] = bytearray()
        return 0

    def open(self, path: str, flags: int) -> int:
        if not self._real(path).exists():
            raise fuse.FuseOSError(errno.ENOENT)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        with self._guard:
            return bytes(self._data(path)[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        with self._guard:
            content = self._data(path)
            if len(content) < offset:
                content.extend(bytes(offset - len(content)))
            content[offset : offset + len(data)] = data
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        with self._guard:
            content = self._data(path)
            del content[length:]
            content.extend(bytes(length - len(content)))
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        with self._guard:
            descriptor = os.open(self._real(path), os.O_WRONLY)
            try:
                content = self._data(path)
                os.pwrite(descriptor, content, 0)
                os.ftruncate(descriptor, len(content))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return 0

    def unlink(self, path: str) -> int:
        with self._guard:
            self._real(path).unlink()
            self._memory.pop(path, None)
        return 0

    def rename(self, old: str, new: str) -> int:
        with self._guard:
            self._real(old).rename(self._real(new))
            self._memory.pop(new, None)
            if old in self._memory:
                self._memory[new] = self._memory.pop(old)
        return 0

    def mkdir(self, path: str, mode: int) -> int:
        self._real(path).mkdir(mode)
        return 0

    def rmdir(self, path: str) -> int:
        self._real(path).rmdir()
        return 0

    def chmod(self, path: str, mode: int) -> int:
        self._real(path).chmod(mode)
        return 0


if __name__ == "__main__":
    fuse.FUSE(VolatileDisk(Path(sys.argv[1])), sys.argv[2], foreground=True, nothreads=False, default_permissions=False)
