"""Mappings for tests, applied as the service applies them, and what a payload says in all."""

import json
from collections.abc import Iterator
from typing import Any

from services.ingest.guard import Document, Json, read_json
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.mapping.leftovers import Leaf
from services.ingest.mapping.mapped import Item, Mapped, Request
from services.ingest.mapping.mapping import Mapping
from services.ingest.mapping.naming import is_secret
from services.ingest.mapping.shapes import WRAPPING
from services.ingest.mapping.texts import scalar_text
from shared.domain.lead import Lead
from tests.unit.ingest.doors import AT

GUESS: dict[str, Any] = {"guess": True}


def compiled(**configuration: Any) -> Mapping:  # Any: as a file says it
    return Mapping(MappingConfiguration.model_validate(configuration))


def apply(mapping: Mapping, payload: object, **headers: str) -> Mapped:
    """Apply a mapping to a payload. Headers by name, with `_` for `-`."""
    document = read_json(json.dumps(payload).encode())
    assert isinstance(document, Document)
    named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return mapping.apply(document, Request(named, AT))


def one(payload: object, **configuration: Any) -> Item:  # Any: as above
    """Map a payload that holds one lead."""
    mapped = apply(compiled(**configuration), payload)
    assert (mapped.faults, mapped.others) == ([], [])
    (item,) = mapped.leads
    return item


def lead(item: Item) -> Lead:
    """Make the lead of an item, as a source does."""
    return Lead.model_validate({"submitted_at": AT, **item.members, "id": "l", "submission_id": "s", "received_at": AT})


def said(value: Json) -> Iterator[str]:
    """Tell every text that a payload says but secrets, and what may tell of a question and not of its answer."""
    if isinstance(value, dict):
        is_question = "value" in value or "answer" in value
        for name, member in value.items():
            is_about = name in WRAPPING or (is_question and name in {"name", "label", "question"})
            if not is_about and not is_secret(Leaf((name,), value, "")):
                yield from said(member)
    elif isinstance(value, list):
        for member in value:
            yield from said(member)
    elif (text := scalar_text(value)) is not None:
        yield text
