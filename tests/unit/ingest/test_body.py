"""What is read of a body that is already refused: enough for a browser to hear why, and no more."""

import asyncio

from starlette.types import Message

from services.ingest.body import discard_body
from services.ingest.patience import Patience


class Sender:
    """Sends parts of ten bytes, the last one marked as such; then hangs up, or is silent."""

    def __init__(self, parts: int, *, hangs_up: bool = False, is_silent: bool = False) -> None:
        self.left = parts
        self._hangs_up = hangs_up
        self._is_silent = is_silent

    async def receive(self) -> Message:
        if self.left == 0:
            if self._is_silent:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}
        self.left -= 1
        more = self.left > 0 or self._hangs_up or self._is_silent
        return {"type": "http.request", "body": b"0123456789", "more_body": more}


async def test_a_body_is_heard_to_its_end() -> None:
    sender = Sender(5)

    await discard_body(sender.receive, 1_000, Patience(5))

    assert sender.left == 0


async def test_a_body_without_an_end_is_left_at_the_limit() -> None:
    sender = Sender(1_000)

    await discard_body(sender.receive, 100, Patience(5))

    assert sender.left == 990


async def test_who_hangs_up_or_falls_silent_is_not_waited_for() -> None:
    gone, silent = Sender(2, hangs_up=True), Sender(2, is_silent=True)

    async with asyncio.timeout(2):
        await discard_body(gone.receive, 1_000, Patience(5))
        await discard_body(silent.receive, 1_000, Patience(0.01))

    assert (gone.left, silent.left) == (0, 0)
