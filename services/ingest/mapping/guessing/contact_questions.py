"""Which questions of a form's own ask for a contact field that its platform has a name for."""

from functools import lru_cache

from services.ingest.mapping.guessing.names import Meaning, meaning
from services.ingest.mapping.guessing.wording import CACHED

CONTACT = ("person.", "company.", "address.")
MESSAGE = "message"


@lru_cache(CACHED)
def contact_asked(question: str) -> Meaning | None:
    """Tell which contact field, or the message, a question names.

    None for a whole question that only mentions one ("hur stort är ditt företag?").
    """
    meant = None if "?" in question else meaning(question)
    return meant if meant is not None and (meant.target.startswith(CONTACT) or meant.target == MESSAGE) else None
