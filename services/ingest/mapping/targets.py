"""The members of a lead that a mapping may fill, taken from the lead's own model."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel

from shared.domain.lead import Address, Attribution, Company, Person, Purchase, Touch

Members = dict[str, Any]
"""Members of a lead, ready for its model. Any: texts, times, lists and mappings of them."""


class Takes(Enum):
    """What a target holds."""

    TEXT = "text"
    TEXTS = "texts"
    """One text or several, as answers do."""
    MOMENT = "moment"
    FLAG = "flag"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a lead: its group's names and its own."""

    name: str
    groups: tuple[str, ...]
    member: str
    takes: Takes

    def put(self, members: Members, value: object) -> None:
        """Put a value there."""
        group = members
        for name in self.groups:
            group = group.setdefault(name, {})
        group[self.member] = value

    def is_open(self, members: Members) -> bool:
        """Tell whether nothing is there yet."""
        group = members
        for name in self.groups:
            if name not in group:
                return True
            group = group[name]
        return self.member not in group


SUBMISSION_ID = "submission_id"
SUBMITTED_AT = "submitted_at"
IS_TEST = "is_test"
OPEN_GROUPS: Mapping[str, Takes] = {
    "answers.": Takes.TEXTS,
    "signals.": Takes.TEXT,
    "attribution.click_ids.": Takes.TEXT,
}
"""Groups whose members the sender names: what follows the dot is taken as it is, dots and all."""


def _of(group: str, model: type[BaseModel], **others: Takes) -> dict[str, Takes]:
    return {f"{group}.{name}": others.get(name, Takes.TEXT) for name in model.model_fields}


_APART = {"attribution.first_touch", "attribution.last_touch", "attribution.click_ids"}
TARGETS: Mapping[str, Takes] = {
    SUBMISSION_ID: Takes.TEXT,
    SUBMITTED_AT: Takes.MOMENT,
    IS_TEST: Takes.FLAG,
    "channel": Takes.TEXT,
    "segment": Takes.TEXT,
    "product": Takes.TEXT,
    "message": Takes.TEXT,
    **_of("person", Person),
    **_of("company", Company),
    **_of("address", Address),
    **{name: takes for name, takes in _of("attribution", Attribution).items() if name not in _APART},
    **_of("attribution.first_touch", Touch),
    **_of("attribution.last_touch", Touch),
    **_of("purchase", Purchase, opt_in_at=Takes.MOMENT, cost=Takes.NUMBER),
}
"""Every target that has a name of ours, and what it takes."""


def target_of(name: str) -> Target:
    """Find a target by its name.

    Raises:
        ValueError: a lead has no such member.
    """
    for group, takes in OPEN_GROUPS.items():
        if name.startswith(group) and len(name) > len(group):
            return Target(name, tuple(group[:-1].split(".")), name[len(group) :], takes)
    if name not in TARGETS:
        raise ValueError(_no_target(name))
    *groups, member = name.split(".")
    return Target(name, tuple(groups), member, TARGETS[name])


def _no_target(name: str) -> str:
    near = get_close_matches(name, TARGETS, n=1)
    hint = f"did you mean {near[0]}?" if near else "what a lead has no member for is answers.<name>"
    return f"'{name}' is no member of a lead; {hint}"


def _known(name: str) -> str:
    return target_of(name).name


TargetName = Annotated[str, AfterValidator(_known)]
"""A target in the configuration; one that a lead does not have is refused."""
