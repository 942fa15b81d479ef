"""People who may be the lead, left out where somebody plainly is: a `user` beside a `contact` works at the company."""

from collections.abc import Iterator, Sequence

from services.ingest.mapping.guessing.candidates import Candidate
from services.ingest.mapping.guessing.surroundings import OTHERS, Whose
from services.ingest.mapping.guessing.wording import words_of
from services.ingest.mapping.leftovers import Leaf, Trail
from services.ingest.mapping.texts import first, word_set

Places = frozenset[Trail]
"""Where objects stand that are somebody else's."""
Found = tuple[int, Candidate]
"""A leaf's place, and what it could be."""

_ROLES = frozenset({"role", "type", "kind"})
_OURS = OTHERS | word_set("user users self")
_CONTACT_POINTS = frozenset({"person.email", "person.phone"})
_NAMES = frozenset({"person.full_name", "person.first_name", "person.last_name"})
_DOUBTFUL = (Whose.GUESTS, Whose.USERS)
"""Who may be the lead, the likelier one first."""


def others_of(left: Sequence[Leaf]) -> Places:
    """Find the items of lists that say of themselves whose they are: a `role` of host, `organizer: true`, `users`."""
    return frozenset([leaf.trail[:-1] for leaf in left if len(leaf.trail) > 1 and _says_others(leaf)])


def above(leaf: Leaf) -> Iterator[Trail]:
    """Yield the places of all lists' items that a text stands in."""
    return (leaf.trail[: place + 1] for place, step in enumerate(leaf.trail) if isinstance(step, int))


def _says_others(leaf: Leaf) -> bool:
    if not isinstance(leaf.trail[-2], int):
        return False
    words = words_of(str(leaf.trail[-1]))
    said = first(leaf.said)
    if not _ROLES.isdisjoint(words):
        return not _OURS.isdisjoint(words_of(said))
    return said == "true" and not _OURS.isdisjoint(words)


def without_strangers(found: Sequence[Found]) -> Sequence[Found]:
    """Keep one person's fields: the lead's own or, where nothing is, those of whoever may be the lead.

    A company's own address and number count only where there is none of a person.
    """
    owners = {candidate.owner for _, candidate in found}
    if owners.isdisjoint({*_DOUBTFUL, Whose.COMPANYS}):
        return found
    persons = [candidate for _, candidate in found if candidate.target.startswith("person.")]
    left_out = set()
    is_told = any(one.owner is Whose.PERSONS for one in persons)
    told = {one.target for one in persons if one.owner not in {*_DOUBTFUL, Whose.COMPANYS}}
    for owner in _DOUBTFUL:
        theirs = {one.target for one in persons if one.owner is owner}
        if is_told or told & (_NAMES | theirs):
            left_out.add(owner)
        elif theirs:
            is_told = True
            told |= theirs
    if told & _CONTACT_POINTS:
        left_out.add(Whose.COMPANYS)
    return [one for one in found if one[1].owner not in left_out or not one[1].target.startswith("person.")]
