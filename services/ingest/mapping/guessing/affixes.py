"""Fields of a form that are all called alike at one end: `Contact-Form-Email` beside `Contact-Form-Name`."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from services.ingest.mapping.guessing.names import meaning
from services.ingest.mapping.guessing.surroundings import Whose, is_of_others, whose_by_name
from services.ingest.mapping.guessing.wording import words_of
from services.ingest.mapping.leftovers import Leaf, Name

FEWEST = 2
"""Fields that are called alike, of which one is an address."""
_FORM = frozenset({"form", "formular"})
"""Which form it was is said by the rest: `quote-form-name` is a person's, and `form-name` is not."""
_ALLOWED = frozenset({Whose.NOBODYS, Whose.PERSONS})

Words = tuple[str, ...]


def without_affixes(left: Sequence[Leaf]) -> Iterator[tuple[int, Name]]:
    """Yield the places of such fields, and what they are called without it, where one of them then is an address."""
    forms: dict[int, dict[int, Words]] = defaultdict(dict)
    for place, leaf in enumerate(left):
        if leaf.label is None and len(words := words_of(str(leaf.trail[-1]))) > 1:
            forms[id(leaf.container)][place] = words
    for form in forms.values():
        for at_end in (False, True):
            for place, words in _shorter(form, at_end=at_end).items():
                name = left[place].name
                yield place, name._replace(trail=(*name.trail[:-1], " ".join(words)))


def _shorter(form: dict[int, Words], *, at_end: bool) -> dict[int, Words]:
    """Cut the word off that most names begin with, or end with, and what follows it in all of them."""
    turned = {place: words[::-1] if at_end else words for place, words in form.items()}
    (word, count), *_ = Counter([words[0] for words in turned.values()]).most_common(1)
    alike = {place: words for place, words in turned.items() if words[0] == word}
    length = next(
        n for n in range(len(min(alike.values(), key=len)), 0, -1) if len({w[:n] for w in alike.values()}) == 1
    )
    affix = " ".join(part for part in next(iter(alike.values()))[:length] if part not in _FORM)
    if count < FEWEST or not affix or is_of_others(affix) or whose_by_name(affix) not in _ALLOWED:
        return {}
    cut = {place: words[length:][::-1] if at_end else words[length:] for place, words in alike.items()}
    known = [found for words in cut.values() if (found := meaning(" ".join(words)))]
    return cut if any(found.target == "person.email" for found in known) else {}
