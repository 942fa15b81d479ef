"""What each left-over text could be, and how likely: by its name, and by what it stands under."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from services.ingest.mapping.finding import Container
from services.ingest.mapping.guessing.likeness import could_be
from services.ingest.mapping.guessing.names import MEANINGS, Meaning, meaning
from services.ingest.mapping.guessing.questions import asked
from services.ingest.mapping.guessing.surroundings import (
    Whose,
    holds_content,
    is_of_others,
    is_of_query,
    whose,
    whose_by_name,
)
from services.ingest.mapping.guessing.wording import CACHED, words_of
from services.ingest.mapping.leftovers import Leaf
from services.ingest.mapping.texts import first, word_set


class Candidate(NamedTuple):
    """A target that a text could be, and whose it is; the lowest rank wins, then the first."""

    target: str
    rank: int
    owner: Whose


_KINDS = frozenset({"person.email", "person.phone", "person.full_name"})
"""What a form builder's kind of field may tell, where the question does not."""
_NAMED_BY_THINGS = frozenset({"person.email", "person.phone"})
_DISTANCES: Mapping[Whose, int | None] = {
    Whose.OTHERS: None,
    Whose.QUERYS: None,
    Whose.PERSONS: -2,
    Whose.USERS: 1,
    Whose.GUESTS: 1,
    Whose.THINGS: 3,
    Whose.COMPANYS: 4,
}
"""How far behind a field stands by whose it is; None where it is never the lead's."""
_NAMED = frozenset({Whose.PERSONS, Whose.GUESTS, Whose.COMPANYS})
_PARTS = {"first": "person.first_name", "given": "person.first_name", "last": "person.last_name",
          "family": "person.last_name"}  # fmt: skip
OWN_ID = frozenset({"id", "uuid", "guid", "uid", "eventid"})
OWN_TIME = word_set("""
    created createdat createdtime createdon createddate datecreated timestamp tidstampel occurredat skapad
""")
_OWN = OWN_ID | OWN_TIME
RANK_OF_ITS_OWN, RANK_OF_EVENT = 3, 6
"""How far a plain `id` stands behind a `submission_id`; an event's may be new at each retry."""
_OF_THE_SUBMISSION = word_set("""
    lead submission response entry formresponse formsubmission registrant registration invitee booking enquiry
""")
_CONTENT = word_set("data payload body record object attributes result values item properties resource current sobject")
_SCHEDULED = word_set("topic starttime startdate startsat hostid agenda")
"""Members of a meeting that many come to: its id is not that of one who does."""
_OF_A_PLACE = frozenset({"id", "name"})
"""Members of a branch office's `location`; where somebody lives has neither."""
_PLAIN_NAMES = word_set("name namn navn nimi")
_VAGUE = word_set("value values number text address")


def candidate(leaf: Leaf) -> Candidate | None:
    """Tell what a left-over text could be; None where its name says nothing of it, or its text cannot be it."""
    known = _by_names(leaf)
    if known is None:
        return None
    target, rank = known
    owner = owner_of(leaf)
    distance = _distance(target, leaf, owner)
    if distance is None or not could_be(target, first(leaf.said)):
        return None
    if target == "person.full_name" and owner is Whose.COMPANYS:
        return Candidate("company.name", rank, owner)
    return Candidate(target, rank + distance, owner)


def owner_of(leaf: Leaf) -> Whose:
    """Tell whose a text is: by what it stands under, and by the sort of field where that says more."""
    owner = whose(leaf.trail[:-1])
    if owner is not Whose.NOBODYS or leaf.kind is None:
        return owner
    sort = whose_by_name(leaf.kind)
    is_told = sort is Whose.QUERYS or (sort is Whose.THINGS and leaf.depth > 0)  # the payer of a payment
    return sort if is_told else owner


def is_anothers(leaf: Leaf) -> bool:
    """Tell whether a text's own name or question says that it is somebody else's, or a URL's."""
    names = [name for name in (leaf.label, leaf.trail[-1]) if isinstance(name, str)]
    return any(is_of_others(name) or is_of_query(name) for name in names)


def _by_names(leaf: Leaf) -> Meaning | None:
    if leaf.label is not None and leaf.depth == 0 and (known := meaning(leaf.label)):
        return known
    last = leaf.trail[-1]
    if not isinstance(last, str):
        return None
    above = leaf.label if leaf.label is not None and leaf.depth else _name_above(leaf)
    known = _named(above, last)
    if known is None and _spelled(last) in _OWN:
        known = _of_its_own(leaf, _spelled(last))
    if known is None and leaf.kind is not None and (kind := meaning(leaf.kind)) and kind.target in _KINDS:
        return Meaning(kind.target, 1)
    return known or asked(leaf.label if leaf.label is not None and leaf.depth == 0 else last)


