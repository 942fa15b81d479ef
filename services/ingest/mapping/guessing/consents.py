"""Guessed consents: only where a name speaks of consent and the value is an explicit yes or no."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from services.ingest.mapping.guessing.candidates import owner_of
from services.ingest.mapping.guessing.surroundings import Whose
from services.ingest.mapping.guessing.wording import CACHED, words_of
from services.ingest.mapping.leftovers import Leaf, Name
from services.ingest.mapping.targets import Members
from services.ingest.mapping.texts import word_set
from services.ingest.mapping.words import consent_of

_NEWSLETTER = word_set("""
    mailinglist newsletter newsletters nyhetsbrev nyhetsbrevet nyhedsbrev uutiskirje marketing
    marknadsforing markedsforing
    marknadsmaterial utskick erbjudanden subscribe prenumerera optin
""")
_NEWS = word_set("news nyheter")
_WISHED = word_set("sign subscribe receive send get updates fa skicka vill garna anmal")
"""What a wish for news says; where somebody heard of us may be `news` as well."""
_CONTACT = word_set("""
    consent consents samtycke samtycker samtycken samtykke einwilligung suostumus kontaktasamtycke
    contactconsent kontakta kontaktas kontaktar contacted contactme contactyou
""")
_AD_DATA = frozenset({"aduserdata", "adpersonalization"})
_AGAINST = word_set("""
    not no nej nein nei inte ej unsubscribe unsubscribed avregistrera optout decline avbojer dont nicht ikke without
    utan
""")
_TEXTS = ("i ", "jag ")
"""How the text of a consent begins, which may stand there whether it was given or not."""
_ABOUT = word_set("text version wording label url at date time timestamp ip id")
"""What is told about a consent, and is none."""
_TERMS = word_set("""
    terms conditions policy privacy villkor villkoren anvandarvillkor integritetspolicy integritetspolicyn sms email
    mail phone call whatsapp post telefon epost mejl
""")
"""Inside an object of consents: what is accepted and is none, and ways to be reached that are no purpose."""
_PAIRS = frozenset({"optin", "optout", "contactme", "contactyou"})
NEWSLETTER, SALES_CONTACT, AD_FEEDBACK = "newsletter", "sales_contact", "ad_feedback"


class Asked(NamedTuple):
    """What a name asks a yes or no for; `is_against`: the yes is a refusal, as of `No newsletter`."""

    purpose: str
    is_against: bool


def guess_consents(left: Sequence[Leaf], members: Members, guessed: dict[str, str]) -> list[Leaf]:
    """Add the consents among what is left over, and return the rest.

    Accepted terms or a read policy are no consent to anything, so they stay answers.
    """
    rest: list[Leaf] = []
    for leaf in left:
        consent = _consent(leaf)
        if consent is None or _is_known(consent, members):
            rest.append(leaf)
        else:
            guessed[f"consents[{len(members['consents'])}]"] = leaf.path
            members["consents"].append(consent)
    return rest


def _is_known(consent: Members, members: Members) -> bool:
    """Tell a consent that was told already, as by a question and by its box."""
    return any(
        (known["purpose"], known["granted"]) == (consent["purpose"], consent["granted"])
        for known in members["consents"]
    )


def _consent(leaf: Leaf) -> Members | None:
    if not isinstance(leaf.said, str) or (asked := _asked(leaf.name)) is None:
        return None
    answer = None if leaf.said.lower().startswith(_TEXTS) else consent_of(leaf.said)
    if answer is None or (asked.is_against and not answer):
        return None  # the "no" to "No newsletter" is not a yes to anything
    return {"purpose": asked.purpose, "granted": answer and not asked.is_against, "text": _text(leaf)}


@lru_cache(CACHED)
def _asked(name: Name) -> Asked | None:
    """Tell what a name asks for; None where it asks for no consent."""
    own = words_of(str(name.trail[-1]))
    if owner_of(name) in {Whose.OTHERS, Whose.QUERYS} or _ABOUT.intersection(own[-1:]) or _TERMS.issuperset(own):
        return None
    words = _words(name)
    purpose = _purpose(words)
    return None if purpose is None else Asked(purpose, not _AGAINST.isdisjoint(words))


def _words(name: Name) -> frozenset[str]:
    names = [each for each in (name.label, *name.trail[-2:]) if isinstance(each, str)]
    words = [word for each in names for word in words_of(each)]
    pairs = {first + second for first, second in pairwise(words)} & _PAIRS
    whole = {"".join(words_of(each)) for each in names} & _AD_DATA
    return frozenset(words) | pairs | whole


def _purpose(words: frozenset[str]) -> str | None:
    if words & _NEWS and words & _WISHED:
        return NEWSLETTER
    if words & _NEWSLETTER or "optout" in words or words & {"unsubscribe", "unsubscribed"}:
        return NEWSLETTER
    if words & _AD_DATA:
        return AD_FEEDBACK
    return SALES_CONTACT if words & _CONTACT else None


def _text(leaf: Leaf) -> str:
    return leaf.label or str(leaf.trail[-1])
