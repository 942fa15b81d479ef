"""What each left-over text could be, and how likely: by its name, and by what it stands under."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from services.ingest.mapping.guessing.names import MEANINGS, Meaning, meaning
from services.ingest.mapping.guessing.surroundings import Whose, holds_content, is_of_others, whose
from services.ingest.mapping.guessing.wording import CACHED, words_of
from services.ingest.mapping.leftovers import Leaf
from services.ingest.mapping.texts import first, word_set
from shared.domain.contact_points import MAX_EMAIL


class Candidate(NamedTuple):
    """A target that a text could be; the lowest rank wins, then the first."""

    target: str
    rank: int


MAX_NAME = 120
MAX_PLACE = 200
MAX_POSTAL_CODE = 12
"""Characters of a name, of a part of an address, and of a postal code, whose longest has ten."""
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}\.[^\s@<>,;.]{2,63}")
_PHONE = re.compile(
    r"(?:tel:|p:)?\s*+\+?[\d\s()./\-\u00a0\u2010-\u2013]{5,40}(?:(?:x|ext|ankn)\.?\s*+\d{1,6})?", re.IGNORECASE
)
FEWEST_DIGITS, MOST_DIGITS = 6, 17
_KINDS = frozenset({"person.email", "person.phone", "person.full_name"})
"""What a form builder's kind of field may tell, where the question does not."""
_NAMED_BY_THINGS = frozenset({"person.email", "person.phone"})
_DISTANCES: Mapping[Whose, int | None] = {
    Whose.OTHERS: None,
    Whose.QUERYS: None,
    Whose.PERSONS: -2,
    Whose.USERS: 1,
    Whose.THINGS: 3,
    Whose.COMPANYS: 4,
}
"""How far behind a field stands by whose it is; None where it is never the lead's."""
_PARTS = {"first": "person.first_name", "given": "person.first_name", "last": "person.last_name",
          "family": "person.last_name"}  # fmt: skip
OWN_ID = frozenset({"id", "uuid", "guid", "eventid"})
OWN_TIME = word_set("created createdat createdtime createdon createddate datecreated timestamp occurredat skapad")
_OWN = OWN_ID | OWN_TIME
RANK_OF_ITS_OWN, RANK_OF_EVENT = 3, 6
"""How far a plain `id` stands behind a `submission_id`; an event's may be new at each retry."""
_OF_THE_SUBMISSION = frozenset({"lead", "submission", "response", "entry", "formresponse", "formsubmission"})
_CONTENT = word_set("data payload body record object attributes result values item properties resource")
_PLAIN_NAMES = word_set("name namn navn nimi")
_VAGUE = word_set("value values number text address")


def candidate(leaf: Leaf) -> Candidate | None:
    """Tell what a left-over text could be; None where its name says nothing of it, or its text cannot be it."""
    known = _by_names(leaf)
    if known is None:
        return None
    target, rank = known
    distance = _distance(target, leaf)
    if distance is None or not could_be(target, first(leaf.said)):
        return None
    if target == "person.full_name" and whose(leaf.trail[:-1]) is Whose.COMPANYS:
        return Candidate("company.name", rank)
    return Candidate(target, rank + distance)


def could_be(target: str, text: str) -> bool:
    """Tell whether a text can be what its name says."""
    test = _TESTS.get(target) or _TESTS.get(target.partition(".")[0])
    return test is None or test(text.strip())


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
    return known


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
    return Meaning(target, rank - 1) if _CONTENT.issuperset(above) else None


def _distance(target: str, leaf: Leaf) -> int | None:
    """Tell how far a target is from where its text stands; None where it is somebody else's."""
    if target.startswith(("attribution.", "is_test")):
        return _distance_of_url(leaf) if target.endswith(".landing_url") else 0
    names = [name for name in (leaf.label, leaf.trail[-1]) if isinstance(name, str)]
    owner = whose(leaf.trail[:-1])
    if any(map(is_of_others, names)):
        return None
    if owner is Whose.THINGS:
        is_told = target in _NAMED_BY_THINGS or target.startswith("submi")
        return _DISTANCES[owner] if is_told else None
    if owner is Whose.COMPANYS and target.startswith("company."):
        return 0
    if owner is not Whose.PERSONS and target == "person.full_name" and not _is_plainly_a_persons(leaf):
        return None
    return _DISTANCES.get(owner, 0)


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


def is_email(text: str) -> bool:
    """Tell an address from other texts; not whether it is a good one."""
    return "@" in text and len(text) <= MAX_EMAIL and _EMAIL.fullmatch(text.strip()) is not None


def _is_phone(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    return FEWEST_DIGITS <= digits <= MOST_DIGITS and _PHONE.fullmatch(text) is not None


def _is_name(text: str) -> bool:
    return len(text) <= MAX_NAME and "@" not in text and "://" not in text and any(map(str.isalpha, text))


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://"))


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "person.email": is_email,
    "person.phone": _is_phone,
    "person": _is_name,
    "company.name": lambda text: len(text) <= MAX_PLACE and "://" not in text and "@" not in text,
    "address.postal_code": lambda text: len(text) <= MAX_POSTAL_CODE and any(map(str.isdigit, text)),
    "address.street": lambda text: len(text) <= MAX_PLACE and "@" not in text,
    "address": _is_name,
    "attribution.last_touch.landing_url": _is_url,
}
