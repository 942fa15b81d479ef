"""Whatever was found before stays mended, and a minute of the fuzzer finds nothing."""

import os
import time
from collections.abc import Iterable
from random import Random

import pytest

from tests.fuzz.corpus import everything, found
from tests.fuzz.fuzzing import Figures, fuzz, replay
from tests.fuzz.invariants import demand
from tests.fuzz.mutations import mutated
from tests.fuzz.sent import Sent, read_sent
from tests.fuzz.targets import Target, targets
from tests.fuzz.timing import SLOWEST_S, Stopwatch

SECONDS = float(os.environ.get("TRATT_FUZZ_SECONDS", "60" if os.environ.get("CI") else "5"))
"""A minute in CI, and of a developer's time a few seconds."""
SEED = 1
"""The same for everybody, so that a change fails for what it changed; `python -m tests.fuzz --seed` tries others."""
PATIENCE_S = 300
"""For the minute, on a machine that is busy."""


def failures(figures: Iterable[Figures]) -> list[str]:
    return [
        f"seed {SEED}, {failure.target}: {failure.error}\n{failure.sent.written()[:2_000]!r}"
        for one in figures
        for failure in one.failures[:3]
    ]


@pytest.mark.timeout(PATIENCE_S)
def test_what_was_found_before_stays_mended() -> None:
    corpus = found()

    figures = replay(targets(), corpus)

    assert len(corpus) >= 100
    assert failures(figures.values()) == []


@pytest.mark.timeout(PATIENCE_S)
def test_nothing_new_is_found() -> None:
    figures = fuzz(targets(), everything(), seconds=SECONDS, seed=SEED)

    assert failures(figures.values()) == []
    assert all(one.tried for one in figures.values())
    assert max(one.slowest_s for one in figures.values()) <= SLOWEST_S


def raises(sent: Sent, timed: Stopwatch) -> str:
    if sent.body.startswith(b"["):
        raise ValueError("found")
    return ""


def breaks_a_promise(sent: Sent, timed: Stopwatch) -> str:
    demand(not sent.body.startswith(b"["), "found")
    return ""


def is_slow(sent: Sent, timed: Stopwatch) -> str:
    timed(burn, 5 * SLOWEST_S if sent.body.startswith(b"[") else 0)
    return ""


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def hangs(sent: Sent, timed: Stopwatch) -> str:
    while sent.body.startswith(b"["):
        pass
    return ""


@pytest.mark.parametrize("target", [raises, breaks_a_promise, is_slow, hangs])
def test_the_fuzzer_sees_it(target: Target) -> None:
    figures = replay({"broken": target}, [Sent(b"{}"), Sent(b"[]")])

    assert [failure.sent.body for failure in figures["broken"].failures] == [b"[]"]


def test_the_fuzzer_finds_what_only_odd_bytes_bring_about() -> None:
    figures = fuzz({"broken": raises}, [Sent(b'{"a": "b"}')], seconds=0.5, seed=1)

    assert figures["broken"].failures


def test_the_same_seed_draws_the_same_and_a_file_keeps_every_byte() -> None:
    first, second = Random(7), Random(7)
    start = Sent(b'{"a": "b"}', {b"content-type": b"application/json"}, b"a=1")
    for _ in range(300):
        sent = mutated(first, start, start)
        assert sent == mutated(second, start, start)
        assert read_sent(sent.written()) == sent
