"""What the fuzzer begins with: the payloads of every preset, the hostile bodies, and what was found before."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from tests.fuzz.sent import ENDING, Sent, read_sent
from tests.payloads.hostile import hostile_bodies

FOLDER = Path(__file__).parent / "corpus"
PAYLOADS = Path(__file__).parents[1] / "payloads"
TYPES = {
    ".json": b"application/json",
    ".form": b"application/x-www-form-urlencoded",
    ".txt": b"text/plain",
    ".multipart": b"multipart/form-data",
}
LONGEST_HOSTILE = 4_000
"""Bytes of a hostile body to begin with; the bombs among them are tried by tests of their own, and made anew here."""


def found() -> list[Sent]:
    """Read what was found before."""
    return [read_sent(path.read_bytes()) for path in sorted(FOLDER.glob(f"*{ENDING}"))]


def payloads() -> list[Sent]:
    """Read the payloads of every preset."""
    files = [path for path in sorted(PAYLOADS.glob("*/*")) if path.suffix in TYPES and ".expected" not in path.name]
    return [Sent(path.read_bytes(), {b"content-type": TYPES[path.suffix]}) for path in files]


def hostile() -> list[Sent]:
    """Make the hostile bodies of Google's door that are not too long to change."""
    return [
        Sent(one.body, {b"content-type": b"application/json"})
        for one in hostile_bodies()
        if len(one.body) <= LONGEST_HOSTILE
    ]


def everything() -> list[Sent]:
    """Read and make all of it."""
    return [*found(), *payloads(), *hostile()]


def keep(name: str, requests: Iterable[Sent]) -> None:
    """Write requests to the corpus, each under the name and a hash of itself."""
    FOLDER.mkdir(exist_ok=True)
    for sent in requests:
        written = sent.written()
        (FOLDER / f"{name.replace(' ', '-')}-{sha256(written).hexdigest()[:8]}{ENDING}").write_bytes(written)
