"""End what aiokafka began, bounded in time and without its surprises."""

import asyncio
from collections.abc import Coroutine
from typing import Any

STOP_S = 5.0


async def ended(stopping: Coroutine[Any, Any, object]) -> bool:
    """Run one of aiokafka's `stop` or `close` for at most STOP_S; tell whether it went well. Raises nothing of its own.

    It gets a task of its own because a consumer's `stop` cancels its fetches and then awaits them: their
    CancelledError comes out of it, and would be taken for the caller's.
    """
    task = asyncio.create_task(stopping)
    await asyncio.wait([task], timeout=STOP_S)
    if not task.done():
        task.cancel()
        return False
    return not task.cancelled() and task.exception() is None
