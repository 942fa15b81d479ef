"""The breaker of one destination: stop asking one that is down, and find out gently when it is back. Pure."""

from collections import deque

IN_A_ROW = 5
WINDOW = 20
SHARE = 0.5
"""Open after 5 failures in a row, or half of the last 20 (reliability 3.3)."""
FIRST_OPEN_S = 5.0
LONGEST_OPEN_S = 60.0
"""One probe a minute costs a dead destination nothing and a recovered one little."""


class Breaker:
    """Closed, open until a moment, or half open with one probe. Moments are seconds of any one steady clock.

    Only failures of the destination belong here: a lead it refuses is an answer, and answers are successes.
    """

    def __init__(self) -> None:
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self._failures_in_a_row = 0
        self._times_opened = 0
        self._open_until: float | None = None
        self._is_probing = False

    def room(self, now: float) -> int | None:
        """Tell how many pushes may begin: None for any number, 1 for a probe, 0 while open."""
        if self._open_until is None:
            return None
        return 0 if self._is_probing or now < self._open_until else 1

    def began(self) -> None:
        """Note that a push begins; while half open it is the probe."""
        self._is_probing = self._open_until is not None

    def wait_s(self, now: float) -> float:
        """Tell how long it stays open; 0 when it is not."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - now)

    def abandoned(self) -> None:
        """Note that a push ended without telling how the destination is: another may be the probe."""
        self._is_probing = False

    def succeeded(self) -> None:
        """Note an answer, whatever it said: a destination that answers is closed at once."""
        if self._open_until is not None:
            self._recent.clear()
        self._recent.append(True)
        self._failures_in_a_row = self._times_opened = 0
        self._open_until = None
        self._is_probing = False

    def failed(self, now: float) -> bool:
        """Note that the destination was away, and tell whether that opened the breaker just now."""
        self._recent.append(False)
        self._failures_in_a_row += 1
        was_probe, self._is_probing = self._is_probing, False
        if not was_probe and (self._open_until is not None or not self._is_bad()):
            return False
        self._open_until = now + min(LONGEST_OPEN_S, FIRST_OPEN_S * 2.0 ** min(self._times_opened, 16))
        self._times_opened += 1
        return True

    def _is_bad(self) -> bool:
        failures = self._recent.count(False)
        return self._failures_in_a_row >= IN_A_ROW or (len(self._recent) == WINDOW and failures >= WINDOW * SHARE)
