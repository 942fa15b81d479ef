"""Telling events that are no leads by their usual names: cancellations, deletions, payments, pings."""

from itertools import pairwise
from typing import NamedTuple

from services.ingest.guard import Json
from services.ingest.mapping.finding import Scope
from services.ingest.mapping.guessing.wording import words_of
from services.ingest.mapping.mapped import Becomes
from services.ingest.mapping.texts import word_set

_NAMES = word_set("""
    event eventtype eventname type action trigger triggerevent topic subscriptiontype webhookevent hookevent
""")


class Event(NamedTuple):
    """What an event is that is no lead."""

    becomes: Becomes
    reason: str
    activity: str | None = None


_EVENTS = (
    (frozenset(["canceled", "cancelled", "cancel", "cancellation", "avbokad"]), Event("nothing", "a cancellation")),
    (word_set("deleted delete deletion removed erased erasure"), Event("deletion", "a deletion")),
    (frozenset(["unsubscribed", "unsubscribe"]), Event("activity", "an unsubscription", "unsubscribed")),
    (
        word_set("payment paid invoice charge refund refunded payout"),
        Event("activity", "a payment", "payment"),
    ),
    (frozenset(["propertychange", "merge", "merged", "privacydeletion"]), Event("nothing", "a change of a property")),
    (
        frozenset(["ping", "handshake", "challenge", "verification", "heartbeat"]),
        Event("nothing", "a test of the connection"),
    ),
)


def guess_event(scope: Scope) -> Event | None:
    """Tell what kind of event an item, or the body around it, says it is; None where it may be a lead."""
    for value in (scope.item, scope.top) if scope.item is not scope.top else (scope.item,):
        if isinstance(value, dict):
            for name, said in value.items():
                if isinstance(said, str) and "".join(words_of(name)) in _NAMES and (known := _named(said)):
                    return known
    return None


def _named(said: Json) -> Event | None:
    words = words_of(said) if isinstance(said, str) else ()
    spelled = {*words, *(one + two for one, two in pairwise(words))}
    return next((event for names, event in _EVENTS if spelled & names), None)
