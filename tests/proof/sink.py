"""A webhook receiver on loopback that keeps every effect, checks every signature, and can misbehave on request."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from standardwebhooks import Webhook

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


class Sink:
    """Effects by lead and decision. `status` is what it answers; `answer_s` how long it thinks first."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.answer_s = 0.0
        self.requests = 0
        self.effects: dict[str, dict[int, dict[str, set[str]]]] = defaultdict(lambda: defaultdict(dict))
        self.arrived: dict[str, float] = {}
        self._webhook = Webhook(SECRET)

    async def take(self, request: web.Request) -> web.Response:
        """Keep one delivery: lead, decision number, webhook-id and the data it held."""
        body = await request.read()
        self.requests += 1
        self._webhook.verify(body.decode(), dict(request.headers))
        if self.answer_s:
            await asyncio.sleep(self.answer_s)
        if self.status == 200:
            data = json.loads(body)["data"]
            lead = data["lead"]["submission_id"]
            bodies = self.effects[lead][data["decision"]["number"]].setdefault(request.headers["webhook-id"], set())
            bodies.add(json.dumps(data, sort_keys=True, ensure_ascii=False))
            self.arrived.setdefault(lead, time.monotonic())
        return web.Response(status=self.status)

    def newest(self, lead: str) -> str:
        """What the lead's highest decision held."""
        decisions = self.effects[lead]
        return "".join(body for bodies in decisions[max(decisions)].values() for body in bodies)

    def twice(self) -> list[str]:
        """Leads where one decision came under several ids, or one id with several contents."""
        return [
            lead
            for lead, decisions in self.effects.items()
            if any(len(ids) > 1 or any(len(bodies) > 1 for bodies in ids.values()) for ids in decisions.values())
        ]


@asynccontextmanager
async def sink(port: int = 0) -> AsyncIterator[Sink]:
    """Serve a sink on loopback while the block runs."""
    receiver = Sink()
    app = web.Application(client_max_size=2**20)
    app.router.add_post("/in", receiver.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    host, bound = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{bound}/in"
    try:
        yield receiver
    finally:
        await runner.cleanup()
