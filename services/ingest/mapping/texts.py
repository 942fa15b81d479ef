"""What a value of a payload says: a text, several, or nothing."""

from typing import TypeAlias

from services.ingest.guard import Json

Said: TypeAlias = str | list[str]
"""One text, or several."""

EMPTY_WORDS = frozenset({"", "null", "n/a", "undefined", "xxxxx"})
"""What senders write for nothing (inbound-sources 4.3); `xxxxx` stands in Typeform's links for a hidden field."""
_LONGEST_EMPTY = max(map(len, EMPTY_WORDS))


def is_empty(text: str) -> bool:
    """Tell whether a text says nothing."""
    said = text.strip()
    return len(said) <= _LONGEST_EMPTY and said.lower() in EMPTY_WORDS


def scalar_text(value: Json) -> str | None:
    """Return what a scalar says, as it is written; None for nothing, for a list and for an object."""
    if isinstance(value, str):
        return None if is_empty(value) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return None


def said_by(value: Json) -> Said | None:
    """Return what a scalar or a list of scalars says; a list of one is that one. An object says nothing by itself."""
    if not isinstance(value, list):
        return scalar_text(value)
    texts = [text for item in value if (text := scalar_text(item)) is not None]
    if len(texts) == 1:
        return texts[0]
    return texts or None


def first(said: Said) -> str:
    """Return the first text."""
    return said if isinstance(said, str) else said[0]


def all_texts(said: Said) -> list[str]:
    """Return every text."""
    return [said] if isinstance(said, str) else said


def word_set(words: str) -> frozenset[str]:
    """Return the words of a table that is written as text."""
    return frozenset(words.split())
