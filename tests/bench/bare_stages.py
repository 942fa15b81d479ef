"""The yardsticks: the loops of stack.md 2.6, which do a stage's least work and nothing else.

Run as `python -m tests.bench.bare_stages scorer|router GROUP LEADS`, on the servers that the environment names.
Both decode the event as its contract says, with pydantic; the scorer has 20 rules, the router one table.
"""

import asyncio
import os
import sys
import zlib
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pydantic import BaseModel

from shared.domain.events import LeadReceived, LeadScored, decode
from shared.domain.lead import Lead
from shared.runtime import supervisor
from tests.bench.stopwatch import Stopwatch, pin_worker

BATCH = 500
SCORED_BARE = "bare.scored"
BOOTSTRAP = os.environ.get("TRATT_EVENT_LOG_URL", "").removeprefix("kafka://")
DATABASE = os.environ.get("TRATT_DATABASE_URL", "").replace("+asyncpg", "")

Take = Callable[[Sequence[bytes]], Awaitable[None]]


class Scored(BaseModel):
    id: str
    lead: Lead
    points: int
    reasons: list[str]


def rule(number: int) -> Callable[[Lead], int]:
    """Make one of 20 rules over an answer, a place or an address."""
    question = ("boendeform", "takyta", "när_vill_du_börja?", "vad_är_du_intresserad_av")[number % 4]
    wanted = ("Villa", "40", "Omgående", "Solceller")[number % 4]
    ending = f".{number}"
    return lambda lead: 5 if lead.answers.get(question) == wanted or str(lead.person.email).endswith(ending) else 0


RULES = [rule(number) for number in range(20)]


def partition(key: bytes, every: list[int], _available: list[int]) -> int:
    return every[zlib.crc32(key) % len(every)]


def score(value: bytes) -> tuple[bytes, bytes]:
    event = decode(value)
    assert isinstance(event, LeadReceived)
    points = [rule(event.data.lead) for rule in RULES]
    reasons = [f"rule-{number}" for number, given in enumerate(points) if given]
    scored = Scored(id=event.id, lead=event.data.lead, points=sum(points), reasons=reasons)
    return event.partitionkey.encode(), scored.model_dump_json().encode()


async def scorer() -> tuple[str, Take]:
    producer = AIOKafkaProducer(
        bootstrap_servers=BOOTSTRAP,
        acks="all",
        enable_idempotence=True,
        partitioner=partition,
        max_batch_size=131_072,
    )
    await producer.start()

    async def take(values: Sequence[bytes]) -> None:
        results = map(score, values)
        await asyncio.gather(*[await producer.send(SCORED_BARE, scored, key=key) for key, scored in results])

    return "leads.received", take


UPSERT = """
INSERT INTO bare_leads (lead_id, revision, email, event_id)
SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[])
ON CONFLICT (lead_id) DO UPDATE SET revision = excluded.revision, email = excluded.email, event_id = excluded.event_id
"""


async def router() -> tuple[str, Take]:
    connection = await asyncpg.connect(DATABASE)
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS bare_leads (lead_id text PRIMARY KEY, revision int, email text, event_id text)"
    )

    async def take(values: Sequence[bytes]) -> None:
        events = [event for event in map(decode, values) if isinstance(event, LeadScored)]
        rows = {e.subject: (e.subject, e.data.revision, e.data.lead.person.email, e.id) for e in events}
        await connection.execute(UPSERT, *map(list, zip(*rows.values(), strict=True)))

    return "leads.scored", take


STAGES = {"scorer": scorer, "router": router}


async def work(stage: str, group: str, leads: int) -> int:
    """Take `leads` records all the way: fetch, work, one commit."""
    topic, take = await STAGES[stage]()
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=BOOTSTRAP,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    supervisor.tune_gc()
    watch = Stopwatch(leads)
    while not watch.done:
        batches = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
        values = [record.value for records in batches.values() for record in records]
        if values:
            await take(values)
            await consumer.commit()
        watch.took(len(values))
    watch.report()
    os._exit(0)  # what is measured is written; taking the clients down in order is none of it


if __name__ == "__main__":
    pin_worker()
    supervisor.run(lambda: work(sys.argv[1], sys.argv[2], int(sys.argv[3])))
