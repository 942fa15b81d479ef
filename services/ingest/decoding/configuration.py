"""How a source's bodies are read, where the defaults do not fit."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from services.ingest.decoding.charsets import CHARSETS
from shared.domain.model import Section, listed


def _known_charset(name: str) -> str:
    if name.lower() not in CHARSETS:
        raise ValueError(f"is not a charset that is read; known are {', '.join(sorted(CHARSETS))}")
    return name.lower()


class Decoding(Section):
    """What a sender does that cannot be seen from its bodies.

    `json_in` names fields whose text is JSON and is read as such (`rawRequest`, `data.json`); `*` is every text that
    looks like an object or a list. `brackets` reads `a[b][]` as PHP does, in JSON as well. `query` says whether the
    query string counts beside a body (without a body it always does). `charset` is that of form fields which are not
    UTF-8.
    """

    json_in: Annotated[list[str], BeforeValidator(listed)] = []
    brackets: bool = True
    query: Literal["alone", "with_body"] = "alone"
    charset: Annotated[str, AfterValidator(_known_charset)] = "windows-1252"
