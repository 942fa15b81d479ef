"""A process that writes to a journal until it is killed: arguments PATH FIRST COUNT; prints each id once written."""

import asyncio
import sys
from pathlib import Path

from services.router.destinations.journal import Journal
from tests.deliveries import a_delivery


async def write(path: Path, first: int, count: int) -> None:
    """Push one delivery at a time, and say so after each."""
    journal = Journal(path)
    for number in range(first, first + count):
        delivery = a_delivery(f"s-{number}", destination="journal")
        await journal.push([delivery])
        print(delivery.delivery_id, flush=True)


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
