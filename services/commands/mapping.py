"""`tratt map`: what a payload would become."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from services.commands.dry_run import dry_source, parsed, submission_of
from services.commands.examples.payload_file import STANDARD_INPUT, payload_in
from services.ingest.guard import Content, Document
from services.ingest.mapping.item import lacking
from services.ingest.mapping.mapped import Mapped
from services.ingest.sources import LeadSource, MappedSource
from services.ingest.submission import Submission
from shared.domain.errors import UsedWrongly
from shared.domain.lead import Consent, Lead
from shared.runtime.settings import Settings

Shown = dict[str, Any]
"""A part of the answer. Any: JSON."""


def print_map(settings: Settings, source: str, file: Path, *, content_type: str | None, headers: Sequence[str]) -> None:
    """Print as JSON what a payload would become.

    Raises:
        UsedWrongly: no such source or file, or a header that is none.
    """
    given = {}
    for header in headers:
        name, colon, value = header.partition(":")
        if not colon:
            raise UsedWrongly(f"'{header}' is no header: write 'Name: value'")
        given[name.strip()] = value.strip()
    if file != STANDARD_INPUT and not file.is_file():
        raise UsedWrongly(f"there is no file {file}")
    shown = map_payload(settings, source, file, content_type=content_type, headers=given)
    print(json.dumps(shown, ensure_ascii=False, indent=2))


def map_payload(
    settings: Settings, source: str, file: Path, *, content_type: str | None = None, headers: Mapping[str, str]
) -> Shown:
    """Return what a payload would become, verifying and writing nothing. Without a content type its file tells it."""
    door = dry_source(settings, source)
    submission = submission_of(source, payload_in(file, media_type=content_type, headers=headers))
    content = door.read(submission)
    said = parsed(door, submission, content)
    leads = [submitted.lead for submitted in said.leads]
    return {
        "leads": [_plain(lead) for lead in leads],
        "notified": [_plain(asdict(notice)) for notice in said.notices],
        "activities": [_plain(asdict(activity)) for activity in said.activities],
        "consents": [_plain(consent) for lead in leads for consent in lead.consents],
        "deletions": [_plain(asdict(deletion)) for deletion in said.deletions],
        "not_a_lead": said.not_a_lead or "; ".join(said.faults) or None,
        **_mapping_of(door, submission, content, leads),
    }


def _mapping_of(door: LeadSource, submission: Submission, content: Content, leads: Sequence[Lead]) -> Shown:
    if isinstance(door, MappedSource) and isinstance(content, Document):
        mapped: Mapped = door.map(submission, content)
        return {"unmapped": mapped.unmapped, "missing": mapped.missing, "guessed": mapped.guessed}
    missing = dict.fromkeys(field for lead in leads for field in lacking(lead.person.model_dump(exclude_none=True)))
    return {"unmapped": [], "missing": list(missing), "guessed": {}}


def _plain(value: Lead | Consent | dict[str, Any]) -> object:
    if isinstance(value, dict):
        return to_jsonable_python(value, exclude_none=True)
    return value.model_dump(mode="json", exclude_none=True)
