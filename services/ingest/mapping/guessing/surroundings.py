"""Whose a field is, by what it stands under: the lead's, somebody else's, a company's, or a thing's."""

from enum import Enum
from functools import lru_cache

from services.ingest.mapping.guessing.wording import CACHED, words_of
from services.ingest.mapping.texts import word_set

OTHERS = word_set("""
    owner owners host hosts agent agents rep reps representative salesrep seller salesperson assigned assignee
    assign organizer organiser creator sender manager handler handlaggare saljare ansvarig agare team member
    members membership memberships admin administrator staff employee advisor adviser radgivare referral friend
    van vans kollega colleague chef boss operator guest guests partner spouse sambo medsokande coapplicant dealer
    dealership aterforsaljare installer vendor supplier recipient recipients reply replyto noreply notification
    notify bcc cc author editor moderator instructor emergency anhorig tracking destination receiver called
    workspace technician konsult broker maklare support from sales referred
""")
"""People who are in a lead's payload and are not the lead: never taken for it (inbound-sources 4.3, traps)."""
_PERSON = word_set("""
    lead leads contact contacts person customer submitter respondent invitee kund kunden visitor applicant
    caller client registrant attendee attendees buyer borrower profile kontakt
""")
_USER = frozenset({"user", "account"})
"""May be the lead as well as one of the company's own people."""
_COMPANY = word_set("company organisation organization foretag employer firma business bolag")
_ADDRESS = word_set("address adress addr adresse osoite location")
_QUERY = word_set("query querystring params parameters parameter urlparameters hidden cookies cookie")
_THING = word_set("""
    form campaign product page site project ad adset webhook subscription meta metadata definition config
    settings file files attachment attachments integration questionnaire survey scheduled calendar geo ip device
    browser context headers request service store event eventtype order invoice payment plan template tag tags
    list
""")
_CONTENT = word_set("""
    response responses fields field data values submission answers entry entries input inputs payload body record object
    attributes result item properties resource merges raw details info information user account
""")
"""What makes a thing's name that of its content, as `form_response`, or stands around a lead without saying whose."""


class Whose(Enum):
    """What the names above a field say of it."""

    NOBODYS = "nobodys"
    PERSONS = "persons"
    USERS = "users"
    COMPANYS = "companys"
    ADDRESS = "address"
    QUERYS = "querys"
    THINGS = "things"
    OTHERS = "others"


@lru_cache(CACHED)
def whose_by_name(name: str) -> Whose:
    """Tell whose a field is by one name above it."""
    words = frozenset(words_of(name))
    if not words.isdisjoint(OTHERS) or ("by" in words and len(words) > 1):
        return Whose.OTHERS
    for known, owner in (
        (_QUERY, Whose.QUERYS),
        (_PERSON, Whose.PERSONS),
        (_USER, Whose.USERS),
        (_COMPANY, Whose.COMPANYS),
        (_ADDRESS, Whose.ADDRESS),
        (_THING, Whose.THINGS),
    ):
        if not words.isdisjoint(known) and not (owner is Whose.THINGS and words & _CONTENT):
            return owner
    return Whose.NOBODYS


@lru_cache(CACHED)
def whose(above: tuple[str | int, ...]) -> Whose:
    """Tell whose a field is by all the names above it: the nearest that says something, but others' stay others'."""
    found = Whose.NOBODYS
    for name in above:
        if isinstance(name, str) and (nearer := whose_by_name(name)) is not Whose.NOBODYS:
            if nearer in {Whose.OTHERS, Whose.QUERYS}:
                return nearer
            found = nearer
    return found


@lru_cache(CACHED)
def is_of_others(name: str) -> bool:
    """Tell whether a field's own name says that it is somebody else's: `owner_email`, `created_by`."""
    words = words_of(name)
    return not OTHERS.isdisjoint(words) or (len(words) > 1 and "by" in words)


@lru_cache(CACHED)
def holds_content(name: str) -> bool:
    """Tell whether a name stands around a lead's own fields, and says nobody else's or nothing of whose they are."""
    words = words_of(name)
    return not _CONTENT.isdisjoint(words) or not _PERSON.isdisjoint(words)
