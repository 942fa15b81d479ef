"""What an answer is called that no rule names: in the sender's own words, so that the company's questions know it."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from services.ingest.mapping.guessing.names import meaning
from services.ingest.mapping.guessing.wording import CACHED, spelled_of
from services.ingest.mapping.leftovers import Leaf, path_text
from services.ingest.mapping.texts import all_texts, word_set
from shared.domain.lead import Answer

VAGUE = word_set("""
    id key name value values type label title text url code data item content field ref number date status
""")
"""Names that say nothing without what they stand under."""
_SECRETS = word_set("""
    googlekey secret apikey apisecret accesstoken authtoken verifytoken webhooksecret sharedsecret clientsecret password
    losenord handshakekey grecaptcharesponse cfturnstileresponse hcaptcharesponse csrftoken
""")
"""What must not travel on with a lead, and is a proof to the door at most."""


def keep(leaves: Sequence[Leaf], answers: dict[str, Answer], prefix: re.Pattern[str] | None) -> None:
    """Add what is left over to the answers, verbatim.

    A leaf goes by its question, else by its own name where no other has it and it says something by itself, else by its
    path: somebody else's `owner.email` must not look like the lead's. Answers to one question are one list.
    """
    own = Counter([leaf.trail[-1] for leaf in leaves if leaf.label is None])
    mapped = frozenset(answers)
    for leaf in leaves:
        if is_secret(leaf):
            continue
        name = _name(leaf, own, prefix)
        if name in mapped:
            name = leaf.path
        before = answers.get(name)
        answers[name] = leaf.said if before is None else [*all_texts(before), *all_texts(leaf.said)]


def is_secret(leaf: Leaf) -> bool:
    """Tell what must not travel on with a lead."""
    names = (str(leaf.trail[-1]), leaf.label or "")
    return any(spelled_of(name) in _SECRETS for name in names)


def _name(leaf: Leaf, own: Counter[str | int], prefix: re.Pattern[str] | None) -> str:
    if leaf.label is not None:
        below = path_text(leaf.trail[-leaf.depth :]) if leaf.depth else ""
        name = f"{leaf.label}{'' if below[:1] in {'', '['} else '.'}{below}"
    else:
        last = leaf.trail[-1]
        is_own = isinstance(last, str) and own[last] == 1 and (len(leaf.trail) == 1 or _says_enough(last))
        name = str(last) if is_own else leaf.path
    if prefix is not None and (found := prefix.match(name)) and found.end() < len(name):
        name = name[found.end() :]
    return name


@lru_cache(CACHED)
def _says_enough(name: str) -> bool:
    """Tell a name that says something by itself, and is not one that a lead's own member has."""
    return name.lower() not in VAGUE and meaning(name) is None
