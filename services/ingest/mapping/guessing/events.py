"""Telling events that are no leads by their usual names: cancellations, deletions, payments, pings."""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from services.ingest.guard import Json
from services.ingest.mapping.finding import Scope
from services.ingest.mapping.guessing.wording import words_of
from services.ingest.mapping.mapped import Becomes
from services.ingest.mapping.texts import word_set
from services.ingest.mapping.words import flag_of

_NAMES = word_set("""
    event eventtype eventname type action trigger triggerevent topic subscriptiontype webhookevent hookevent
""")
_AROUND = word_set("meta metadata header event webhook calendar appointment booking")
"""Objects beside a lead that tell of its event, or of what was booked."""
_STATUSES = word_set("""
    status state bookingstatus appointmentstatus appoinmentstatus orderstatus responsestatus entrystatus
    submissionstatus
""")
"""GoHighLevel writes `appoinmentStatus`."""
_CANCELED = word_set("canceled cancelled avbokad avbokat")
_BEGUN = word_set("partial partially incomplete abandoned")
_SPAM = word_set("spam isspam")
_ASKED_TOO = word_set("topic type")
"""Names of an event that a form may have as well: a message with the topic `invoice` is no payment."""
_MATTERS = word_set("invoice faktura payment betalning")
MOST_WORDS = 6
"""Words of an event's name; a longer text was written by somebody."""
_MAIL_NAMES = word_set("event eventtype eventname webhookevent hookevent recordtype")
_CHANGED = word_set("updated update changed change edited")
_BEFORE = word_set("previous previousattributes previousdata previousvalues")
"""What a record was before a change of it."""
_FIRED = "fired_at"
"""A member of Mailchimp's webhooks, whose `profile` and `campaign` are no leads."""


class Event(NamedTuple):
    """What an event is that is no lead."""

    becomes: Becomes
    reason: str
    activity: str | None = None


CANCELLATION = Event("nothing", "a cancellation")
PARTIAL = Event("activity", "a form that was begun and not sent", "form_partial")
CALLED_SPAM = Event("nothing", "its sender calls it spam")
CHANGE = Event("nothing", "a change of a property")
_BOUNCE = Event("activity", "a mail that came back", "bounced")
_ON_ITS_WAY = Event("nothing", "what became of a mail")
_MAILS: Mapping[str, Event] = {
    **dict.fromkeys(
        word_set("open opened uniqueopened proxyopen emailopened"), Event("activity", "an opened mail", "email_open")
    ),
    **dict.fromkeys(
        word_set("click clicked emailclicked linkclicked"), Event("activity", "a click in a mail", "email_click")
    ),
    **dict.fromkeys(word_set("bounce bounced hardbounce softbounce blocked invalidemail emailbounced"), _BOUNCE),
    **dict.fromkeys(word_set("delivered delivery deferred processed dropped"), _ON_ITS_WAY),
}
"""What mail tools tell of a mail, as the whole name of an event: an `open house` is none."""
_MAILCHIMP: Mapping[str, Event] = {"profile": CHANGE, "upemail": CHANGE, "cleaned": _BOUNCE, "campaign": _ON_ITS_WAY}
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
    (frozenset(["propertychange", "merge", "merged", "privacydeletion"]), CHANGE),
    (frozenset(["partial", "abandoned", "abandonment", "incomplete"]), PARTIAL),
    (
        word_set("rejected noshow meetingended meetingstarted recordingready"),
        Event("nothing", "what became of a meeting"),
    ),
    (
        word_set("ping handshake challenge verification heartbeat subscriptionconfirmation subscriptionvalidation"),
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
            known = _named(said, spelled) if spelled in _NAMES else None
            if spelled in _STATUSES:
                known = _by_status(said.strip().lower())
            elif known is None:
                known = _by_name_and_more(spelled, said, value)
        elif said is True and spelled in _SPAM:
            known = CALLED_SPAM
        elif isinstance(said, dict) and looks_inside and spelled in _AROUND:
            known = _told_by(said, looks_inside=False)
        if known is not None:
            return known
    return None


def _by_status(said: str) -> Event | None:
    if said in _CANCELED:
        return CANCELLATION
    if said in _BEGUN:
        return PARTIAL
    return CALLED_SPAM if said in _SPAM else None


def _by_name_and_more(spelled: str, said: str, value: dict[str, Json]) -> Event | None:
    """Read what is an event only by its whole name, or by what stands beside it."""
    if spelled in _SPAM:
        return CALLED_SPAM if flag_of(said) else None
    if spelled in _MAIL_NAMES and (mail := _MAILS.get("".join(words_of(said)))) is not None:
        return mail
    if spelled == "type" and _FIRED in value:
        return _MAILCHIMP.get(said)
    if spelled in _NAMES and not _CHANGED.isdisjoint(words_of(said)):
        before = [member for name, member in value.items() if "".join(words_of(name)) in _BEFORE]
        return CHANGE if any(isinstance(member, dict) and member for member in before) else None
    return None


def _named(said: str, name: str) -> Event | None:
    words = words_of(said)
    if "".join(words) in _TESTS:
        return TEST
    if len(words) > MOST_WORDS or "?" in said or (len(words) == 1 and name in _ASKED_TOO and words[0] in _MATTERS):
        return None
    spelled = {*words, *(one + two for one, two in pairwise(words))}
    return next((event for names, event in _EVENTS if spelled & names), None)
