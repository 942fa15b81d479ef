"""The section `mapping` of a source: which member of a payload becomes which member of a lead."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from services.ingest.mapping.filters import compile_filter
from services.ingest.mapping.path_syntax import PathText, Where, parse_path
from services.ingest.mapping.rules import FieldRule, Names, Paths, check_split
from services.ingest.mapping.shapes import SHAPES
from services.ingest.mapping.targets import TargetName
from shared.domain.lead import Basis
from shared.domain.model import Section, Text, listed
from shared.domain.patterns import guarded

AUTO = "auto"
"""The shape that is told by the elements."""
MEMBERS = "members"
"""The shape of an object whose members' names are the questions, and whose values the answers."""


def _readable(when: dict[str, object]) -> dict[str, object]:
    compile_filter(when)
    return when


When = Annotated[dict[str, object], AfterValidator(_readable)]
"""Paths with the value, values or comparison each must have; `all`, `any` and `not` combine them."""


def _from_path(given: object) -> object:
    return {"path": given} if isinstance(given, str) else given


class Labels(Section):
    """A list elsewhere that tells the questions' wordings: `by` are the members that hold a question's key."""

    path: Paths
    by: Names = ["ref", "id", "key"]
    label: Names = ["title", "label", "text", "name"]


class KeyValues(Section):
    """A list of questions and answers, which becomes an object: `answers.email` then finds the answer by its key.

    `shape` is the name of a usual one; `key`, `label`, `type`, `value` and `options` say otherwise than it does. A
    value `<type>` is the member that the element's own type names. `ignore` names members of an element that are kept
    nowhere. `labels` is a list elsewhere that has the questions' wordings. `boxes: once` leaves out boxes that come
    once more by themselves, under their question's key with more behind it.
    """

    path: Paths
    shape: str = AUTO
    key: Names | None = None
    label: Names | None = None
    type: Names | None = None
    value: Names | None = None
    options: str | None = None
    ignore: Names | None = None
    boxes: Literal["as_sent", "once"] = "as_sent"
    labels: Labels | None = None

    @field_validator("path")
    @classmethod
    def _leads_to_a_list(cls, paths: list[str]) -> list[str]:
        if any(isinstance(step, Where) for path in paths for step in parse_path(path).steps):
            raise ValueError("a list is found by names, [*] and [0] only: leave the filter out, and it is by key")
        return paths

    @field_validator("shape")
    @classmethod
    def _is_known(cls, shape: str) -> str:
        if shape not in {AUTO, MEMBERS, *SHAPES}:
            raise ValueError(f"'{shape}' is no shape; known are {AUTO}, {', '.join(SHAPES)}, {MEMBERS}")
        return shape


class NotLead(Section):
    """What a payload is that is no lead: nothing at all, a deletion, an activity, or a notice of what must be fetched.

    `activity` is the kind of the activity. The first of several that holds counts.
    """

    when: When = Field(min_length=1)
    becomes: Literal["nothing", "deletion", "activity", "notice"] = "nothing"
    reason: str
    activity: str | None = None


class ConsentRule(Section):
    """One consent, given where the value at `field` is an explicit yes, refused where it is an explicit no.

    Where it is neither, it is no consent and stays an answer. `when_absent: refused` is for forms whose unticked box
    sends nothing. `text` and `version` say what the person was shown; `text_from`, `at`, `evidence` are paths to it.
    """

    field: FieldRule
    purpose: str
    channels: list[str] = []
    basis: Basis = "consent"
    yes: list[str] = []
    no: list[str] = []
    when_absent: Literal["nothing", "refused"] = "nothing"
    text: Text | str | None = None
    version: str | None = None
    text_from: FieldRule | None = None
    at: FieldRule | None = None
    evidence: FieldRule | None = None

    @field_validator("field", "text_from", "at", "evidence")
    @classmethod
    def _can_be_compiled(cls, rule: FieldRule | None) -> FieldRule | None:
        check_split("consents", rule)
        return rule


class MappingConfiguration(Section):
    """How a source's payloads become leads. Paths begin at each item, or at the top of the body with `$.`.

    `each` finds the items; without it the body is one, or each item of a list. `when` keeps those that are leads,
    `not_leads` says what others are, `test_when` which are tests. A filled `honeypot` is a signal. `ignore` is kept
    nowhere. `optional` are targets of `fields` that a lead may well lack, and is not said to miss. `answer_names` is a
    regular expression: what of an answer's name matches it at the beginning is cut off. `guess` fills what `fields`
    leave open by the usual names, and says so.
    """

    version: str = "1"
    each: PathText | None = None
    when: When = {}
    not_leads: list[NotLead] = []
    test_when: When | None = None
    honeypot: Paths | None = None
    ignore: Paths | None = None
    key_values: Annotated[list[Annotated[KeyValues, BeforeValidator(_from_path)]], BeforeValidator(listed)] = []
    fields: dict[TargetName, FieldRule] = {}
    optional: Annotated[list[TargetName], BeforeValidator(listed)] = []
    consents: list[ConsentRule] = []
    idempotency_headers: list[str] = ["webhook-id", "svix-id", "idempotency-key"]
    answer_names: str | None = None
    guess: bool = False

    @field_validator("answer_names")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            guarded(pattern)
        return pattern

    @field_validator("fields")
    @classmethod
    def _can_be_compiled(cls, fields: dict[str, FieldRule]) -> dict[str, FieldRule]:
        for name, rule in fields.items():
            check_split(name, rule)
        return fields
