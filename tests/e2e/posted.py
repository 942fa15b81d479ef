"""The recorded payloads of every preset, posted to a running service, and what its log must hold of them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from services.commands.examples.payload_file import QUERY, payload_in
from services.commands.examples.proof import proved
from services.configuration import configured
from services.ingest.presets import PRESETS
from services.wiring import event_log
from shared.domain.events import (
    ActivityRecorded,
    DeadLetter,
    ErasureRequested,
    Event,
    LeadReceived,
    SubmissionSetAside,
    Topic,
    decode,
)
from shared.domain.ids import lead_id
from shared.runtime.settings import Settings
from tests.unit.ingest.presets.payloads import payloads_of

TOPICS = [Topic.RECEIVED, Topic.DEAD, Topic.ACTIVITY, Topic.ERASURE]
OURS = {"id", "submission_id", "received_at"}
"""Members of a lead that its payload does not tell."""


@dataclass(slots=True)
class Held:
    """What came of the payloads of one preset, each thing as a text so that it can be compared and read."""

    leads: set[str] = field(default_factory=set)
    activities: Counter[str] = field(default_factory=Counter)
    erasures: set[str] = field(default_factory=set)
    aside: Counter[str] = field(default_factory=Counter)
    dead: int = 0


def door_of(preset: str, path: Path) -> str:
    """Name the source of tests/e2e/senders.yaml that a payload is posted to."""
    return f"{preset}-get" if path.suffix == QUERY else preset


async def post_all(settings: Settings, url: str) -> Counter[int]:
    """Post every payload of every preset with its sender's proof; count the answers by their status."""
    sections = configured(settings).model.sources
    answers: Counter[int] = Counter()
    async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as client:
        for preset in PRESETS:
            for path in payloads_of(preset):
                source = door_of(preset, path)
                payload = payload_in(path, headers=_headers_beside(path))
                sent = proved(payload, sections[source], source=source, public_url=settings.public_url)
                answer = await client.request(
                    sent.method,
                    f"/v1/sources/{source}{sent.path}{'?' if sent.query else ''}{sent.query}",
                    content=sent.body,
                    headers=dict(sent.headers),
                )
                answers[answer.status_code] += 1
    return answers


async def events_in(settings: Settings) -> dict[str, Event]:
    """Read what the log holds, by event id: a repeat has the same one."""
    log = event_log(settings, wait_s=1)
    await log.start()
    try:
        records = [record async for batch in log.reader().read(TOPICS) for record in batch]
    finally:
        await log.stop()
    events = (decode(record.value) for record in records)
    return {event.id: event for event in events if event is not None}


def held_in(events: Iterable[Event], preset: str) -> Held:
    """Sum up what a log holds of one preset."""
    held = Held()
    for event in events:
        if isinstance(event, DeadLetter):
            held.dead += event.data.source in _doors(preset)
        elif getattr(event.data, "source", None) not in _doors(preset):
            continue
        elif isinstance(event, LeadReceived):
            held.leads.add(_received(event))
        elif isinstance(event, ActivityRecorded):
            held.activities[event.data.kind] += 1
        elif isinstance(event, ErasureRequested):
            held.erasures.add(event.data.lead_id or "a person")
        elif isinstance(event, SubmissionSetAside):
            held.aside[event.data.reason] += 1
    return held


def expected_of(preset: str) -> Held:
    """Sum up what lies beside the payloads of one preset."""
    held = Held()
    for path in payloads_of(preset):
        expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text())
        leads, others, faults = (expected.get(name, []) for name in ("leads", "others", "faults"))
        unfit = [other for other in others if _is_unfit(other, preset)]
        held.leads |= {_told(one["submission_id"], one["is_test"], one["lead"]) for one in leads}
        held.activities.update(other["activity"] or "other" for other in others if other["becomes"] == "activity")
        held.erasures |= set(_erasures(preset, [one for one in others if one not in unfit]))
        held.dead += bool(faults or unfit)
        if not (leads or faults or unfit):
            held.aside[others[0]["reason"] if others else "it holds no items"] += 1
    return held


def _doors(preset: str) -> set[str]:
    return {preset, f"{preset}-get"}


def _headers_beside(path: Path) -> dict[str, str]:
    beside = path.with_name(f"{path.stem}.headers.json")
    return dict(json.loads(beside.read_text())) if beside.is_file() else {}


def _is_unfit(other: Mapping[str, Any], preset: str) -> bool:  # Any: JSON
    """Tell a deletion that is only guessed, or that names nobody: it is kept for people."""
    if other["becomes"] != "deletion":
        return False
    person, is_guessed = other["person"], not PRESETS[preset].mapping.get("not_leads")
    return is_guessed or not (other["submission_id"] or person.get("email") or person.get("phone"))


def _erasures(preset: str, others: Iterable[Mapping[str, Any]]) -> Iterator[str]:  # Any: JSON
    for other in others:
        if other["becomes"] == "deletion":
            yield lead_id(preset, other["submission_id"]) if other["submission_id"] else "a person"


def _received(event: LeadReceived) -> str:
    lead = event.data.lead
    said = lead.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    is_probable = said.get("signals", {}).pop("probable_id", False)
    if not said.get("signals"):
        said.pop("signals", None)
    if lead.submitted_at == lead.received_at:
        said.pop("submitted_at")
    own = None if is_probable else lead.submission_id
    return _told(own, event.data.is_test, {name: one for name, one in said.items() if name not in OURS})


def _told(submission_id: str | None, is_test: object, lead: Mapping[str, Any]) -> str:  # Any: JSON
    return json.dumps([submission_id, is_test, _as_read_now(lead)], ensure_ascii=False, sort_keys=True)


def _as_read_now(lead: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Leave out a time that the clock of this machine calls the future, as the service does."""
    at = lead.get("submitted_at")
    is_future = at is not None and datetime.fromisoformat(at) > datetime.now(UTC) + timedelta(days=1)
    return {name: one for name, one in lead.items() if not (is_future and name == "submitted_at")}
