"""People who may be the lead, left out where somebody plainly is: a `user` beside a `contact` works at the company."""

from collections.abc import Iterator, Sequence

from services.ingest.mapping.guessing.candidates import Candidate
from services.ingest.mapping.guessing.names import meaning
from services.ingest.mapping.guessing.surroundings import OTHERS, Whose
from services.ingest.mapping.guessing.wording import words_of
from services.ingest.mapping.leftovers import Leaf, Trail
from services.ingest.mapping.texts import first, word_set

Places = frozenset[Trail]
"""Where objects stand that are somebody else's."""
Found = tuple[int, Candidate]
"""A leaf's place, and what it could be."""

FEWEST_ADDRESSES = 2
_ROLES = frozenset({"role", "type", "kind"})
_OURS = OTHERS | word_set("user users self")
_CONTACT_POINTS = frozenset({"person.email", "person.phone"})
_NAMES = frozenset({"person.full_name", "person.first_name", "person.last_name"})
_DOUBTFUL = (Whose.GUESTS, Whose.USERS)
"""Who may be the lead, the likelier one first."""
_BEHIND = frozenset({Whose.COMPANYS, Whose.THINGS})
"""Whose address and number stand behind those of any person."""


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

    The address and number of a company, or of a thing such as a site, count only where there is none of a person.
    """
    owners = {candidate.owner for _, candidate in found}
    if owners.isdisjoint({*_DOUBTFUL, *_BEHIND}):
        return found
    persons = [candidate for _, candidate in found if candidate.target.startswith("person.")]
    left_out = set()
    is_told = any(one.owner is Whose.PERSONS for one in persons)
    told = {one.target for one in persons if one.owner not in {*_DOUBTFUL, *_BEHIND}}
    for owner in _DOUBTFUL:
        theirs = {one.target for one in persons if one.owner is owner}
        if is_told or told & (_NAMES | theirs):
            left_out.add(owner)
        elif theirs:
            is_told = True
            told |= theirs
    if told & _CONTACT_POINTS:
        left_out |= _BEHIND
    return [one for one in found if one[1].owner not in left_out or not one[1].target.startswith("person.")]


def without_others_objects(left: Sequence[Leaf], found: Sequence[Found]) -> Sequence[Found]:
    """Leave out all of an object that has another name and e-mail address than the lead's, as who pays the invoice.

    A company may well be the one that the lead works for; and a field such as `invoice_email` makes no other person.
    """
    addresses = [(one.rank, place) for place, one in found if one.target == "person.email"]
    if len(addresses) < FEWEST_ADDRESSES:
        return found
    own = left[min(addresses)[1]]
    others = {left[place].trail[:-1] for _, place in addresses if _is_others(left[place], own)}
    if not others:
        return found
    return [
        (place, one)
        for place, one in found
        if one.owner is Whose.COMPANYS or not any(_is_below(left[place].trail, trail) for trail in others)
    ]


def _is_others(leaf: Leaf, own: Leaf) -> bool:
    place = leaf.trail[:-1]
    is_plain = (known := meaning(leaf.label or str(leaf.trail[-1]))) is not None and known.rank == 0
    is_same = first(leaf.said).strip().casefold() == first(own.said).strip().casefold()
    if not place or not is_plain or is_same or _is_below(own.trail, place):
        return False
    names = _names(leaf)
    return bool(names) and names.isdisjoint(_names(own))


def _names(leaf: Leaf) -> frozenset[str]:
    """List the names beside an address: without one it is another of the lead's own."""
    if not isinstance(leaf.container, dict):
        return frozenset()
    told = ((meaning(name), said) for name, said in leaf.container.items() if isinstance(said, str))
    return frozenset(said.strip().casefold() for known, said in told if known is not None and known.target in _NAMES)


def _is_below(trail: Trail, place: Trail) -> bool:
    return trail[: len(place)] == place
