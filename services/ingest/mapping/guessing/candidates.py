"""What each left-over text could be, and how likely: by its name, and by what it stands under."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from services.ingest.mapping.guessing.beside import LOCATION, OWN_ID, PLAIN_NAMES, TITLES, Beside, what_is_beside
from services.ingest.mapping.guessing.likeness import could_be
from services.ingest.mapping.guessing.names import MEANINGS, Meaning, meaning, rank_of, rank_of_words
from services.ingest.mapping.guessing.questions import asked
from services.ingest.mapping.guessing.surroundings import (
    Whose,
    holds_content,
    is_of_others,
    is_of_query,
    whose,
    whose_by_name,
)
from services.ingest.mapping.guessing.wording import CACHED, spelled_of, words_of
from services.ingest.mapping.leftovers import Leaf, Name
from services.ingest.mapping.texts import first, word_set


class Candidate(NamedTuple):
    """A target that a text could be, and whose it is; the lowest rank wins, then the first.

    `form` is the target whose texts look like this one: a company's `name` is looked at as a person's.
    """

    target: str
    rank: int
    owner: Whose
    form: str


_KINDS = frozenset(
    {"person.email", "person.phone", "person.full_name", "person.first_name", "person.last_name", "address.postal_code"}
)
"""What a form builder's kind of field may tell, where the question does not."""
RANK_OF_KIND = 1
"""How far a field stands behind one that is called so as well."""
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
OWN_TIME = word_set("""
    created createdat createdtime createdon createddate datecreated timestamp tidstampel occurredat skapad
""")
_OWN = OWN_ID | OWN_TIME
RANK_OF_ITS_OWN, RANK_OF_EVENT = 3, 6
"""How far a plain `id` stands behind a `submission_id`; an event's may be new at each retry."""
_OF_THE_SUBMISSION = word_set("""
    lead submission response entry formresponse formsubmission registrant registration invitee booking enquiry inquiry
    request quote ticket appointment attendee uppdrag forfragan arende bokning anmalan
""")
_CONTENT = word_set(
    "data payload body record object attributes result values item properties resource current sobject node"
)
_VAGUE = word_set("value values number text address answer")
_WRAPPERS = frozenset({"value", "values"})
_TOWN = "by"
_DELIVERED = word_set("shipping delivery leverans")
_BILLED = word_set("billing invoice faktura")
_NOT_A_PAGE = word_set("confirmation thank thanks tack edit admin cancel reschedule result results unsubscribe")
_PAGE = word_set("landing page source first device")


def candidate(leaf: Leaf, called: Name | None = None) -> Candidate | None:
    """Tell what a left-over text could be; None where its name says nothing of it, or its text cannot be it.

    `called` is a name that it goes by instead of its own.
    """
    name = called or leaf.name
    likely = _likely(name, what_is_beside(name, leaf.container))
    return likely if likely is not None and could_be(likely.form, first(leaf.said)) else None


@lru_cache(CACHED)
def _likely(name: Name, beside: Beside) -> Candidate | None:
    """Tell all of a candidate that does not depend on the text itself."""
    known = _by_names(name, beside)
    if known is None:
        return None
    target, rank = known
    owner = owner_of(name)
    distance = _distance(target, name, owner, beside)
    if distance is None:
        return None
    if target == "person.full_name" and owner is Whose.COMPANYS:
        return Candidate("company.name", rank, owner, form=target)
    return Candidate(target, rank + distance, owner, form=target)


def owner_of(name: Name) -> Whose:
    """Tell whose a text is: by what it stands under, and by the sort of field where that says more.

    The rows of an answer, as of a table, are people who come along.
    """
    if name.label is not None and any(isinstance(step, int) for step in name.trail[len(name.trail) - name.depth :]):
        return Whose.GUESTS
    owner = whose(name.trail[:-1])
    if owner is not Whose.NOBODYS or name.kind is None:
        return owner
    sort = whose_by_name(name.kind)
    is_told = sort is Whose.QUERYS or (sort is Whose.THINGS and name.depth > 0)  # the payer of a payment
    return sort if is_told else owner


def is_anothers(name: Name) -> bool:
    """Tell whether a text's own name or question says that it is somebody else's, or a URL's."""
    names = [each for each in (name.label, name.trail[-1]) if isinstance(each, str)]
    if name.above is not None and spelled_of(str(name.trail[-1])) == _TOWN:  # `created: {by: …}` is no town
        names.append(f"{name.above} {_TOWN}")
    return any(is_of_others(each) or is_of_query(each) for each in names)


def _by_names(name: Name, beside: Beside) -> Meaning | None:
    if name.label is not None and name.depth == 0 and (known := meaning(name.label)):
        return known
    last = name.trail[-1]
    if not isinstance(last, str):
        return None
    above = name.label if name.label is not None and name.depth else _above(name)
    known = _named(above, last)
    if known is None and name.label is not None and name.depth == 0:
        known = _of_a_list(above, name.label)
    if known is None and spelled_of(last) in _OWN:
        known = _of_its_own(name, spelled_of(last), beside)
    if known is None and spelled_of(last) in TITLES and (beside.is_employed or owner_of(name) is Whose.PERSONS):
        known = Meaning("person.job_title", 1)
    if known is None and name.kind is not None and (kind := meaning(name.kind)) and kind.target in _KINDS:
        return Meaning(kind.target, max(RANK_OF_KIND, rank_of_words(words_of(name.label or ""))))
    return known or asked(name.label if name.label is not None and name.depth == 0 else last)


