"""A batch made and written at once: while the database writes one piece of it, the next is made."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

PIECE = 125
"""Items written at once, a quarter of a batch. It gains a stage a tenth."""
STRIDE = 25
"""Items made in a row: between two strides the database is handed its next statement."""


async def made_and_written(
    items: Sequence[Item],
    make: Callable[[Item], Made],
    write: Callable[[Sequence[Made]], Coroutine[Any, Any, None]],  # Any: what a coroutine never sends
) -> list[Made]:
    """Make every item, in order, write them piece by piece, and return what was made once all of it is written.

    Raises what `make` or `write` raises, and never while a write is under way: its transaction could not end.
    """
    results: list[Made] = []
    writing: asyncio.Task[None] | None = None
    try:
        for begin in range(0, len(items), PIECE):
            piece: list[Made] = []
            for place, item in enumerate(items[begin : begin + PIECE]):
                if place % STRIDE == 0:
                    await asyncio.sleep(0)
                piece.append(make(item))
            if writing is not None:
                await writing
            writing = asyncio.create_task(write(piece))
            results += piece
    finally:
        if writing is not None:
            await writing
    return results
