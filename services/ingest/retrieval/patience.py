"""How long a notice waits between two fetches, and when it is given up: pure."""

from datetime import timedelta

FIRST_S = 5.0
LONGEST_S = 3600.0
"""A lead that is not there for a day may come within the week: 168 requests of the platform's allowance, not 700."""
FEWEST_ATTEMPTS = 10
"""What waited behind a missing permission or a throttled source still gets honest tries."""


def pause_s(attempts: int, *, asked_s: float | None, chance: float) -> float:
    """Draw the wait after `attempts` fetches in vain; `chance` is uniform in [0, 1).

    With full jitter, but never below half: a lead that is not there yet is not there a moment later either. What the
    platform asked for is the least.
    """
    ceiling = min(LONGEST_S, FIRST_S * 2.0 ** min(attempts - 1, 16))
    return max(asked_s or 0.0, ceiling * (1 + chance) / 2)


def is_exhausted(attempts: int, *, age: timedelta, give_up_after: timedelta) -> bool:
    """Tell whether a lead has been asked for as long as is worth it."""
    return age >= give_up_after and attempts >= FEWEST_ATTEMPTS