def _above(name: Name) -> str | None:
    """Tell the nearest name that a text stands under, but for one that only says that there is a value."""
    steps = [step for step in name.trail[:-1] if isinstance(step, str)]
    return next((step for step in reversed(steps) if step not in _WRAPPERS), name.above)


def _of_a_list(above: str | None, label: str) -> Meaning | None:
    """Read what a list of addresses or numbers labels as `work` or `mobil`."""
    upper = meaning(above) if above else None
    if upper is None or upper.target not in _NAMED_BY_THINGS:
        return None
    return meaning(f"{above} {label}") or upper


def _named(above: str | None, last: str) -> Meaning | None:
    """Read a name, with the one above where that says more: `campaign.name`, `utm.source`, `emails[0].value`."""
    if above is None:
        return meaning(last) or (Meaning(_PARTS[last.lower()], 1) if last.lower() in _PARTS else None)
    together = MEANINGS.get(spelled_of(above) + spelled_of(last))
    if together is not None:
        return Meaning(together, rank_of(spelled_of(above) + spelled_of(last)))
    return _part(above, last.lower()) or meaning(last) or (meaning(above) if spelled_of(last) in _VAGUE else None)


def _part(above: str, last: str) -> Meaning | None:
    """Read what a name's or a number's own object holds: `q3_name.first`, `mobil.full`."""
    part = _PARTS.get(last)
    if part is None and last != "full":
        return None
    upper = meaning(above)
    if upper is None or last == "full":
        return upper
    return Meaning(part or "", upper.rank) if upper.target == "person.full_name" else None


def _of_its_own(name: Name, spelled: str, beside: Beside) -> Meaning | None:
    """Read a plain `id` or `created_at`, which is the submission's only where nothing else is named above it."""
    target = "submission_id" if spelled in OWN_ID else "submitted_at"
    rank = RANK_OF_EVENT if spelled == "eventid" else RANK_OF_ITS_OWN
    above = [spelled_of(each) for each in name.trail[:-1] if isinstance(each, str)]
    if not above:
        return Meaning(target, rank)
    if above[-1] in _OF_THE_SUBMISSION:
        return Meaning(target, rank - 2)
    if not _CONTENT.issuperset(above) or (spelled in OWN_ID and beside.is_meeting):
        return None
    return Meaning(target, rank - 1)


def _distance(target: str, name: Name, owner: Whose, beside: Beside) -> int | None:
    """Tell how far a target is from where its text stands; None where it is somebody else's."""
    if target.startswith(("attribution.", "is_test")):
        return _distance_of_url(name) if target.endswith(".landing_url") else 0
    if is_anothers(name) or _is_of_something_else(target, name, beside):
        return None
    if owner is Whose.THINGS:
        is_told = target in _NAMED_BY_THINGS or target.startswith("submi") or _names_a_person(name)
        return _DISTANCES[owner] if is_told else None
    if owner is Whose.COMPANYS and target.startswith("company."):
        return 0
    if target == "person.full_name" and owner not in _NAMED and not _is_plainly_a_persons(name):
        return _DISTANCES.get(owner, 0) if beside.is_reachable else None
    distance = _DISTANCES.get(owner, 0)
    if distance is not None and target.startswith("address."):
        distance += _detour(name)
    return distance


def _names_a_person(name: Name) -> bool:
    """Tell `ticket_requester_name`, which is a person's whatever it stands under."""
    return whose_by_name(str(name.trail[-1])) is Whose.PERSONS


def _detour(name: Name) -> int:
    """Tell how far a place of delivery, or where bills go, stands behind where somebody lives."""
    words = {word for each in name.trail[:-1] if isinstance(each, str) for word in words_of(each)}
    if not words.isdisjoint(_DELIVERED):
        return 2
    return int(not words.isdisjoint(_BILLED))


def _is_of_something_else(target: str, name: Name, beside: Beside) -> bool:
    if target == "submission_id":
        return beside.is_envelope
    return target.startswith("address.") and not _is_of_a_home(name, beside)


def _is_of_a_home(name: Name, beside: Beside) -> bool:
    """Tell an address from what a branch office, an IP address or a telephone number has of one."""
    above = name.above
    if above is None:
        return True
    if beside.is_branch and spelled_of(above) == LOCATION:
        return False
    number = meaning(above)
    return number is None or number.target != "person.phone"


def _is_plainly_a_persons(name: Name) -> bool:
    """Tell the `name` of a person from that of an order's item, or of anything else that has one."""
    if spelled_of(str(name.trail[-1])) not in PLAIN_NAMES or (name.label is not None and not name.depth):
        return True
    if name.label is not None:
        known = meaning(name.label)
        return whose_by_name(name.label) in _NAMED or (known is not None and known.target == "person.full_name")
    return all(isinstance(each, str) and holds_content(each) for each in name.trail[:-1])


def _distance_of_url(name: Name) -> int | None:
    words = {word for each in (*name.trail, name.label) if isinstance(each, str) for word in words_of(each)}
    if words & _NOT_A_PAGE:
        return None
    if words & _PAGE:
        return 0
    return 2 if len(name.trail) == 1 else None
