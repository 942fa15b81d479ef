"""JSON that stands as text inside a field: `rawRequest`, `data.json`."""

from collections.abc import Sequence

from services.ingest.guard import Document, Json, Unusable, read_json

EVERY = "*"


class _Beyond(ValueError):
    """Carry what is wrong with the JSON of a field."""

    def __init__(self, found: Unusable) -> None:
        super().__init__(found.code)
        self.found = found


def looks_like_json(text: str) -> bool:
    """Tell whether a text begins and ends as an object or a list does."""
    ends = text.strip()
    return ends[:1] + ends[-1:] in {"{}", "[]"}


def unfolded(value: dict[str, Json], names: Sequence[str]) -> Document | Unusable:
    """Replace the text of the named members with what it says; what is no JSON stays text.

    A name is a member's own, dots and all, else a path through members. What is JSON beyond the guard's limits makes
    the whole body unusable.
    """
    stripped = False
    try:
        for name in list(value) if EVERY in names else names:
            steps = [name] if name in value else name.split(".")
            value, is_stripped = _replaced(value, steps)
            stripped |= is_stripped
    except _Beyond as error:
        return Unusable(error.found.code, error.found.reason, tuple(value.items()))
    return Document(value, nul_stripped=stripped)


def _replaced(value: dict[str, Json], steps: Sequence[str]) -> tuple[dict[str, Json], bool]:
    name, *further = steps
    member = value.get(name)
    if further:
        if not isinstance(member, dict):
            return value, False
        inside, stripped = _replaced(member, further)
        return {**value, name: inside}, stripped
    if isinstance(member, list) and len(member) == 1:  # some senders make every value a list
        member = member[0]
    if not isinstance(member, str) or not looks_like_json(member):
        return value, False
    content = read_json(member.encode(errors="surrogatepass"))
    if isinstance(content, Unusable):
        raise _Beyond(content)
    if not isinstance(content, Document):
        return value, False
    return {**value, name: content.value}, content.nul_stripped
