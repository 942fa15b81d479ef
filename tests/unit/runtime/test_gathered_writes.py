"""What is written in one turn of the loop leaves in one piece, in order, and before the connection closes."""

import asyncio

import pytest

from shared.runtime.gathered_writes import MAX_BYTES, GatheredWrites


class Wire(asyncio.Transport):
    """A transport that keeps what it was asked to send, in order, and None where it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes | None] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.sent.append(None)

    def is_closing(self) -> bool:
        return None in self.sent


@pytest.fixture
async def wire() -> Wire:
    return Wire()


def gathered(wire: Wire) -> GatheredWrites:
    return GatheredWrites(wire, asyncio.get_running_loop())


async def test_what_is_written_in_one_turn_leaves_in_one_piece(wire: Wire) -> None:
    transport = gathered(wire)
    for turn in (b"1", b"2"):
        transport.write(b"head" + turn)
        transport.write(b"body" + turn)
        await asyncio.sleep(0)

    assert wire.sent == [b"head1body1", b"head2body2"]


async def test_what_was_written_leaves_before_it_closes_and_only_once(wire: Wire) -> None:
    transport = gathered(wire)
    transport.write(b"head")
    transport.close()
    await asyncio.sleep(0)

    assert wire.sent == [b"head", None]


async def test_much_of_one_turn_does_not_wait_for_its_end(wire: Wire) -> None:
    transport = gathered(wire)
    transport.write(b"head")
    transport.write(bytes(MAX_BYTES))

    assert wire.sent == [b"head" + bytes(MAX_BYTES)]


async def test_nothing_is_sent_on_a_connection_that_was_lost(wire: Wire) -> None:
    transport = gathered(wire)
    transport.write(b"head")
    wire.close()
    await asyncio.sleep(0)

    assert wire.sent == [None]


async def test_a_buffer_may_be_used_again_by_whoever_wrote_it(wire: Wire) -> None:
    transport, buffer = gathered(wire), bytearray(b"head")
    transport.write(buffer)
    buffer[:] = b"next"
    await asyncio.sleep(0)

    assert wire.sent == [b"head"]
