"""A small disk of its own that can be filled to the last byte and given space again."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MEBIBYTES = 128
"""Two write-ahead logs (32), what a lead writes (30 KiB), 16 below which a process calls its disk full, and quickly
filled.
"""
CHUNKS = (2**20, 4096, 1)


class SmallDisk:
    """A mounted disk, and the ballast that fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in CHUNKS:
                _write_until_full(ballast.fileno(), bytes(size))

    def give_space(self) -> None:
        """Take away what fills it."""
        self._ballast.unlink()


def _write_until_full(descriptor: int, chunk: bytes) -> None:
    while True:
        try:
            if os.write(descriptor, chunk) < len(chunk):
                return
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            return


@contextmanager
def small_disk(folder: Path, mebibytes: int = MEBIBYTES) -> Iterator[SmallDisk]:
    """Mount a disk at `folder` while the block runs; skip the test where nobody may mount."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=700", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"needs a small disk, and may not mount one: run as root ({done.stderr.strip()})")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
