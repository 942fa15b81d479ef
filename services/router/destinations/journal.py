"""The journal: one JSON line per delivery in a file, once, whoever dies and whoever else writes."""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import structlog

from services.router.outcome import Delivery, Kind, Outcome

log = structlog.get_logger()

LOCK_S = 5.0
"""A writer that is stopped while it holds the lock must not stop the others for good: they try again later."""
LOCK_PAUSE_S = 0.01
PREFIX = b'{"delivery_id":"'
"""How every line begins, so that an id is found without reading its line as JSON."""


class Journal:
    """Append under a lock on the file, durable when `push` returns.

    No line is written twice: what may have been written before is looked for in the whole file, and what other
    processes wrote since this one last did is looked through before each append. So memory does not grow with the file.
    """

    pushes = 1
    batch = 256

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen_to = path.stat().st_size if path.exists() else 0
        self._seen_file: int | None = None

    async def preflight(self) -> list[str]:
        """Say what would keep a line from being written."""
        if self._path.is_dir():
            return [f"{self._path} is a folder: name a file in it"]
        try:
            await asyncio.to_thread(self._path.parent.mkdir, parents=True, exist_ok=True)
        except OSError as error:
            return [f"the folder of {self._path.name} cannot be made: {error.strerror}"]
        place = self._path if self._path.exists() else self._path.parent
        return [] if os.access(place, os.W_OK) else [f"{self._path.name} cannot be written to"]

    async def push(self, deliveries: Sequence[Delivery]) -> Sequence[Outcome]:
        """Append what is not in the file yet, as one write."""
        try:
            already = await asyncio.to_thread(self._append, deliveries)
        except OSError as error:
            code = type(error).__name__ if error.errno is None else os.strerror(error.errno)
            return [Outcome(Kind.RETRYABLE, vendor_code=code[:100], unknown=True)] * len(deliveries)
        written, known = Outcome(Kind.DELIVERED), Outcome(Kind.DUPLICATE)
        return [known if delivery.delivery_id in already else written for delivery in deliveries]

    async def close(self) -> None:
        """Nothing stays open between pushes."""

    def _append(self, deliveries: Sequence[Delivery]) -> set[str]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self._path) as file:
            end = _mended_end(file)
            self._forget_another_file(file, end)
            already = self._found(file, deliveries, end)
            now = datetime.now(UTC)
            lines = b"".join(_line(each, now) for each in deliveries if each.delivery_id not in already)
            try:
                _write(file.fileno(), lines, end)
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), end)  # half a batch is none: its deliveries come again as a whole
                raise
            self._seen_to = end + len(lines)
        return already

    def _forget_another_file(self, file: BinaryIO, end: int) -> None:
        number = os.fstat(file.fileno()).st_ino
        if end < self._seen_to or (self._seen_file is not None and number != self._seen_file):
            self._seen_to = 0
        if self._seen_file is None:
            _sync_folder(self._path.parent)
        self._seen_file = number

    def _found(self, file: BinaryIO, deliveries: Sequence[Delivery], end: int) -> set[str]:
        doubtful = {delivery.delivery_id.encode() for delivery in deliveries if delivery.maybe_sent}
        every = {delivery.delivery_id.encode() for delivery in deliveries}
        start, sought = (0, doubtful) if doubtful else (self._seen_to, every)
        found = _ids(file, start, end) if start < end else iter(())
        already = {each for each in found if each in sought}
        if doubtful and self._seen_to < end:
            already |= {each for each in _ids(file, self._seen_to, end) if each in every}
        return {each.decode() for each in already}


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """Open the file that has this name once the lock on it is held; another may have been put there meanwhile."""
    give_up_at = time.monotonic() + LOCK_S
    while True:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            _lock(file, give_up_at)
            if path.exists() and os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                yield file
                return


def _lock(file: BinaryIO, give_up_at: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(LOCK_PAUSE_S)
        else:
            return


def _mended_end(file: BinaryIO) -> int:
    """Return where the last whole line ends, and cut off what a writer that died left behind it."""
    size = end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - 65_536)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end < size:
        log.warning("journal had half a line, cut off", count=size - end)
        os.ftruncate(file.fileno(), end)
    return end


def _ids(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    place = start
    while place < end:
        line = file.readline()
        place += len(line)
        if line.startswith(PREFIX):
            yield line[len(PREFIX) : line.index(b'"', len(PREFIX))]


def _write(number: int, lines: bytes, place: int) -> None:
    # Past Python's buffer, which would try again at closing what the disk refused here.
    rest = memoryview(lines)
    while rest:
        written = os.pwrite(number, rest, place)
        rest, place = rest[written:], place + written


def _line(delivery: Delivery, now: datetime) -> bytes:
    kind = delivery.event.type.removeprefix("tratt.").removesuffix(".v1")
    head = f'{{"delivery_id":"{delivery.delivery_id}","delivered_at":"{now.isoformat()}","type":"{kind}",'
    return head.encode() + delivery.event.written_data[1:] + b"\n"


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
