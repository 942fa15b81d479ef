"""The words for yes and no that forms send."""

from services.ingest.mapping.texts import word_set

YES = word_set("""
    true 1 on yes y ja j checked granted accepted accept agree agreed oui si sí kyllä ok x ✓ ✔ selected
    subscribed opt-in opted_in opted-in godkänd godkänt medges
""")
NO = word_set("""
    false 0 off no n nej nein nei ei non unchecked denied declined refused rejected unselected unsubscribed
    opt-out opted_out opted-out
""")
LONGEST_WORD = 20
YES_SENTENCES = ("ja", "yes", "i agree", "i consent", "i accept", "jag godkänner", "jag samtycker", "jag accepterar")
NO_SENTENCES = ("nej", "no", "i do not", "i don't", "jag vill inte", "jag godkänner inte", "jag samtycker inte")
_OPENINGS = (*YES_SENTENCES, *NO_SENTENCES)
_AFTER = (" ", ",", ".", "!", ":")


def flag_of(text: str) -> bool | None:
    """Read a word for yes or no; None for any other."""
    if len(text) > LONGEST_WORD:
        return None
    word = text.strip().lower()
    if word in YES:
        return True
    return False if word in NO else None


def consent_of(text: str) -> bool | None:
    """Read a word, or a sentence that begins as a ticked box's label does; None where it says neither."""
    known = flag_of(text)
    if known is not None:
        return known
    sentence = text.strip().lower()
    if not sentence.startswith(_OPENINGS):
        return None
    if _begins(sentence, NO_SENTENCES):
        return False
    return True if _begins(sentence, YES_SENTENCES) else None


def _begins(sentence: str, openings: tuple[str, ...]) -> bool:
    return any(sentence.startswith(opening) and sentence[len(opening) :][:1] in _AFTER for opening in openings)
