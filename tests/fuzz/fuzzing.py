"""The fuzzer: takes requests apart, puts them together anew, and keeps those that lead somewhere new."""

import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.fuzz.mutations import mutated
from tests.fuzz.sent import Sent
from tests.fuzz.targets import Target
from tests.fuzz.timing import Hang, Stopwatch, ended_by_force

LONGEST_TURN_S = 0.25
"""How long a target is at work before the next one has its turn."""
LONGEST_KEPT = 30_000
"""Bytes of a body that others are made of; longer ones are slow, and bombs are made anew."""


@dataclass(slots=True)
class Failure:
    """A request that broke a promise, and which."""

    target: str
    sent: Sent
    error: str


@dataclass(slots=True)
class Figures:
    """What one target was given, and what was new of it: the shortest request by what became of it."""

    tried: int = 0
    slowest_s: float = 0.0
    slowest: Sent | None = None
    new: dict[str, Sent] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


def replay(targets: Mapping[str, Target], corpus: Sequence[Sent]) -> dict[str, Figures]:
    """Give every request to every target."""
    figures = {name: Figures() for name in targets}
    with ended_by_force() as begin:
        for sent in corpus:
            for name, target in targets.items():
                begin()
                _try(name, target, sent, figures[name])
    return figures


def fuzz(targets: Mapping[str, Target], corpus: Sequence[Sent], *, seconds: float, seed: int) -> dict[str, Figures]:
    """Fuzz the targets in turn for some seconds in all, each of them twice at least. A seed draws the same."""
    chances = {name: Random(f"{seed} {name}") for name in targets}
    figures = {name: Figures() for name in targets}
    pools = {name: list(corpus) for name in targets}
    gc.freeze()  # what the fuzzer holds is no cost of a call
    turn_s = min(LONGEST_TURN_S, seconds / len(targets) / 2)
    end = time.monotonic() + seconds
    with ended_by_force() as begin:
        while time.monotonic() < end:
            for name, target in targets.items():
                until = time.monotonic() + turn_s
                while time.monotonic() < until:
                    chance, pool = chances[name], pools[name]
                    sent = mutated(chance, chance.choice(pool), chance.choice(pool))
                    begin()
                    if _try(name, target, sent, figures[name]) and len(sent.body) <= LONGEST_KEPT:
                        pool.append(sent)
    gc.unfreeze()
    return figures


def _try(name: str, target: Target, sent: Sent, figures: Figures) -> bool:
    """Give a request to a target; tell whether what became of it is new."""
    timed = Stopwatch()
    figures.tried += 1
    try:
        became = target(sent, timed)
    except (Exception, Hang) as error:  # noqa: BLE001 - whatever is raised is what the fuzzer looks for
        figures.failures.append(Failure(name, sent, f"{type(error).__name__}: {error}"))
        became = f"{type(error).__name__} {str(error)[:30]}"
    if timed.slowest_s > figures.slowest_s:
        figures.slowest_s, figures.slowest = timed.slowest_s, sent
    known = figures.new.get(became)
    if known is None or len(sent.body) < len(known.body):
        figures.new[became] = sent
    return known is None
