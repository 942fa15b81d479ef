"""A mounted disk whose power can be cut; `power_cut.py` is the program that serves it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

MOUNTED_S = 10
PROGRAM = Path(__file__).with_name("power_cut.py")


class Disk:
    """Work in `mount`, cut the power, look at `backing`."""

    def __init__(self, folder: Path) -> None:
        self.backing = folder / "backing"
        self.mount = folder / "mount"
        self.backing.mkdir(parents=True, exist_ok=True)
        self.mount.mkdir(parents=True, exist_ok=True)
        self._serving = subprocess.Popen([sys.executable, str(PROGRAM), str(self.backing), str(self.mount)])
        until = time.monotonic() + MOUNTED_S
        while not self.mount.is_mount():
            if self._serving.poll() is not None or time.monotonic() > until:
                self.cut_power()
                pytest.skip("needs a file system of its own: install fuse3, and let this user have /dev/fuse")
            time.sleep(0.02)

    def cut_power(self) -> None:
        """Lose everything that was not synced, now. Cutting again does nothing."""
        self._serving.kill()
        self._serving.wait()
        with suppress(FileNotFoundError):
            subprocess.run(["fusermount3", "-u", "-z", str(self.mount)], check=False, capture_output=True)


@contextmanager
def volatile_disk(folder: Path) -> Iterator[Disk]:
    """Give a disk while the block runs; skip the test where none can be mounted."""
    disk = Disk(folder)
    try:
        yield disk
    finally:
        disk.cut_power()
