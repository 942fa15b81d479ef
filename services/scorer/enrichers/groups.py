"""How a group of facts is written: who wrote it, and whether there was anything to find."""

from typing import Any

from shared.domain.score import Facts


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
