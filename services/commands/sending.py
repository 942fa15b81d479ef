"""`tratt send`: a payload as its sender posts it, and what becomes of it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import httpx

from services.commands.addresses import Addresses, addresses
from services.commands.dry_run import NO_KEYS, dry_source, known_keys, lead_ids_of, said_by, submission_of
from services.commands.examples import EXAMPLES, Making, Payload
from services.commands.examples.payload_file import payload_in
from services.commands.examples.proof import proved
from services.commands.following import follow
from services.commands.terminal import out
from services.configuration import configured
from services.ingest.sources import LeadSource
from services.ingest.submission import Parsed
from shared.domain.errors import UsedWrongly
from shared.runtime.settings import Settings

SAME_TOKEN = "5a3e5a3e5a3e5a3e5a3e5a3e5a3e5a3e"  # noqa: S105 - it makes an example, and opens nothing
SAME_TIME = datetime(2026, 1, 1, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wish:
    """What to send: an example by name or a file, the same lead each time or a new one, a test or not."""

    source: str
    example: str | None = None
    file: Path | None = None
    same: bool = False
    test: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Door:
    """A door of the running service as it is seen from here: where it is, and what it makes of a payload."""

    name: str
    where: Addresses
    source: LeadSource
    knows_keys: bool

    def said(self, payload: Payload, received_at: datetime) -> Parsed:
        """Read a payload as the door does when it comes at that time."""
        return said_by(self.source, submission_of(self.name, payload, received_at))

    def leads(self, payload: Payload, *, between: tuple[datetime, datetime]) -> Sequence[Sequence[str]]:
        """Return each lead of a payload that came between two times, by the ids it may have.

        An id that is made of the minutes it came in has two where they turned over; without the keys it has none.
        """
        said = [lead_ids_of(self.said(payload, at), self.name, knows_keys=self.knows_keys) for at in between]
        return [[one for one in dict.fromkeys(lead_ids) if one is not None] for lead_ids in zip(*said, strict=True)]


async def send(settings: Settings, wish: Wish) -> int:
    """Post, wait and print what became of it; 1 when a post was refused or nothing became of a lead in time."""
    keys = known_keys(settings)
    door = Door(
        name=wish.source,
        where=addresses(settings),
        source=dry_source(settings, wish.source, keys or NO_KEYS),
        knows_keys=keys is not None,
    )
    well = True
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        for _ in range(wish.count):
            well &= await _send_one(client, door, _payload(settings, wish))
    return 0 if well else 1


def _payload(settings: Settings, wish: Wish) -> Payload:
    section = configured(settings).model.sources[wish.source]
    if wish.file is not None:
        payload = payload_in(wish.file)
    else:
        token, at = (SAME_TOKEN, SAME_TIME) if wish.same else (token_hex(16), datetime.now(UTC))
        making = Making(token, at, source=wish.source, is_test=wish.test)
        payload = EXAMPLES[section.kind](wish.example, section, making)
    return proved(payload, section, source=wish.source, public_url=settings.public_url)


async def _send_one(client: httpx.AsyncClient, door: Door, payload: Payload) -> bool:
    began, left_at = time.perf_counter(), datetime.now(UTC)
    answer = await _post(client, door, payload)
    came_at, took_ms = datetime.now(UTC), (time.perf_counter() - began) * 1000
    out.print(f"posted to {door.name}: {answer.status_code} in {took_ms:.0f} ms")
    if answer.is_error:
        out.print(f"  {answer.text.strip()}")
        return False
    for line in _beside_leads(door.said(payload, left_at)):
        out.print(f"  {line}")
    leads = door.leads(payload, between=(left_at, came_at))
    return all([await _follow(client, door, lead_ids, began=began) for lead_ids in leads])


async def _follow(client: httpx.AsyncClient, door: Door, lead_ids: Sequence[str], *, began: float) -> bool:
    if not lead_ids:
        out.print("  it has no id of its own, and the key that makes one is not here: see ./tratt tail leads.received")
        return True
    return await follow(client, door.where.admin, lead_ids, began=began)


async def _post(client: httpx.AsyncClient, door: Door, payload: Payload) -> httpx.Response:
    query = f"?{payload.query}" if payload.query else ""
    try:
        return await client.request(
            payload.method,
            f"{door.where.public}/v1/sources/{door.name}{payload.path}{query}",
            content=payload.body,
            headers=dict(payload.headers),
        )
    except httpx.TransportError as error:
        raise UsedWrongly(f"nothing answers at {door.where.public}: start it with 'make up' or './tratt up'") from error


def _beside_leads(said: Parsed) -> Iterator[str]:
    """Tell what there is in a payload that is no lead to follow."""
    yield from (f"an activity: {activity.kind}" for activity in said.activities)
    yield from (f"a deletion: {deletion.reason}" for deletion in said.deletions)
    if said.not_a_lead is not None and not (said.activities or said.deletions):
        yield f"no lead in it: {said.not_a_lead}"
    if said.faults:
        yield f"kept for people, see ./tratt dead list: {'; '.join(said.faults)}"
