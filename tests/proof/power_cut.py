"""A disk whose power can be cut: what was not fsynced is gone when its process is killed.

Run as `python power_cut.py BACKING MOUNT`. Writes live in this process's memory; fsync copies a file to the backing
folder and syncs it there. SIGKILL this process to cut the power, then open the store from the backing folder.
"""

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import mfusepy as fuse

MOUNTED_S = 10


class VolatileDisk(fuse.Operations):
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

    @fuse.overrides(fuse.Operations)
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

    @fuse.overrides(fuse.Operations)
    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *(entry.name for entry in self._real(path).iterdir())]

    @fuse.overrides(fuse.Operations)
    def create(self, path: str, mode: int, fi: object = None) -> int:
        with self._guard:
            os.close(os.open(self._real(path), os.O_CREAT | os.O_RDWR, mode))
            self._memory[path] = bytearray()
        return 0

    @fuse.overrides(fuse.Operations)
    def open(self, path: str, flags: int) -> int:
        if not self._real(path).exists():
            raise fuse.FuseOSError(errno.ENOENT)
        return 0

    @fuse.overrides(fuse.Operations)
    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        with self._guard:
            return bytes(self._data(path)[offset : offset + size])

    @fuse.overrides(fuse.Operations)
    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        with self._guard:
            content = self._data(path)
            if len(content) < offset:
                content.extend(bytes(offset - len(content)))
            content[offset : offset + len(data)] = data
        return len(data)

    @fuse.overrides(fuse.Operations)
    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        with self._guard:
            content = self._data(path)
            del content[length:]
            content.extend(bytes(length - len(content)))
        return 0

    @fuse.overrides(fuse.Operations)
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

    @fuse.overrides(fuse.Operations)
    def unlink(self, path: str) -> int:
        with self._guard:
            self._real(path).unlink()
            self._memory.pop(path, None)
        return 0

    @fuse.overrides(fuse.Operations)
    def rename(self, old: str, new: str) -> int:
        with self._guard:
            self._real(old).rename(self._real(new))
            self._memory.pop(new, None)
            if old in self._memory:
                self._memory[new] = self._memory.pop(old)
        return 0

    @fuse.overrides(fuse.Operations)
    def mkdir(self, path: str, mode: int) -> int:
        self._real(path).mkdir(mode)
        return 0

    @fuse.overrides(fuse.Operations)
    def rmdir(self, path: str) -> int:
        self._real(path).rmdir()
        return 0

    @fuse.overrides(fuse.Operations)
    def chmod(self, path: str, mode: int) -> int:
        self._real(path).chmod(mode)
        return 0


class Disk:
    """A mounted volatile disk: work in `mount`, cut the power, look at `backing`."""

    def __init__(self, folder: Path) -> None:
        self.backing = folder / "backing"
        self.mount = folder / "mount"
        self.backing.mkdir(parents=True, exist_ok=True)
        self.mount.mkdir(parents=True, exist_ok=True)
        self._serving = subprocess.Popen([sys.executable, __file__, str(self.backing), str(self.mount)])
        until = time.monotonic() + MOUNTED_S
        while not self.mount.is_mount():
            assert time.monotonic() < until, "the disk was not mounted: is /dev/fuse there, and libfuse3 installed?"
            time.sleep(0.02)

    def cut_power(self) -> None:
        """Lose everything that was not synced, now."""
        self._serving.kill()
        self._serving.wait()
        self.unmount()

    def unmount(self) -> None:
        with suppress(FileNotFoundError):
            subprocess.run(["fusermount3", "-u", "-z", str(self.mount)], check=False, capture_output=True)


@contextmanager
def volatile_disk(folder: Path) -> Iterator[Disk]:
    """Give a disk; take it away at the end."""
    disk = Disk(folder)
    try:
        yield disk
    finally:
        disk.cut_power()


if __name__ == "__main__":
    fuse.FUSE(VolatileDisk(Path(sys.argv[1])), sys.argv[2], foreground=True, nothreads=False, default_permissions=False)
