"""Names of fields taken apart into plain words: `q3_yourEmail` and `Din e-post *` are both an address's."""

import re
import unicodedata
from functools import lru_cache

MAX_NAME = 120
"""Characters of a name that is looked at; a longer one is a text of its own."""
CACHED = 2_048
"""Names: more than all forms of a company have; some 80 MiB at worst, where strangers post the longest (measured)."""

_HUMP = re.compile(r"([a-zåäöæø0-9])([A-ZÅÄÖÆØ])")
_WORD = re.compile(r"[a-z]+|\d+")
_OTHER_LETTERS = re.compile(r"[^\W\d_]+|\d+")
_ASIDE = re.compile(r"\{\{[^{}]*\}\}|<[^<>]*>")
"""What is no part of a question: an earlier answer that is put in, and tags."""
_WRAPPED = re.compile(r"field:(.+)_[0-9a-f]{4}|(.+)__c|ctl\d+\$(?:.+\$)?(.+)")
"""How Wix, Salesforce and ASP.NET write a field's name: `field:first_name_abae`, `GCLID__c`, `ctl00$main$txtEmail`."""
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l"})


@lru_cache(CACHED)
def words_of(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words of plain letters, and numbers; in other letters where it has no plain ones."""
    if len(name) > MAX_NAME:
        return ()
    if wrapped := _WRAPPED.fullmatch(name):
        name = wrapped[wrapped.lastindex or 0]
    apart = _HUMP.sub(r"\1 \2", _ASIDE.sub(" ", name)).casefold().translate(_LETTERS)
    if not apart.isascii():
        apart = "".join(char for char in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(char))
    words = tuple(_WORD.findall(apart))
    return words if apart.isascii() or any(map(str.isalpha, words)) else tuple(_OTHER_LETTERS.findall(apart))


@lru_cache(CACHED)
def spelled_of(name: str) -> str:
    """Write a name's words together, in plain letters."""
    return "".join(words_of(name))
