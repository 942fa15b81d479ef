"""`tratt send` and `tratt map`: a payload as its sender posts it, and what becomes of it."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
from rich.console import Console

from services.commands.addresses import Addresses, addresses
from services.commands.examples import EXAMPLES, Making, Payload
from services.console.ledger import Place
from services.console.life import Life
from services.ingest.guard import Document
from services.ingest.sources import LeadSource, make_sources
from services.ingest.submission import Misshapen, Submission
from services.wiring import configured
from shared.domain.errors import UsedWrongly
from shared.domain.lead import Lead
from shared.runtime.settings import Settings

out = Console(highlight=False, soft_wrap=True)

PATIENCE_S = 15.0
POLL_S = 0.05
SAME = Making("5a3e5a3e5a3e5a3e5a3e5a3e5a3e5a3e", datetime(2026, 1, 1, 8, tzinfo=UTC))
DRY_RUN_KEY = b"a dry run hashes nobody"
"""Commands that only read a payload need no person key; leads without an id of their own cannot be followed by them."""
ENDED = frozenset({"delivered", "failed"})
EXPECTED = ("person.email", "person.phone", "person.full_name")


@dataclass(frozen=True, slots=True)
class Wish:
    """What to send: an example by name or a file, the same lead each time or a new one, a test or not."""

    source: str
    example: str | None = None
    file: Path | None = None
    same: bool = False
    test: bool = False
    count: int = 1


async def send(settings: Settings, wish: Wish) -> int:
    """Post, wait and print what became of it; 1 when a post was refused or nothing became of a lead in time."""
    sources = make_sources(configured(settings).model.sources, DRY_RUN_KEY)
    if wish.source not in sources:
        raise UsedWrongly(f"there is no source '{wish.source}': choose one of {', '.join(sources) or 'none'}")
    where = addresses(settings)
    well = True
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        for _ in range(wish.count):
            payload = _payload(settings, wish)
            _, leads = read_payload(sources[wish.source], wish.source, payload)
            lead_ids = [lead.id for lead in leads]
            well &= await _send_one(client, where, wish, payload, lead_ids)
    return 0 if well else 1


def _payload(settings: Settings, wish: Wish) -> Payload:
    section = configured(settings).model.sources[wish.source]
    if wish.file is not None:
        return Payload(wish.file.read_bytes(), {"content-type": "application/json"})
    making = SAME if wish.same else Making(token_hex(16), datetime.now(UTC))
    return EXAMPLES[section.kind](wish.example, section, making, wish.test)


async def _send_one(
    client: httpx.AsyncClient, where: Addresses, wish: Wish, payload: Payload, lead_ids: Sequence[str]
) -> bool:
    began = time.perf_counter()
    try:
        answer = await client.post(
            f"{where.public}/v1/sources/{wish.source}", content=payload.body, headers=dict(payload.headers)
        )
    except httpx.TransportError as error:
        raise UsedWrongly(f"nothing answers at {where.public}: start it with 'make up' or './tratt up'") from error
    took_ms = (time.perf_counter() - began) * 1000
    out.print(f"posted to [bold]{wish.source}[/]: {answer.status_code} in {took_ms:.0f} ms")
    if answer.status_code != httpx.codes.OK:
        out.print(f"  {answer.text.strip()}")
        return False
    return all([await _follow(client, where, lead_id, began) for lead_id in lead_ids])


async def _follow(client: httpx.AsyncClient, where: Addresses, lead_id: str, began: float) -> bool:
    life: Life | None = None
    while time.perf_counter() - began < PATIENCE_S:
        answer = await client.get(f"{where.admin}/v1/leads/{lead_id}")
        life = Life.model_validate_json(answer.content) if answer.status_code == httpx.codes.OK else None
        if life is not None and is_settled(life):
            out.print("\n".join(told(life, after_ms=(time.perf_counter() - began) * 1000)))
            return True
        await asyncio.sleep(POLL_S)
    if life is not None:
        out.print("\n".join(told(life, after_ms=PATIENCE_S * 1000)))
    out.print(f"  nothing final after {PATIENCE_S:.0f} s; look at it with ./tratt lead {lead_id}")
    return False


def is_settled(life: Life) -> bool:
    """Tell whether a lead's way has ended for now."""
    if life.place in (Place.DEAD, Place.IN_FLIGHT):
        return life.place is Place.DEAD
    return all(delivery.state in ENDED for delivery in life.deliveries)


