"""What a worker's process measures of itself: from the end of its first batch, which warms it, to that of its last."""

import json
import os
import time

WORKER_CORE, SERVERS_CORE = 0, 1


def pin_worker() -> None:
    """Give this process the worker's core, as far as there are two."""
    if os.cpu_count() != 1:
        os.sched_setaffinity(0, {WORKER_CORE})


class Stopwatch:
    """Count leads until all are done."""

    def __init__(self, leads: int) -> None:
        self._left = leads
        self._leads = 0
        self._began: tuple[float, float] | None = None
        self._ended = (0.0, 0.0)

    @property
    def done(self) -> bool:
        return self._left <= 0

    def took(self, leads: int) -> None:
        """Note a batch; before the first one with anything in it nothing is measured."""
        now = time.perf_counter(), time.process_time()
        self._left -= leads
        if self._began is not None:
            self._leads += leads
            self._ended = now
        elif leads:
            self._began = now

    def report(self) -> None:
        """Print leads, seconds and CPU seconds."""
        assert self._began is not None
        wall_s, cpu_s = (end - begin for end, begin in zip(self._ended, self._began, strict=True))
        print(json.dumps({"leads": self._leads, "wall_s": wall_s, "cpu_s": cpu_s}), flush=True)
