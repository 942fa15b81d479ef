"""A batch made and written at once."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.runtime.pieces import PIECE, made_and_written


async def test_a_piece_is_made_while_the_one_before_is_written() -> None:
    happened: list[str] = []

    async def write(piece: Sequence[int]) -> None:
        happened.append(f"writes {piece[0]}")
        await asyncio.sleep(0.01)
        happened.append(f"wrote {piece[0]}")

    def make(item: int) -> int:
        if item == PIECE + 100:
            happened.append("made")
        return item

    assert await made_and_written(range(2 * PIECE), make, write) == list(range(2 * PIECE))
    assert happened == ["writes 0", "made", "wrote 0", f"writes {PIECE}", f"wrote {PIECE}"]


@pytest.mark.parametrize("items", [0, 1, PIECE, PIECE + 1])
async def test_everything_is_written_once_and_in_order(items: int) -> None:
    written: list[int] = []

    async def write(piece: Sequence[int]) -> None:
        await asyncio.sleep(0)
        written.extend(piece)

    assert await made_and_written(range(items), lambda item: item, write) == written == list(range(items))


async def test_a_fault_while_making_waits_for_what_is_being_written() -> None:
    written: list[int] = []

    async def write(piece: Sequence[int]) -> None:
        await asyncio.sleep(0.01)
        written.extend(piece)

    def make(item: int) -> int:
        if item == PIECE + 50:
            raise ValueError("damaged")
        return item

    with pytest.raises(ValueError, match="damaged"):
        await made_and_written(range(2 * PIECE), make, write)
    assert len(written) == PIECE


async def test_a_fault_while_writing_ends_it() -> None:
    async def write(_: Sequence[int]) -> None:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        await made_and_written(range(3 * PIECE), lambda item: item, write)
