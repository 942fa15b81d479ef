"""Who reads for a group: one member at a time, by a lease that its fencing token outlives."""

import sqlite3
import time
from collections.abc import Callable

RENEW_EVERY_S = 2.0
LEASE_S = 8.0  # four renewals: a stopped process (SIGSTOP) is replaced within 10 s


def clock_s() -> float:
    """Return the time that leases are counted in: the machine's, one for all its processes, and never set back."""
    return time.monotonic()


def is_free(connection: sqlite3.Connection, group: str, is_alive: Callable[[str], bool]) -> bool:
    """Tell whether a member may be taken: none is there, it died, or its lease ran out.

    The lease of a process that died ends at once; one that only stopped keeps its own until it expires.
    """
    row = connection.execute("SELECT owner, expires_at_s FROM members WHERE consumer_group = ?", (group,)).fetchone()
    if row is None or row[0] is None:
        return True
    # The upper bound is for a machine that started anew: its clock began again, and the lease is from before.
    runs = clock_s() < row[1] <= clock_s() + LEASE_S
    return not (runs and is_alive(row[0]))


def take(connection: sqlite3.Connection, group: str, owner: str, is_alive: Callable[[str], bool]) -> int | None:
    """Make `owner` the group's member and return its token; None if the group is not free."""
    if not is_free(connection, group, is_alive):
        return None
    connection.execute(
        "INSERT INTO members (consumer_group, token, owner, expires_at_s) VALUES (?, 1, ?, ?)"
        " ON CONFLICT (consumer_group) DO UPDATE SET token = token + 1, owner = excluded.owner,"
        " expires_at_s = excluded.expires_at_s",
        (group, owner, clock_s() + LEASE_S),
    )
    row = connection.execute("SELECT token FROM members WHERE consumer_group = ?", (group,)).fetchone()
    return int(row[0])


def renew(connection: sqlite3.Connection, group: str, token: int) -> bool:
    """Extend the lease; False if another member took it meanwhile."""
    return bool(
        connection.execute(
            "UPDATE members SET expires_at_s = ? WHERE consumer_group = ? AND token = ?",
            (clock_s() + LEASE_S, group, token),
        ).rowcount
    )


def release(connection: sqlite3.Connection, group: str, token: int) -> None:
    """End the lease, if it is still ours, so that another member need not wait."""
    connection.execute(
        "UPDATE members SET owner = NULL, expires_at_s = 0 WHERE consumer_group = ? AND token = ?", (group, token)
    )
