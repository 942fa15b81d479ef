"""How a group of facts is written: who wrote it, and whether there was anything to find."""

from collections.abc import Mapping
from typing import Any

from shared.domain.score import Facts

MEMBERS: Mapping[str, tuple[str, ...]] = {
    "email": ("canonical", "mailbox", "domain", "kind"),
    "address": ("postal_code", "city", "municipality", "municipality_code", "county", "country", "by"),
    "phone": ("valid", "e164", "country", "kind", "extension"),
    "company": ("organisation_number", "kind", "domain", "size"),
    "answers": (),
}
"""What each group can hold, so that a rule which asks for more is refused; `answers` has the questions' names too."""
EVERY_GROUP = ("enricher", "status")


def found(enricher: str, **members: Any) -> Facts:  # Any: facts are of many types
    """Write what was found; members that are None are left out, for what is absent is unknown."""
    known = {name: value for name, value in members.items() if value is not None}
    return {"enricher": enricher, "status": "found", **known}


def absent(enricher: str) -> Facts:
    """Write that the lead said nothing."""
    return {"enricher": enricher, "status": "absent"}


def unreadable(enricher: str, **members: Any) -> Facts:  # Any: as above
    """Write that the lead said something that cannot be what it should be."""
    return {"enricher": enricher, "status": "unreadable", **members}
