"""The loop of a role that works rows off under a lease: claim, begin, settle, until cancelled.

What a row is, and what its work means, is the role's; what every such loop has in common stands here: its lease, its
patience while what it needs is away, and an end that loses nothing.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Generic, Protocol, TypeVar

import structlog

from shared.domain.errors import TransientError

log = structlog.get_logger()

LOOK_S = 0.5
"""How often the table is looked at unasked: for what has come due, and for what other processes left."""
GRACE_S = 5.0
"""For what is under way when the process is told to stop: less than the lease and than any orchestrator's patience."""
PAUSE_S = 1.0
"""Between tries while the tables or the log are away; what has ended is kept and settled once they are back."""

Result = TypeVar("Result")


class Lease(Protocol):
    """This process's right to what it claimed."""

    async def register(self) -> None:
        """Take the lease, under a new name; raises TransientError while the tables are away."""
        ...

    async def keep(self) -> None:
        """Renew it for ever."""
        ...

    def is_held(self) -> bool:
        """Tell whether it is certainly good now."""
        ...

    def holds(self, owner: str) -> bool:
        """Tell whether what `owner` claimed is certainly still ours."""
        ...

    async def release(self) -> None:
        """Let others take over at once."""
        ...


class ClaimLoop(ABC, Generic[Result]):
    """Work rows off until cancelled. At least once: what nobody settled is done again by whoever claims it next.

    `name` is what logs call it; `progress` is called at every sign of life. Whoever has a result adds it to `ended`.
    """

    def __init__(self, name: str, lease: Lease, *, progress: Callable[[], None], grace_s: float) -> None:
        self.ended: list[Result] = []
        self._name = name
        self._lease = lease
        self._progress = progress
        self._grace_s = grace_s
        self._under_way: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()

    @abstractmethod
    async def turn(self, tasks: asyncio.TaskGroup) -> None:
        """Settle what has ended, claim what is due and begin it. What raises TransientError is tried again."""

    @abstractmethod
    async def write(self, ended: Sequence[Result]) -> None:
        """Make results durable. Whatever is raised, they are kept and written again."""

    @abstractmethod
    def withdraw(self) -> None:
        """Add what was claimed and never begun to `ended`, as given back."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of what the work needed."""

    def wake(self) -> None:
        """Look at the table now: work came."""
        self._woken.set()

    async def run(self) -> None:
        """Work for ever. When cancelled: begin nothing, wait a little for what is under way, give the rest back.

        What does not end in time is left to the next process, which may do it again.
        """
        async with asyncio.TaskGroup() as tasks:
            await self._patiently(self._lease.register)
            keeper = tasks.create_task(self._lease.keep())
            try:
                while True:
                    self._progress()
                    await self._patiently(lambda: self.turn(tasks))
                    await self._wait()
            finally:
                await self._finish()
                keeper.cancel()
                await self._let_go()

    def begin(self, tasks: asyncio.TaskGroup, work: Coroutine[Any, Any, None]) -> None:  # Any: what a coroutine is sent
        """Do work in a task of its own, which an end waits for."""
        task = tasks.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle_all(self) -> None:
        """Write what has ended."""
        ended, self.ended = self.ended, []
        if not ended:
            return
        try:
            await self.write(ended)
        except BaseException:
            self.ended = ended + self.ended
            raise

    async def _patiently(self, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await do()
            except TransientError as error:
                log.warning("claimed work waits", part=self._name, error=type(error).__name__, pause_s=PAUSE_S)
            self._progress()
            await asyncio.sleep(PAUSE_S)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _finish(self) -> None:
        self.withdraw()
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=self._grace_s)
            for task in late:
                task.cancel()
            if late:
                log.warning("stopped before all that was begun had ended", part=self._name, count=len(late))
                await asyncio.wait(late)

    async def _let_go(self) -> None:
        try:
            await self.settle_all()
            await self._lease.release()
        except TransientError as error:
            count, what = len(self.ended), type(error).__name__
            log.warning("results left to the next process", part=self._name, count=count, error=what)
        await self.close()
