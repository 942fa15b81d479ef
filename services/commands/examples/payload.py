"""What an example is made of: a request, and what makes it a new one by an invented person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_FIRST = ("Ada", "Bo", "Cilla", "Dag", "Ebba", "Folke", "Greta", "Hugo", "Inga", "Jon")
_LAST = ("Ek", "Lind", "Vik", "Holm", "Sund", "Berg", "Dal", "Gran", "Skog", "Strand")
_NUMBERS = range(5, 100)
"""The last digits of 070-174 06 05 to 99, which the Swedish regulator keeps for fiction. Nobody has them."""


@dataclass(frozen=True, slots=True)
class Payload:
    """One request: `path` is what follows the source's URL, `query` without its question mark."""

    body: bytes
    headers: Mapping[str, str]
    path: str = ""
    query: str = ""
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Making:
    """What makes a payload new: a token of hex digits, and when its person pressed the button."""

    token: str
    submitted_at: datetime
    source: str = ""
    """The id of the source that it is for."""
    is_test: bool = False
    person: "Person" = field(init=False)

    def __post_init__(self) -> None:
        """Invent the person of this token."""
        number = int(self.token[-6:], 16)
        first, last = _FIRST[number % 10], _LAST[number // 10 % 10]
        email = f"{first}.{last}.{self.token[-6:]}@example.se".lower()
        phone = f"+467017406{_NUMBERS[number % len(_NUMBERS)]:02d}"
        object.__setattr__(self, "person", Person(first, last, email, phone))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    first_name: str
    last_name: str
    email: str
    phone: str

    @property
    def full_name(self) -> str:
        """Both names."""
        return f"{self.first_name} {self.last_name}"