def told(life: Life, *, after_ms: float) -> list[str]:
    """Tell what became of a lead, for a person at a terminal."""
    lines = [f"  [bold]lead[/]      {life.lead_id}{' (test)' if life.is_test else ''}"]
    if life.score is not None:
        lines.append(f"  [bold]score[/]     fit {life.score.fit:g}, {life.score.stage}, {life.score.temperature}")
        lines += [f"            {reason.points:+g}  {reason.text_en}" for reason in life.score.reasons]
    if life.match is not None:
        evidence = ", ".join(f"{one.key} ({one.strength})" for one in life.match.evidence)
        customer = f" {life.match.customer.id}" if life.match.customer else ""
        checked = f"looked for by {', '.join(life.match.checked) or 'nothing'}"
        lines.append(f"  [bold]match[/]     {life.match.verdict}{customer}: {evidence or checked}")
    if life.decision is not None:
        because = f": {life.reason.text_en}" if life.reason else ""
        rule = f", rule '{life.decision.rule}'" if life.decision.rule else ""
        lines.append(f"  [bold]decision[/]  {life.place}{rule}{because}")
    if life.assignment is not None and life.assignment.owner:
        lines.append(f"  [bold]owner[/]     {life.assignment.owner} ({life.assignment.why})")
    lines += [f"  [bold]{delivery.state:9}[/] {delivery.destination}" for delivery in life.deliveries]
    lines.append(f"  all of it after {after_ms:.0f} ms")
    return lines


def print_map(settings: Settings, source: str, file: Path, *, content_type: str, headers: Sequence[str]) -> None:
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
    if str(file) != "-" and not file.is_file():
        raise UsedWrongly(f"there is no file {file}")
    shown = map_payload(settings, source, file, content_type=content_type, headers=given)
    print(json.dumps(shown, ensure_ascii=False, indent=2))


def map_payload(
    settings: Settings, source: str, file: Path, *, content_type: str, headers: Mapping[str, str]
) -> dict[str, Any]:  # Any: JSON
    """Return what a payload would become, verifying and writing nothing."""
    sources = make_sources(configured(settings).model.sources, DRY_RUN_KEY)
    if source not in sources:
        raise UsedWrongly(f"there is no source '{source}': choose one of {', '.join(sources) or 'none'}")
    body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    payload = Payload(body, {"content-type": content_type, **headers})
    not_a_lead, leads = read_payload(sources[source], source, payload)
    return {
        "leads": [json.loads(lead.model_dump_json(exclude_none=True)) for lead in leads],
        "notified": [],
        "activities": [],
        "consents": [json.loads(one.model_dump_json(exclude_none=True)) for lead in leads for one in lead.consents],
        "deletions": [],
        "not_a_lead": not_a_lead,
        "unmapped": [],
        "missing": sorted({field for lead in leads for field in EXPECTED if _at(lead, field) is None}),
        "guessed": {},
    }


def read_payload(source: LeadSource, name: str, payload: Payload) -> tuple[str | None, list[Lead]]:
    """Read a payload as the door would, unverified: why it gives no lead, and the leads it gives."""
    headers = {key.lower().encode(): value.encode() for key, value in payload.headers.items()}
    path = f"/v1/sources/{name}"
    submission = Submission(name, "POST", path, b"", headers, payload.body, datetime.now(UTC))
    content = source.read(submission)
    if not isinstance(content, Document):
        return content.reason, []
    try:
        return None, [submitted.lead for submitted in source.parse(submission, content).leads]
    except Misshapen as fault:
        return str(fault), []


def _at(lead: Lead, field: str) -> object:
    group, _, member = field.partition(".")
    return getattr(getattr(lead, group), member)
