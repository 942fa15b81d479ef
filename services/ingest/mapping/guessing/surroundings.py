"""Whose a field is, by what it stands under: the lead's, somebody else's, a company's, or a thing's."""

from enum import Enum
from functools import lru_cache

from services.ingest.mapping.guessing.wording import CACHED, words_of
from services.ingest.mapping.texts import word_set

OTHERS = word_set("""
    owner owners host hosts agent agents rep reps representative salesrep seller salesperson assigned assignee
    assign organizer organiser creator sender manager handler handlaggare saljare ansvarig agare team member
    members membership memberships admin administrator staff employee advisor adviser radgivare referral friend
    van vans kollega colleague chef boss operator guests partner spouse sambo medsokande coapplicant dealer
    dealership aterforsaljare installer vendor supplier recipient recipients reply noreply notification
    notify bcc cc author editor moderator instructor emergency anhorig tracking destination receiver called
    workspace technician konsult broker maklare support from sales referred referrer referer presenter presenters
    speaker speakers panelist panelists trainer teacher coach consultant recruiter rekryterare coordinator koordinator
    salesman reporter granne grannen neighbour neighbor wife husband fru kundansvarig kontoansvarig saljansvarig
    projektledare responsible sdr bdr previous tidigare
""")
"""People who are in a lead's payload and are not the lead: never taken for it (inbound-sources 4.3, traps)."""
_INFLECTED = word_set("""
    saljare handlaggare ansvarig agare radgivare maklare konsult chef kollega granne aterforsaljare kundansvarig
    projektledare rekryterare koordinator
""")
_ENDINGS = ("n", "s", "ns", "en", "ens")
"""How Swedish says whose something is. English words have no other forms; `hosten` is the autumn, not the host."""
_LAST_PARTS = ("saljare", "saljaren", "saljarens", "handlaggare", "ansvarig", "radgivare", "maklare", "manager")
_FIRST_PARTS = tuple(
    word_set("""
    owner host agent rep sales salesrep seller salesperson manager assignee organizer organiser creator admin staff
    advisor handler partner sender dealer referrer handlaggar saljar agar support noreply
""")
)
_OF_A_PERSON = word_set("""
    email mail epost mejl name namn phone tel telefon telefonnummer mobil mobile phonenumber emailaddress firstname
    lastname fullname fornamn efternamn
""")
"""What may be written together with whose it is."""
_PERSON = word_set("""
    lead leads contact contacts person customer submitter respondent invitee kund kunden visitor applicant
    caller client registrant registrants attendee attendees buyer borrower profile kontakt scheduler enquirer
    requester patient guardian
    prospect prospects participant participants subscriber enduser slutkund sokande
""")
_USER = frozenset({"user", "account", "booker"})
"""May be the lead as well as one of the company's own people: Chili Piper's booker books for the lead."""
_GUEST = frozenset({"guest", "gast"})
"""The lead of a booking that tells host and guest apart, and somebody brought along in one that has an invitee."""
_COMERS = word_set("booked submitted requested registered")
_DOERS = word_set("""
    created updated modified changed edited assigned handled owned hosted managed answered closed approved added sent
    imported entered recorded invited sold referred
""")
"""What, followed by `by`, was done by somebody who came to us, and by one of ours."""
_COMPANY = word_set("company organisation organization org foretag employer firma business bolag")
_ADDRESS = word_set("address adress addr adresse osoite location")
_QUERY = word_set("""
    query querystring params parameters parameter urlparameters hidden cookies cookie variables calculated calculations
""")
"""What nobody typed: parameters of a URL, and what a form makes of the answers."""
_POSTED = word_set("payload body form post submission")
"""Whose `params` are what was filled in: Basin's `payload_params`."""
_PARAMETERS = word_set("params parameters")
_THING = word_set("""
    form campaign product page site project ad adset webhook subscription meta metadata definition config
    settings file files attachment attachments integration questionnaire survey scheduled calendar geo ip device
    browser context headers request service store event eventtype order orders invoice invoices payment payments plan
    template tag tags list origin listing annons
""")
_CONTENT = word_set("""
    response responses fields field data values submission answers entry entries input inputs payload body record object
    attributes result item properties resource merges raw details info information user account collection bundle array
    current
""")
"""What makes a thing's name that of its content, as `form_response`, or stands around a lead without saying whose."""

_WHOLE = {
    **dict.fromkeys(("to", "mailto", "sendto", "emailto", "toemail"), True),
    **dict.fromkeys(("ourcontact", "ourcontactperson", "varkontakt", "varkontaktperson"), True),
    **dict.fromkeys(("replyto", "referred"), False),
}
"""Whether a whole name is somebody else's: a mail about a form goes to us, and is to be answered to the lead."""

_PARTED = word_set("page form survey step section")


class Whose(Enum):
    """What the names above a field say of it."""

    NOBODYS = "nobodys"
    PERSONS = "persons"
    USERS = "users"
    GUESTS = "guests"
    COMPANYS = "companys"
    ADDRESS = "address"
    QUERYS = "querys"
    THINGS = "things"
    OTHERS = "others"


@lru_cache(CACHED)
def whose_by_name(name: str) -> Whose:
    """Tell whose a field is by one name above it."""
    words = frozenset(words_of(name))
    if is_of_others(name):
        return Whose.OTHERS
    if is_of_query(name):
        return Whose.QUERYS
    if not words.isdisjoint(_GUEST) or ("by" in words and not words.isdisjoint(_COMERS)):
        return Whose.GUESTS
    for known, owner in (
        (_PERSON, Whose.PERSONS),
        (_USER, Whose.USERS),
        (_COMPANY, Whose.COMPANYS),
        (_ADDRESS, Whose.ADDRESS),
        (_THING, Whose.THINGS),
    ):
        if not words.isdisjoint(known) and not (owner is Whose.THINGS and _is_content(words)):
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
    spelled = "".join(words)
    if spelled in _WHOLE:
        return _WHOLE[spelled]
    if not OTHERS.isdisjoint(words) or any(map(_names_others, words)):
        return True
    return "by" in words and not _DOERS.isdisjoint(words)


def _names_others(word: str) -> bool:
    """Tell a word such as `saljarens`, `owneremail` or `innesaljare`."""
    if any(word.removesuffix(ending) in _INFLECTED for ending in _ENDINGS if word.endswith(ending)):
        return True
    if word.endswith(_LAST_PARTS):
        return True
    if not word.startswith(_FIRST_PARTS):
        return False
    return any(word.startswith(other) and word[len(other) :] in _OF_A_PERSON for other in _FIRST_PARTS)


def is_of_query(name: str) -> bool:
    """Tell whether a field's own name says that it is a parameter of a URL: `querystring__email`."""
    words = frozenset(words_of(name))
    return not words.isdisjoint(_QUERY if words.isdisjoint(_POSTED) else _QUERY - _PARAMETERS)


@lru_cache(CACHED)
def holds_content(name: str) -> bool:
    """Tell whether a name stands around a lead's own fields, and says nobody else's or nothing of whose they are."""
    words = words_of(name)
    return _is_content(frozenset(words)) or not _PERSON.isdisjoint(words)


def _is_content(words: frozenset[str]) -> bool:
    """Tell `form_response`, and `page_1`, from a form or a page itself."""
    return not words.isdisjoint(_CONTENT) or (not words.isdisjoint(_PARTED) and any(map(str.isdigit, words)))
