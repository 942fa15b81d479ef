"""What the members beside a text tell of it, where its own name does not: a meeting's id, a branch office's address."""

from functools import lru_cache
from typing import NamedTuple

from services.ingest.guard import Json
from services.ingest.mapping.finding import Container
from services.ingest.mapping.guessing.names import meaning
from services.ingest.mapping.guessing.surroundings import Whose, whose_by_name
from services.ingest.mapping.guessing.wording import CACHED, spelled_of
from services.ingest.mapping.leftovers import Name
from services.ingest.mapping.texts import word_set

OWN_ID = frozenset({"id", "uuid", "guid", "uid", "eventid"})
LOCATION = "location"
PLAIN_NAMES = word_set("name namn navn nimi")
TITLES = word_set("title titel")
_NAMES = PLAIN_NAMES | TITLES
_SCHEDULED = word_set("topic starttime startdate startsat hostid agenda")
"""Members of a meeting that many come to: its id is not that of one who does."""
_OF_A_PLACE = frozenset({"id", "name"})
"""Members of a branch office's `location`; where somebody lives has neither."""


class Beside(NamedTuple):
    """Whether what stands beside a text is a meeting's that many come to, or a branch office's.

    `is_reachable`: an address or a number stands beside it, so that a `name` is whose they are; `is_employed`: a last
    name and a company, so that a `title` is somebody's; `is_envelope`: changes or messages of many stand beside it, as
    Meta packs them, whose id is an account's.
    """

    is_meeting: bool = False
    is_branch: bool = False
    is_reachable: bool = False
    is_employed: bool = False
    is_envelope: bool = False


_NOTHING = Beside()
_CONTACT_POINTS = frozenset({"person.email", "person.phone"})
_PACKED = ("changes", "messaging")
_EMPLOYED = frozenset({"person.last_name", "company.name"})


def what_is_beside(name: Name, container: Container) -> Beside:
    """Look at a text's neighbours, where they matter."""
    if not _matters(name) or not isinstance(container, dict):
        return _NOTHING
    if spelled_of(str(name.trail[-1])) in _NAMES:
        known = {found.target for each in container if (found := meaning(each))}
        return Beside(is_reachable=not known.isdisjoint(_CONTACT_POINTS), is_employed=known >= _EMPLOYED)
    return Beside(
        _is_meeting(container),
        _is_branch(container),
        is_envelope=any(isinstance(container.get(each), list) for each in _PACKED),
    )


@lru_cache(CACHED)
def _matters(name: Name) -> bool:
    return spelled_of(str(name.trail[-1])) in OWN_ID | _NAMES or spelled_of(name.above or "") == LOCATION


def _is_meeting(members: dict[str, Json]) -> bool:
    if _SCHEDULED.isdisjoint(map(spelled_of, members)):
        return False
    return any(isinstance(member, dict) and whose_by_name(name) is Whose.PERSONS for name, member in members.items())


def _is_branch(members: dict[str, Json]) -> bool:
    known = {found.target for name in members if (found := meaning(name))}
    is_full = not known.isdisjoint({"address.street", "address.postal_code"})
    return not is_full or not _OF_A_PLACE.isdisjoint(map(spelled_of, members))
