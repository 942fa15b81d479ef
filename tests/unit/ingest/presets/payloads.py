"""Recorded payloads of each preset, and what becomes of them: read and mapped as the service does it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.ingest.decoding.configuration import Decoding
from services.ingest.decoding.decoder import Decoder
from services.ingest.guard import Document
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.mapping.mapped import Item, Mapped, NotALead, Request
from services.ingest.mapping.mapping import Mapping
from services.ingest.presets import PRESETS
from services.ingest.submission import Submission
from tests.unit.ingest.doors import AT
from tests.unit.ingest.mapping.mappings import lead

FOLDER = Path(__file__).parents[3] / "payloads"
MEDIA_TYPES = {
    ".json": "application/json",
    ".form": "application/x-www-form-urlencoded",
    ".query": "",
    ".txt": "text/plain; charset=utf-8",
}
"""How each sort of file is sent where no headers lie beside it; `.query` is a query string without a body."""
NOT_OURS = {"id", "submission_id", "received_at"}


def payloads_of(preset: str) -> Iterator[Path]:
    """List the payloads of a preset."""
    folder = FOLDER / preset
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.name.endswith((".expected.json", ".headers.json")):
            yield path


def submitted(path: Path) -> Submission:
    """Make the request that a payload came in."""
    beside = path.with_name(f"{path.stem}.headers.json")
    headers = {"content-type": MEDIA_TYPES[path.suffix]} | (json.loads(beside.read_text()) if beside.is_file() else {})
    is_query = path.suffix == ".query"
    return Submission(
        source="door",
        method="GET" if is_query else "POST",
        path="/v1/sources/door",
        query=path.read_bytes().strip() if is_query else b"",
        headers={name.encode(): value.encode() for name, value in headers.items()},
        body=b"" if is_query else path.read_bytes(),
        received_at=AT,
    )


def mapped(preset: str, submission: Submission) -> Mapped:
    """Read and map a submission as a preset says."""
    known = PRESETS[preset]
    content = Decoder(Decoding.model_validate(known.decoding)).read(submission)
    assert isinstance(content, Document)
    mapping = Mapping(MappingConfiguration.model_validate(known.mapping))
    return mapping.apply(content, Request(submission.headers, AT))


def told(found: Mapped) -> dict[str, Any]:  # Any: JSON
    """Write all that a mapping says, as the file beside a payload has it; what is empty is left out."""
    said = {
        "leads": [_lead(item) for item in found.leads],
        "others": [_other(other) for other in found.others],
        "faults": list(found.faults),
        "around": list(found.around),
    }
    return {name: part for name, part in said.items() if part}


def _lead(item: Item) -> dict[str, Any]:
    members = lead(item).model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    dated = NOT_OURS if item.is_dated else NOT_OURS | {"submitted_at"}
    return {
        "submission_id": item.submission_id,
        "is_test": item.is_test,
        "lead": {name: member for name, member in members.items() if name not in dated},
        "unmapped": item.unmapped,
        "missing": list(item.missing),
        "guessed": dict(sorted(item.guessed.items())),
    }


def _other(other: NotALead) -> dict[str, Any]:
    told_of = _lead(other.item)
    return {
        "becomes": other.becomes,
        "activity": other.activity,
        "reason": other.reason,
        "submission_id": other.item.submission_id,
        "person": told_of["lead"].get("person", {}),
    }
