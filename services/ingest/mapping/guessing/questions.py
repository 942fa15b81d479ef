"""What a whole question asks for: told by its parts, or by the one contact point that it mentions."""

import re
from functools import lru_cache
from itertools import pairwise

from services.ingest.mapping.guessing.names import MEANINGS, Meaning, meaning
from services.ingest.mapping.guessing.wording import CACHED, MAX_NAME, words_of
from services.ingest.mapping.texts import word_set

FEWEST_WORDS, MOST_WORDS = 4, 20
"""Words of a question that mentions something; of fewer each counts, as in `scheduledUserEmail`, and a longer one is a
text that happens to mention a telephone."""
RANK_OF_PART, RANK_OF_MENTION = 1, 7
"""How far a field stands behind one whose whole name means the same."""
_BREAKS = re.compile(r"[.!?:;,]\s+|\s[-\u2013|]\s|[/()\[\]]")
_IN_BRACKETS = re.compile(rf"[(\[][^()\[\]]{{0,{MAX_NAME}}}[)\]]")
_SEVERAL = frozenset("/,;")
_REFINED = frozenset({"person", "address"})
_CONTACT_POINTS = frozenset({"person.email", "person.phone"})
_NUMBER = word_set("number nummer numret")
_REACHING = word_set("reach call ring ringa na nar nas kontakta kontaktar contact text sms")


@lru_cache(CACHED)
def asked(question: str) -> Meaning | None:
    """Tell what a question asks for whose words are not just a field's name; None for any other.

    What mentions a contact point, `vilken mejladress ska offerten till?`, counts only where its text can be one.
    """
    return _of_parts(question) or _mentioned(words_of(question))


def _of_parts(question: str) -> Meaning | None:
    """Read `Hej! Vad heter du?` and `Namn (Förnamn)`; what is in brackets says it more closely, or something else."""
    plain = _IN_BRACKETS.sub(_without_examples, question)
    parts = [part for part in _BREAKS.split(plain) if part.strip()]
    known = [found for part in parts if (found := meaning(part))] if len(parts) > 1 or plain != question else []
    if not known:
        return None
    groups = {found.target.partition(".")[0] for found in known}
    if "(" in plain and len(groups) == 1 and groups <= _REFINED:
        return Meaning(known[-1].target, known[-1].rank + RANK_OF_PART)
    if "(" in plain or len({found.target for found in known}) == 1:
        return Meaning(known[0].target, known[0].rank + RANK_OF_PART)
    return None


def _without_examples(found: re.Match[str]) -> str:
    """Leave several things in brackets out: `Board (State / International)`, `Address (street, city)`."""
    return found[0] if _SEVERAL.isdisjoint(found[0]) else " "


def _mentioned(words: tuple[str, ...]) -> Meaning | None:
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return None
    spelled = {*words, *(one + two for one, two in pairwise(words))}
    targets = {MEANINGS[word] for word in spelled if word in MEANINGS} & _CONTACT_POINTS
    if not targets and not _NUMBER.isdisjoint(words) and not _REACHING.isdisjoint(words):
        targets = {"person.phone"}
    return Meaning(targets.pop(), RANK_OF_MENTION) if len(targets) == 1 else None
