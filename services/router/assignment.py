"""Whose lead it is. Pure.

In this order: whom a release names; who has the lead already; whom a rule about customers names; the account owner; who
has the same person's earlier lead; whom any other rule names. An owner who has left `people` keeps nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from services.router.configuration import Then
from services.router.ports import Known
from shared.domain.business import Seller
from shared.domain.decision import Assignment, Match, Verdict

CACHED_ASSIGNMENTS = 100
"""The leads of a batch are decided at one moment and share a few."""


@dataclass(frozen=True, slots=True)
class Release:
    """A person's word that a held lead is to be routed; without `deliver_to` where the rules say."""

    by: str
    why: str
    owner: str | None = None
    deliver_to: tuple[str, ...] | None = None


def assign(
    then: Then,
    *,
    asks_match: bool,
    match: Match,
    known: Known,
    people: Mapping[str, Seller],
    release: Release | None,
    now: datetime,
) -> Assignment:
    """Find the owner, say why, and by when the person should have an answer."""
    respond_by = now + then.respond_within if then.respond_within else None
    said = _claims(then, asks_match=asks_match, match=match, known=known, people=people, release=release)
    owner, because = next(((owner, because) for owner, because in said if owner), (None, "no rule names an owner"))
    if release is not None:
        because = f"released by {release.by}: {release.why}; {because}"
    return _assigned(owner, because, respond_by)


@lru_cache(CACHED_ASSIGNMENTS)
def _assigned(owner: str | None, because: str, respond_by: datetime | None) -> Assignment:
    return Assignment(owner=owner, why=because, respond_by=respond_by)


def account_owner(match: Match, people: Mapping[str, Seller]) -> str | None:
    """Tell who owns the matched customer: a key of `people`, else the name that the customer file gives."""
    named = match.customer.owner if match.customer else None
    if named is None:
        return None
    folded = named.strip().casefold()
    for key, seller in people.items():
        if folded in {key.casefold(), seller.name.casefold(), seller.email.casefold()}:
            return key
    return named.strip()


def _claims(
    then: Then,
    *,
    asks_match: bool,
    match: Match,
    known: Known,
    people: Mapping[str, Seller],
    release: Release | None,
) -> Iterator[tuple[str | None, str]]:
    accounts = account_owner(match, people)
    if release is not None:
        yield release.owner, "named with the release"
    if known.in_force is not None:
        before = known.in_force.data
        owner = before.assignment.owner
        yield owner if owner == accounts or owner in people else None, f"kept from decision {before.decision.number}"
    if asks_match:
        yield then.owner, "named by the rule"
    if match.verdict is Verdict.EXISTING_CUSTOMER:
        yield accounts, "owns the account"
    if match.previous_lead is not None and known.previous is not None:
        owner = known.previous.owner
        because = f"same person again: kept from lead {known.previous.lead_id}"
        yield owner if owner == accounts or owner in people else None, because
    yield then.owner, "named by the rule"
