"""Telling a thin event, which names its person by an id only, from a lead that says little (inbound-sources 4.3)."""

from services.ingest.mapping.guessing.wording import words_of
from services.ingest.mapping.leftovers import Leaf
from services.ingest.mapping.mapped import Item
from services.ingest.mapping.texts import word_set

_ENDINGS = word_set("""
    action added at date datetime end event href id ids key link object source start state status time timestamp
    timezone title ts type updated url users uid uuid version
""")
"""How the names of an event's own members end; whoever fills in a form is asked otherwise."""
_EVENTS = word_set("action event type trigger topic")


def is_notice(item: Item) -> bool:
    """Tell an item that says nothing of anybody, and is an event by the names of all that it has."""
    members = item.members
    if any(members.get(group) for group in ("person", "company", "consents", "message")):
        return False
    if members["attribution"]["click_ids"] or len(members["answers"]) > len(item.left):  # a rule has found some
        return False
    names = [_words(leaf) for leaf in item.left]
    return any(not _EVENTS.isdisjoint(name) for name in names) and all(map(_is_technical, names))


def _words(leaf: Leaf) -> tuple[str, ...]:
    step = next((step for step in reversed(leaf.trail) if isinstance(step, str)), "")
    return words_of(step)


def _is_technical(words: tuple[str, ...]) -> bool:
    return bool(words) and words[-1] in _ENDINGS
