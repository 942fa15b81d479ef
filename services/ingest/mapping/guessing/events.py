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
_AROUND = word_set("meta metadata header event webhook calendar appointment booking")
"""Objects beside a lead that tell of its event, or of what was booked."""
_STATUSES = word_set("status state bookingstatus appointmentstatus appoinmentstatus orderstatus")
"""GoHighLevel writes `appoinmentStatus`."""
_CANCELED = word_set("canceled cancelled avbokad avbokat")


class Event(NamedTuple):
    """What an event is that is no lead."""

    becomes: Becomes
    reason: str
    activity: str | None = None


CANCELLATION = Event("nothing", "a cancellation")
_EVENTS = (
    (word_set("canceled cancelled cancel cancellation avbokad avbokat avbokning"), CANCELLATION),
    (
        word_set("deleted delete deletion removed erased erasure raderad raderat borttagen"),
        Event("deletion", "a deletion"),
    ),
    (
        word_set("unsubscribed unsubscribe avregistrerad avregistrering"),
        Event("activity", "an unsubscription", "unsubscribed"),
    ),
    (
        word_set("payment paid invoice charge refund refunded payout betalning faktura"),
        Event("activity", "a payment", "payment"),
    ),
    (frozenset(["propertychange", "merge", "merged", "privacydeletion"]), Event("nothing", "a change of a property")),
    (
        frozenset(["ping", "handshake", "challenge", "verification", "heartbeat"]),
        Event("nothing", "a test of the connection"),
    ),
)


_TESTS = word_set("test testevent testwebhook webhooktest eventtest testping connectiontest testconnection")
"""Whole names of events: a `test_drive.booked` is none."""
TEST = Event("nothing", "a test of the connection")


def guess_event(scope: Scope) -> Event | None:
    """Tell what kind of event an item, or the body around it, says it is; None where it may be a lead."""
    for value in (scope.item, scope.top) if scope.item is not scope.top else (scope.item,):
        if isinstance(value, dict) and (known := _told_by(value)):
            return known
    return None


def _told_by(value: dict[str, Json], *, looks_inside: bool = True) -> Event | None:
    for name, said in value.items():
        spelled = "".join(words_of(name))
        known = None
        if isinstance(said, str):
            known = _named(said) if spelled in _NAMES else None
            if spelled in _STATUSES and said.strip().lower() in _CANCELED:
                known = CANCELLATION
        elif isinstance(said, dict) and looks_inside and spelled in _AROUND:
            known = _told_by(said, looks_inside=False)
        if known is not None:
            return known
    return None


def _named(said: Json) -> Event | None:
    words = words_of(said) if isinstance(said, str) else ()
    if "".join(words) in _TESTS:
        return TEST
    spelled = {*words, *(one + two for one, two in pairwise(words))}
    return next((event for names, event in _EVENTS if spelled & names), None)
