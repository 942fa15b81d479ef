"""How one value of a lead is found in a payload: a path, or a rule, as the configuration writes it."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from services.ingest.mapping.moments import reader
from services.ingest.mapping.path_syntax import PathText
from services.ingest.mapping.transforms import make_transform
from shared.domain.model import Section, listed

Paths = Annotated[list[PathText], BeforeValidator(listed), Field(min_length=1)]
"""A path, or several in order."""


def _known_transform(step: object) -> object:
    if isinstance(step, str):
        name, argument = step, None
    elif isinstance(step, Mapping) and len(step) == 1:
        ((name, argument),) = step.items()
    else:
        raise ValueError("write a transform's name, or one name with what it needs, as {e164: SE}")
    if name != "split_name":
        make_transform(str(name), argument)
    return step


SPLIT = {"person.first_name": "first_name", "person.last_name": "last_name"}
"""Which half of a name `split_name` is, by target."""
Names = Annotated[list[str], BeforeValidator(listed), Field(min_length=1)]
"""A member's name, or several in order."""
Transforms = Annotated[list[Annotated[object, AfterValidator(_known_transform)]], BeforeValidator(listed)]


def _kind(rule: object) -> str:
    if isinstance(rule, (list, tuple)):
        return "list"
    return "path" if isinstance(rule, str) or rule is None else "rule"


class Rule(Section):
    """How one value is found, when a path alone does not say it.

    One of `from`, `join` and `const`. In order: where it is found, `options` (the list beside it that tells an option's
    label by its id), `values` (what to write for what), `transform`, `format` and `zone` of a time; `default` where
    nothing is said.
    """

    source: "FieldRule | None" = Field(default=None, alias="from")
    join: "list[FieldRule] | None" = None
    separator: str = " "
    const: str | None = None
    options: PathText | None = None
    values: dict[str, str] = {}
    transform: Transforms = []
    format: str | None = None
    zone: str | None = None
    default: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Rule":
        if sum(given is not None for given in (self.source, self.join, self.const)) != 1:
            raise ValueError("write one of from, join and const")
        if self.format or self.zone:
            reader(self.format, self.zone)
        return self


One = Annotated[Annotated[PathText, Tag("path")] | Annotated[Rule, Tag("rule")], Discriminator(_kind)]
FieldRule = Annotated[
    Annotated[PathText, Tag("path")] | Annotated[list[One], Tag("list")] | Annotated[Rule, Tag("rule")],
    Discriminator(_kind),
]
"""A path, a rule, or a list of them of which the first that says something counts."""
Rule.model_rebuild()


def check_split(target: str, rule: "FieldRule | None") -> None:
    """Refuse `split_name` where it is not plain which half is meant.

    Raises:
        ValueError: the target is neither the first nor the last name.
    """
    for one in rule if isinstance(rule, list) else [rule]:
        if isinstance(one, Rule):
            if "split_name" in one.transform and target not in SPLIT:
                raise ValueError(
                    f"{target}: split_name is for {' and '.join(SPLIT)}; elsewhere write first_name or last_name"
                )
            for part in (one.source, *(one.join or ())):
                check_split(target, part)
