"""Each guard taken away in turn: the same provocation that is survived with it breaks the promise without it."""

from pathlib import Path

import pytest

from tests.proof import guards, stacks, without
from tests.proof.guards import Provocation, freeze_each_router, kill_a_few_times
from tests.proof.sink import sink
from tests.proof.verdict import expect_promise_kept

RATE = 40

CASES = pytest.mark.parametrize(
    ("guard", "stack", "provoke", "broken"),
    [
        ("claim", "kafka", freeze_each_router, {"two decisions under one number"}),
        ("effect before commit", "embedded", kill_a_few_times, {"lost", "ledger does not add up, lost"}),
        ("fence", "kafka", freeze_each_router, {"one delivery told twice"}),
        ("table", "embedded", kill_a_few_times, {"delivered, but never told"}),
    ],
    ids=["claim", "effect-before-commit", "fence", "table"],
)


@CASES
async def test_without_the_guard_the_provocation_breaks_the_promise(
    guard: str, stack: str, provoke: Provocation, broken: set[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with sink() as receiver:
        receiver.answer_s = guards.PUSH_S
        program = without.program(guard)
        async with stacks.running(stack, tmp_path, request, sink_url=receiver.url, program=program) as processes:
            verdict = await guards.provoked(processes, receiver, provoke, rate=RATE)
    print(f"without {guard}: {verdict}")
    print(*(f"  {promise}: {str(evidence)[:200]}" for promise, evidence in verdict.breaches.items()), sep="\n")
    assert broken <= verdict.breaches.keys()


@CASES
async def test_with_the_guard_the_same_provocation_is_survived(
    guard: str, stack: str, provoke: Provocation, broken: set[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with sink() as receiver:
        receiver.answer_s = guards.PUSH_S
        program = without.program(guard, kept=True)
        async with stacks.running(stack, tmp_path, request, sink_url=receiver.url, program=program) as processes:
            verdict = await guards.provoked(processes, receiver, provoke, rate=RATE)
    print(f"with {guard}: {verdict}")
    expect_promise_kept(verdict)
