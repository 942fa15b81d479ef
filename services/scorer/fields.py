"""The fields that a condition may ask for: the lead's own, and what the enrichers find out."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.domain.lead import Lead
from shared.domain.vocabulary import model_of

SCORE = ("fit", "engagement")
"""What a stage may ask of the score. Engagement is 0 until it is built."""
FACTS: Mapping[str, tuple[str, ...] | None] = {
    "email": ("canonical", "mailbox", "domain", "kind"),
    "address": ("postal_code", "city", "municipality", "municipality_code", "county", "country", "by"),
    "phone": ("valid", "e164", "country", "kind", "extension"),
    "company": ("organisation_number", "kind", "domain", "size"),
    "answers": (),
    "contactable": None,
    "bot": None,
    "product": None,
}
"""What the enrichers find out, so that a rule which asks for more is refused: a group with its members, or one fact.

`answers` has the questions' names too.
"""
EVERY_GROUP = ("enricher", "status")
_ABOUT_THE_SUBMISSION = ("source", "source_kind", "is_test")


def lead_members() -> dict[str, Any]:  # Any: as Members
    """Return what a condition may ask of the lead itself, and of how it came."""
    own = {name: model_of(info.annotation) for name, info in Lead.model_fields.items()}
    return {**own, **dict.fromkeys(_ABOUT_THE_SUBMISSION)}


def fact_members(questions: Iterable[str] | None = None) -> dict[str, Any]:  # Any: as Members
    """Return what facts there can be; while the company's questions are not known, any answer."""
    facts = {name: None if members is None else _group(members) for name, members in FACTS.items()}
    return {**facts, "answers": None if questions is None else _group(questions)}


def _group(members: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys([*members, *EVERY_GROUP])
