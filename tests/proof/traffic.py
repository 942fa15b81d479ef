"""A sender as Google is one: posts at a fixed rate, repeats some, corrects some, and retries what got no 2xx."""

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp

GIVE_UP_S = 120
"""A real sender gives up sometime; one that never did would hide an intake that never comes back."""
RETRY_S = 0.25
ANSWER, CORRECTED = "Omgående", "Inom 3 månader"

FIRST = ("Ada", "Bo", "Cilla", "Dag", "Ebba", "Folke", "Greta", "Hugo", "Inga", "Jon")
LAST = ("Ek", "Lind", "Vik", "Holm", "Sund", "Berg", "Dal", "Gran", "Skog", "Strand")


@dataclass(slots=True)
class History:
    """What was sent and what was answered: the truth that effects are held against.

    `accepted_at` is when a lead got its first 200. `unadvised` counts the 503 that did not say when to come again.
    """

    acked: dict[str, int] = field(default_factory=dict)
    accepted_at: dict[str, float] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    latencies_s: list[float] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    corrected: set[str] = field(default_factory=set)
    unadvised: int = 0

    def percentile_s(self, share: float) -> float:
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def google_body(lead_id: str, number: int, *, answer: str = ANSWER, key: str = "try-me") -> bytes:
    """One lead as Google posts it, by an invented person of its own."""
    name = f"{FIRST[number % 10]} {LAST[number // 10 % 10]}"
    columns = [
        {"column_id": "FULL_NAME", "column_name": "Full Name", "string_value": name},
        {"column_id": "EMAIL", "column_name": "User Email", "string_value": f"{lead_id}@example.se".lower()},
        {"column_id": "PHONE_NUMBER", "column_name": "User Phone", "string_value": f"+4670174{number % 100 + 600:04d}"},
        {"column_id": "POSTAL_CODE", "string_value": "75320"},
        {"column_id": "boendeform", "string_value": "Villa"},
        {"column_id": "när_vill_du_börja?", "string_value": answer},
    ]
    submitted = datetime(2026, 5, 1, 12, 30, tzinfo=UTC) + timedelta(seconds=number)
    if answer != ANSWER:
        submitted += timedelta(hours=1)
    payload = {
        "lead_id": lead_id,
        "user_column_data": columns,
        "api_version": "1.0",
        "form_id": 40000000000,
        "campaign_id": 10000000000,
        "adgroup_id": 20000000000,
        "creative_id": 30000000000,
        "gcl_id": f"gcl-{lead_id}",
        "google_key": key,
        "is_test": False,
        "lead_submit_time": submitted.isoformat().replace("+00:00", "Z"),
    }
    return json.dumps(payload, ensure_ascii=False).encode()


class Sender:
    """Post `count` leads at `rate` per second to `url`, open loop, with 5 % repeats and 1 % corrections."""

    def __init__(self, url: str, *, rate: float, seed: int, repeats: float = 0.05, corrections: float = 0.01) -> None:
        self.url = url
        self.history = History()
        self._rate = rate
        self._seed = seed
        self._repeats = repeats
        self._corrections = corrections
        self._stopping = False

    async def run(self, count: int) -> History:
        """Return when every lead of `count` was answered 2xx or given up."""
        chance = random.Random(self._seed)
        connector = aiohttp.TCPConnector(limit=256)
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session, asyncio.TaskGroup() as tasks:
            began = time.monotonic()
            for number in range(count):
                if self._stopping:
                    break
                await asyncio.sleep(max(0.0, began + number / self._rate - time.monotonic()))
                kind = chance.random()
                tasks.create_task(self._lead(session, number, kind))
        return self.history

    def stop(self) -> None:
        """Send no new leads; those begun are still brought to an answer."""
        self._stopping = True

    async def _lead(self, session: aiohttp.ClientSession, number: int, kind: float) -> None:
        lead_id = f"s{self._seed}-{number}"
        body = google_body(lead_id, number)
        if kind < self._repeats:
            await asyncio.gather(self._post(session, lead_id, body), self._post(session, lead_id, body))
            return
        await self._post(session, lead_id, body)
        if kind < self._repeats + self._corrections:
            self.history.corrected.add(lead_id)
            await self._post(session, lead_id, google_body(lead_id, number, answer=CORRECTED))

    async def _post(self, session: aiohttp.ClientSession, lead_id: str, body: bytes) -> None:
        until = time.monotonic() + GIVE_UP_S
        while time.monotonic() < until:
            began = time.monotonic()
            try:
                async with session.post(self.url, data=body) as answer:
                    await answer.read()
                    status = str(answer.status)
                    self.history.unadvised += status == "503" and "Retry-After" not in answer.headers
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                status = type(error).__name__
            self.history.statuses[status] += 1
            if status == "200":
                self.history.latencies_s.append(time.monotonic() - began)
                self.history.accepted_at.setdefault(lead_id, time.monotonic())
                self.history.acked[lead_id] = self.history.acked.get(lead_id, 0) + 1
                return
            await asyncio.sleep(RETRY_S)
        self.history.refused.add(lead_id)
