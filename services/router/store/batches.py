"""Long sequences in pieces that one statement can take."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in order, `size` at a time, the last piece shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
