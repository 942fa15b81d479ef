"""`tratt dead replay`: what could not be handled is sent in again. It is an event that says who did so and why."""

import base64
import getpass
import uuid
from datetime import UTC, datetime

from services.commands.dead_letters import letter_of
from services.commands.terminal import out
from services.ingest.retrieval.notified import event_of
from services.ingest.retrieval.store.pending import SqlPendingLeads
from services.receiving import ingest_service
from services.wiring import Stack, intake, opened
from shared.domain.errors import UsedWrongly
from shared.domain.events import DeadLetter, DeadLetterReplayed, DeadLetterReplayedData
from shared.ports import Message
from shared.runtime.settings import Settings


async def replay_dead(settings: Settings, letter_id: str, *, why: str) -> None:
    """Send a dead letter in again, at the stage it names. Doing it twice gives the same events again."""
    async with opened(settings) as stack:
        letter = await letter_of(stack, letter_id)
        if letter.data.stage == "ingest":
            async with intake(stack) as publisher:
                lead_ids = await ingest_service(stack, publisher).replay(letter)
        elif letter.data.stage == "retrieval" and letter.data.topic is None:
            lead_ids = await _notify_again(stack, letter)
        else:
            lead_ids = await _republish(stack, letter)
        await stack.log.publisher().publish([Message.of(_replayed(letter, lead_ids[0] if lead_ids else None, why))])
    out.print(f"sent in again at {letter.data.stage}: {', '.join(lead_ids) or 'no lead'}")


async def _notify_again(stack: Stack, letter: DeadLetter) -> list[str]:
    """Let a lead be fetched again whose platform answered something unusable."""
    pending = await SqlPendingLeads(stack.database).find(letter.data.lead_id or "")
    if pending is None:
        raise UsedWrongly(f"nothing is known any more of the notice of dead letter {letter.id}: use ./tratt backfill")
    await stack.log.publisher().publish([Message.of(event_of(pending))])
    return [pending.lead_id]


async def _republish(stack: Stack, letter: DeadLetter) -> list[str]:
    data = letter.data
    if data.topic is None or data.key is None:
        raise UsedWrongly(f"dead letter {letter.id} does not say which topic it came from")
    record = Message(data.topic, data.key.encode(), base64.b64decode(data.bytes))
    await stack.log.publisher().publish([record])
    return [data.lead_id] if data.lead_id else []


def _replayed(letter: DeadLetter, lead_id: str | None, why: str) -> DeadLetterReplayed:
    return DeadLetterReplayed(
        id=str(uuid.uuid4()),
        source="/tratt/command",
        subject=letter.subject,
        time=datetime.now(UTC),
        partitionkey=letter.partitionkey,
        data=DeadLetterReplayedData(dead_letter=letter.id, lead_id=lead_id, by=getpass.getuser(), why=why),
    )
