"""The program with one guard taken away, to see that the proofs find it: `without.py GUARD up …`.

`GUARD` keeps the guard and does only what makes its moment long enough to be hit when it is written `GUARD:kept`: so
the same provocation shows that the guard is what saves the leads.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.__main__ import main
from services.router.store import decisions
from shared.runtime.announcer import Announcer
from shared.runtime.worker import Worker
from tests.proof import mutants

KEPT = ":kept"


def nothing() -> None:
    """Its moment is long enough as it is."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What takes it away, and what makes the moment it guards long enough to be hit."""

    remove: Callable[[], None]
    widen: Callable[[], None] = nothing


GUARDS: Mapping[str, Guard] = {
    "claim": Guard(mutants.decide_unclaimed, lambda: mutants.pause_after(decisions, "read_knowledge")),
    "effect before commit": Guard(mutants.commit_first, lambda: mutants.pause_before(Worker, "_handled")),
    "fence": Guard(mutants.settle_unfenced),
    "table": Guard(mutants.announce_from_memory, lambda: mutants.pause_before(Announcer, "_published")),
    "fsync": Guard(mutants.without_fsync),
    "every lead": Guard(mutants.drop_a_lead),
}


def program(guard: str, *, kept: bool = False) -> Sequence[str]:
    """Give the command that runs Tratt without a guard, or with it and the same provocation."""
    return (sys.executable, "-m", "tests.proof.without", guard + KEPT * kept)


def run(name: str) -> None:
    """Take the guard away, unless it is to be kept, and run the program."""
    guard = GUARDS[name.removesuffix(KEPT)]
    guard.widen()
    if not name.endswith(KEPT):
        guard.remove()
    main()


if __name__ == "__main__":
    run(sys.argv.pop(1))
