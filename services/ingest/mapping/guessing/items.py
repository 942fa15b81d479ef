"""Finding the list of leads in a body that holds several."""

from collections.abc import Iterator
from itertools import islice

from services.ingest.guard import Json
from services.ingest.mapping.finding import Hits, Scope
from services.ingest.mapping.guessing.guess import MOST_GUESSED, unlisted
from services.ingest.mapping.guessing.names import meaning
from services.ingest.mapping.guessing.surroundings import Whose, whose_by_name
from services.ingest.mapping.guessing.wording import words_of
from services.ingest.mapping.texts import said_by, word_set

MAX_LEVELS = 3
"""Objects around a list of leads: `data.leads` has two."""
FEWEST_ALIKE = 2
"""Members that a lead without an address or number has in common with one that has."""
_TELLS = frozenset({"person.email", "person.phone"})
_LISTS = word_set("""
    leads lead contacts items data records submissions entries results rows events responses payload objects people
    prospects customers kunder persons body list values array bundles result calls
    edges nodes
""")
"""What a list of leads is called; the attendees of one meeting are none."""
_ELSEWHERE = frozenset({Whose.OTHERS, Whose.QUERYS, Whose.THINGS})


def guess_items(around: Scope) -> Hits:
    """Find a list whose items each look like a lead; nothing where the body itself does."""
    top = around.item
    if not isinstance(top, dict) or _tells(top, 1):
        return ()
    for container, key, found in _lists(top, MAX_LEVELS):
        if _are_leads(found):
            return ((container, key, found),)
    return ()


def _are_leads(found: list[Json]) -> bool:
    """Tell a list of leads, of which some may have nothing but a name."""
    people = [item for item in found if isinstance(item, dict)]
    telling = [item for item in people if _tells(item, 2)]
    if len(people) < len(found) or not telling:
        return False
    usual = telling[0].keys()
    return all(_tells(item, 2) or len(item.keys() & usual) >= FEWEST_ALIKE for item in people)


def _lists(value: dict[str, Json], levels: int) -> Iterator[tuple[dict[str, Json], str, list[Json]]]:
    for name, member in value.items():
        if isinstance(member, list) and member and not _LISTS.isdisjoint(words_of(name)):
            yield value, name, member
        elif isinstance(member, dict) and levels > 1 and whose_by_name(name) not in _ELSEWHERE:
            yield from _lists(member, levels - 1)


def _tells(value: dict[str, Json], levels: int) -> bool:
    for name, member in islice(value.items(), MOST_GUESSED):
        if isinstance(member, str) and _is_telling(name):
            return True
        if levels > 1 and isinstance(member, dict) and _tells(member, levels - 1):
            return True
        if levels > 1 and isinstance(member, list) and _answers_tell(member):
            return True
    return False


def _answers_tell(listed: list[Json]) -> bool:
    answers = unlisted(listed)
    return answers is not None and any(
        said_by(said) is not None
        and any(map(_is_telling, (key, answers.labels.get(key, ""), answers.types.get(key, ""))))
        for key, said in answers.items()
    )


def _is_telling(name: str) -> bool:
    return (known := meaning(name)) is not None and known.target in _TELLS
