"""The stage of a lead's life cycle, and its temperature: two things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.scorer.configuration import Stage
from shared.domain.conditions import Condition, Values, compile_condition

COLD = "cold"
"""The temperature of a lead whose doings are not counted: it follows from engagement, which is 0 until it is built."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The stages above the lowest, highest first."""

    lowest: str
    above: Sequence[tuple[str, Condition]]


def compile_stages(stages: Mapping[str, Stage]) -> Steps:
    """Compile the stages, given lowest first."""
    lowest, *names = stages
    above = [(name, compile_condition(stages[name].when or {})) for name in names]
    return Steps(lowest, tuple(reversed(above)))


def stage_of(steps: Steps, values: Values) -> str:
    """Tell the highest stage whose condition holds, else the lowest. Unknown does not lift."""
    return next((name for name, condition in steps.above if condition.holds(values)), steps.lowest)
