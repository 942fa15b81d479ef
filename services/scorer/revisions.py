"""Which revision an event makes of its lead: none when it is a repeat, none when older content arrives late."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest content known of a lead: `revision` counts from 1, `submitted_at` is epoch seconds."""

    revision: int
    cause_id: str
    submitted_at: float


@dataclass(frozen=True, slots=True)
class Cause:
    """One event that brought content of a lead."""

    id: str
    lead_id: str
    submitted_at: float


def standings(causes: Iterable[Cause], known: dict[str, Standing]) -> Iterator[tuple[Cause, int | None]]:
    """Number new causes in their order, and keep `known` up to date.

    The newest `submitted_at` wins; of equal ones, the later in the log. None is for content older than what is known.
    """
    for cause in causes:
        standing = known.get(cause.lead_id)
        if standing is not None and cause.submitted_at < standing.submitted_at:
            yield cause, None
            continue
        revision = standing.revision + 1 if standing else 1
        known[cause.lead_id] = Standing(revision, cause.id, cause.submitted_at)
        yield cause, revision
