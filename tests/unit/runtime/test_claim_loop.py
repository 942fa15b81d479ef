"""The loop under a lease: nothing that ended is forgotten, and an end waits a little and gives the rest back."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from shared.domain.errors import DatabaseUnavailable
from shared.runtime import claim_loop
from shared.runtime.claim_loop import ClaimLoop


class Lease:
    """A lease that is always good."""

    is_released = False

    async def register(self) -> None:
        """Take it."""

    async def keep(self) -> None:
        await asyncio.Event().wait()

    def is_held(self) -> bool:
        return True

    def holds(self, _owner: str) -> bool:
        return True

    async def release(self) -> None:
        self.is_released = True


class Errands(ClaimLoop[str]):
    """Runs errands, each of which takes as long as it is told; fails to write as often as it is told."""

    def __init__(self, *errands: tuple[str, float], failures: int = 0) -> None:
        self.lease = Lease()
        super().__init__("errands", self.lease, progress=lambda: None, grace_s=0.2)
        self.waiting = list(errands)
        self.written: list[str] = []
        self.is_closed = False
        self._failures = failures

    async def turn(self, tasks: asyncio.TaskGroup) -> None:
        await self.settle_all()
        while len(self.waiting) > 1:
            self.begin(tasks, self._run(*self.waiting.pop(0)))

    async def write(self, ended: Sequence[str]) -> None:
        if self._failures:
            self._failures -= 1
            raise DatabaseUnavailable("away")
        self.written += ended

    def withdraw(self) -> None:
        self.ended += [f"{name} given back" for name, _ in self.waiting]

    async def close(self) -> None:
        self.is_closed = True

    async def _run(self, name: str, takes_s: float) -> None:
        await asyncio.sleep(takes_s)
        self.ended.append(name)
        self.wake()


async def stopped_after(errands: Errands, after_s: float) -> None:
    task = asyncio.create_task(errands.run())
    await asyncio.sleep(after_s)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_could_not_be_written_is_written_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim_loop, "PAUSE_S", 0.01)
    errands = Errands(("first", 0.0), ("last", 0.0), failures=3)

    await stopped_after(errands, 0.2)

    assert errands.written == ["first", "last given back"]


async def test_an_end_waits_for_what_is_nearly_done_and_gives_the_rest_back() -> None:
    errands = Errands(("quick", 0.1), ("slow", 60.0), ("never begun", 0.0))

    await stopped_after(errands, 0.02)

    assert sorted(errands.written) == ["never begun given back", "quick"]
    assert errands.lease.is_released
    assert errands.is_closed


async def test_an_end_while_nothing_can_be_written_still_lets_go() -> None:
    errands = Errands(("done", 0.0), ("last", 0.0), failures=99)

    await stopped_after(errands, 0.02)

    assert errands.written == []
    assert errands.is_closed
