"""What a mapping makes of one submission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.ingest.mapping.leftovers import Leaf
from services.ingest.mapping.targets import Members

Becomes = Literal["nothing", "deletion", "activity", "notice"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a mapping may know of a submission beside its document. `headers` are by lower-case name."""

    headers: Mapping[bytes, bytes]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One lead of a payload.

    `members` are those of a lead but `id`, `submission_id`, `received_at` and, where not `is_dated`, `submitted_at`.
    `submission_id` is None where nothing tells it: then it is made of the content. `left` is what no rule names,
    kept as answers; `missing` what every lead should tell of its person, and the fields that its source names and that
    were looked for in vain; `guessed` where one was found that no rule names.
    """

    members: Members
    submission_id: str | None
    is_test: bool
    is_dated: bool
    mapping_version: str
    left: Sequence[Leaf]
    missing: Sequence[str]
    guessed: Mapping[str, str]

    @property
    def unmapped(self) -> list[str]:
        """The paths of what is left."""
        return [leaf.path for leaf in self.left]


@dataclass(frozen=True, slots=True)
class NotALead:
    """An item that is no lead, why, and what it says nevertheless.

    `activity` is the kind of an activity; `is_guessed` tells that no rule said so but the event's usual name.
    """

    becomes: Becomes
    reason: str
    item: Item
    activity: str | None = None
    is_guessed: bool = False


@dataclass(frozen=True, slots=True)
class Mapped:
    """What one submission says.

    `faults` are items, or a whole body, that are not shaped as the mapping has it: keep the submission for people.
    `around` are the paths beside the items that no rule names, kept as signals.
    """

    leads: Sequence[Item] = ()
    others: Sequence[NotALead] = ()
    faults: Sequence[str] = ()
    around: Sequence[str] = ()

    @property
    def not_a_lead(self) -> str | None:
        """Say why there is no lead; None where there is one, or where it is a fault."""
        if self.leads or self.faults:
            return None
        return self.others[0].reason if self.others else "it holds no items"

    @property
    def unmapped(self) -> list[str]:
        """The paths that no rule names, of all items."""
        inside = (path for item in self.leads for path in item.unmapped)
        return list(dict.fromkeys((*self.around, *inside)))

    @property
    def missing(self) -> list[str]:
        """The fields that any item misses."""
        return list(dict.fromkeys(name for item in self.leads for name in item.missing))

    @property
    def guessed(self) -> dict[str, str]:
        """Where fields were found that no rule names."""
        return {field: path for item in reversed(self.leads) for field, path in item.guessed.items()}