@lru_cache(CACHED)
def _named(above: str | None, last: str) -> Meaning | None:
    """Read a name, with the one above where that says more: `campaign.name`, `utm.source`, `emails[0].value`."""
    if above is None:
        return meaning(last)
    together = MEANINGS.get(_spelled(above) + _spelled(last))
    if together is not None:
        return Meaning(together, 0)
    return _part(above, last.lower()) or meaning(last) or (meaning(above) if _spelled(last) in _VAGUE else None)


def _part(above: str, last: str) -> Meaning | None:
    """Read what a name's or a number's own object holds: `q3_name.first`, `mobil.full`."""
    part = _PARTS.get(last)
    if part is None and last != "full":
        return None
    upper = meaning(above)
    if upper is None or last == "full":
        return upper
    return Meaning(part or "", upper.rank) if upper.target == "person.full_name" else None


@lru_cache(CACHED)
def _spelled(name: str) -> str:
    return "".join(words_of(name))


def _of_its_own(leaf: Leaf, spelled: str) -> Meaning | None:
    """Read a plain `id` or `created_at`, which is the submission's only where nothing else is named above it."""
    target = "submission_id" if spelled in OWN_ID else "submitted_at"
    rank = RANK_OF_EVENT if spelled == "eventid" else RANK_OF_ITS_OWN
    above = [_spelled(name) for name in leaf.trail[:-1] if isinstance(name, str)]
    if not above:
        return Meaning(target, rank)
    if above[-1] in _OF_THE_SUBMISSION:
        return Meaning(target, rank - 2)
    if not _CONTENT.issuperset(above) or (spelled in OWN_ID and _is_of_a_meeting(leaf.container)):
        return None
    return Meaning(target, rank - 1)


def _is_of_a_meeting(container: Container) -> bool:
    if not isinstance(container, dict) or _SCHEDULED.isdisjoint(map(_spelled, container)):
        return False
    return any(isinstance(member, dict) and whose_by_name(name) is Whose.PERSONS for name, member in container.items())


def _distance(target: str, leaf: Leaf, owner: Whose) -> int | None:
    """Tell how far a target is from where its text stands; None where it is somebody else's."""
    if target.startswith(("attribution.", "is_test")):
        return _distance_of_url(leaf) if target.endswith(".landing_url") else 0
    if is_anothers(leaf) or (target.startswith("address.") and not _is_of_a_home(leaf)):
        return None
    if owner is Whose.THINGS:
        is_told = target in _NAMED_BY_THINGS or target.startswith("submi")
        return _DISTANCES[owner] if is_told else None
    if owner is Whose.COMPANYS and target.startswith("company."):
        return 0
    if target == "person.full_name" and owner not in _NAMED and not _is_plainly_a_persons(leaf):
        return None
    return _DISTANCES.get(owner, 0)


def _is_of_a_home(leaf: Leaf) -> bool:
    """Tell an address from what a branch office, an IP address or a telephone number has of one."""
    above = _name_above(leaf)
    if above is None:
        return True
    if _spelled(above) == "location" and isinstance(leaf.container, dict):
        known = {found.target for name in leaf.container if (found := meaning(name))}
        is_full = not known.isdisjoint({"address.street", "address.postal_code"})
        return is_full and _OF_A_PLACE.isdisjoint(map(_spelled, leaf.container))
    number = meaning(above)
    return number is None or number.target != "person.phone"


def _is_plainly_a_persons(leaf: Leaf) -> bool:
    """Tell the `name` of a person from that of an order's item, or of anything else that has one."""
    if leaf.label is not None or _spelled(str(leaf.trail[-1])) not in _PLAIN_NAMES:
        return True
    return all(isinstance(name, str) and holds_content(name) for name in leaf.trail[:-1])


def _distance_of_url(leaf: Leaf) -> int | None:
    words = {word for name in leaf.trail if isinstance(name, str) for word in words_of(name)}
    if words & {"landing", "page", "source", "first"}:
        return 0
    return 2 if len(leaf.trail) == 1 else None


def _name_above(leaf: Leaf) -> str | None:
    return next((name for name in reversed(leaf.trail[:-1]) if isinstance(name, str)), None)
