"""The fields that a condition may ask for: the lead's own, and what the enrichers find out."""

from collections.abc import Iterable
from typing import Any

from services.scorer.enrichers import ENRICHERS
from services.scorer.enrichers.groups import EVERY_GROUP, MEMBERS
from shared.domain.lead import Lead
from shared.domain.vocabulary import model_of

SCORE = ("fit", "engagement")
"""What a stage may ask of the score. Engagement is 0 until it is built."""
_ABOUT_THE_SUBMISSION = ("source", "source_kind", "is_test")


def lead_members() -> dict[str, Any]:  # Any: as Members
    """Return what a condition may ask of the lead itself, and of how it came."""
    own = {name: model_of(info.annotation) for name, info in Lead.model_fields.items()}
    return {**own, **dict.fromkeys(_ABOUT_THE_SUBMISSION)}


def fact_members(questions: Iterable[str] | None = None) -> dict[str, Any]:  # Any: as Members
    """Return what facts there can be; while the company's questions are not known, any answer."""
    groups = {name: dict.fromkeys([*members, *EVERY_GROUP]) for name, members in MEMBERS.items()}
    answers = None if questions is None else dict.fromkeys([*questions, *EVERY_GROUP])
    return {**dict.fromkeys([*ENRICHERS, "product"]), **groups, "answers": answers}
