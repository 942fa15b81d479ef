"""Recorded shapes of Meta's notices and of its Graph's leads, each with what it becomes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.ingest.guard import Document, read_json
from services.ingest.retrieval.meta_lead import make_lead
from services.ingest.submission import Parsed, SubmittedNotice
from tests.unit.ingest.meta import AT, CONTEXT, parsed, section

FOLDER = Path(__file__).parents[3] / "payloads"
APART = {"id", "received_at", "channel"}
"""Members that say nothing of the payload."""


def payloads(folder: str) -> list[Path]:
    return sorted(path for path in (FOLDER / folder).glob("*.json") if not path.name.endswith(".expected.json"))


@pytest.mark.parametrize("path", payloads("meta"), ids=lambda path: path.stem)
def test_a_request_becomes_the_notices_that_lie_beside_it(path: Path) -> None:
    assert noticed(parsed(path.read_bytes())) == json.loads(path.with_suffix(".expected.json").read_text())


@pytest.mark.parametrize("path", payloads("meta_leads"), ids=lambda path: path.stem)
def test_what_the_graph_answers_becomes_the_lead_that_lies_beside_it(path: Path) -> None:
    assert fetched(path.read_bytes()) == json.loads(path.with_suffix(".expected.json").read_text())


def test_there_are_payloads() -> None:
    assert len(payloads("meta")) >= 6
    assert len(payloads("meta_leads")) >= 4


def noticed(found: Parsed) -> Mapping[str, Any]:  # Any: JSON
    notices = [
        {name: told for name in SubmittedNotice.__slots__ if (told := getattr(notice, name)) is not None}
        for notice in found.notices
    ]
    said = {"notices": notices, "faults": found.faults, "not_a_lead": found.not_a_lead}
    return dict(json.loads(json.dumps(said, default=str)))


def fetched(body: bytes) -> Mapping[str, Any]:  # Any: JSON
    content = read_json(body)
    assert isinstance(content, Document)
    assert isinstance(content.value, dict)
    notice = SubmittedNotice("meta", str(content.value["id"]), AT, form_id="220000000000002")
    disclaimers = {"nyhetsbrev": {"purpose": "newsletter", "channels": ["email"], "version": "3"}}
    made = make_lead(
        content.value, notice, received_at=AT, configuration=section(disclaimers=disclaimers), context=CONTEXT
    )
    lead = json.loads(made.lead.model_dump_json(exclude=APART, exclude_none=True, exclude_defaults=True))
    return {"is_test": made.is_test, "lead": lead}
