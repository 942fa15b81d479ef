"""Following a lead that was just posted, until its way has ended, and telling what became of it."""

import asyncio
import time
from collections.abc import Collection, Iterator

import httpx

from services.commands.terminal import headed, out
from services.console.ledger import Place
from services.console.life import Life
from services.console.names import printable
from shared.domain.errors import UsedWrongly

PATIENCE_S = 15.0
FETCH_PATIENCE_S = 5.0
"""How long a lead that lies at its platform is waited for: a permission that is missing is not granted meanwhile."""
POLL_S = 0.05
ENDED = frozenset({"delivered", "failed"})


async def follow(client: httpx.AsyncClient, admin_url: str, lead_ids: Collection[str], *, began: float) -> bool:
    """Wait and print what became of a lead; False when nothing final did in time.

    `lead_ids` are those it may have, one of which it has; `began` is when it was posted, by `time.perf_counter`.
    """
    life: Life | None = None
    while (elapsed_s := time.perf_counter() - began) < PATIENCE_S:
        life = await _life(client, admin_url, lead_ids) or life
        if life is not None and is_settled(life):
            show(life, after_ms=(time.perf_counter() - began) * 1000)
            return True
        if life is not None and life.notices and not life.receipts and elapsed_s > FETCH_PATIENCE_S:
            out.print(f"  it still lies at {life.notices[0].platform}: ./tratt sources says what it waits for")
            return True
        await asyncio.sleep(min(POLL_S, PATIENCE_S - elapsed_s))
    if life is not None:
        show(life, after_ms=PATIENCE_S * 1000)
    known = life.lead_id if life else next(iter(lead_ids))
    out.print(f"  nothing final after {PATIENCE_S:.0f} s; look at it with ./tratt lead {known}")
    return False


async def _life(client: httpx.AsyncClient, admin_url: str, lead_ids: Collection[str]) -> Life | None:
    for lead_id in lead_ids:
        try:
            answer = await client.get(f"{admin_url}/v1/leads/{lead_id}")
        except httpx.TransportError as error:
            raise UsedWrongly(f"nothing answers at {admin_url}: what became of the lead is not known here") from error
        if answer.status_code == httpx.codes.OK:
            return Life.model_validate_json(answer.content)
    return None


def is_settled(life: Life) -> bool:
    """Tell whether a lead's way has ended for now."""
    if life.place in (Place.DEAD, Place.IN_FLIGHT):
        return life.place is Place.DEAD
    return all(delivery.state in ENDED for delivery in life.deliveries)


def show(life: Life, *, after_ms: float) -> None:
    """Print what became of a lead. Nothing of it steers the terminal."""
    for about, text in told(life):
        out.print(headed(f"  {about:9}", printable(text)))
    out.print(f"  all of it after {after_ms:.0f} ms")


def told(life: Life) -> Iterator[tuple[str, str]]:
    """Yield what became of a lead, each with the word that it is about; none beside what continues a line."""
    yield "lead", f"{life.lead_id}{' (test)' if life.is_test else ''}"
    if life.score is not None:
        yield "score", f"fit {life.score.fit:g}, {life.score.stage}, {life.score.temperature}"
        yield from (("", f"{reason.points:+g}  {reason.text_en}") for reason in life.score.reasons)
    if life.match is not None:
        evidence = ", ".join(f"{one.key} ({one.strength})" for one in life.match.evidence)
        customer = f" {life.match.customer.id}" if life.match.customer else ""
        checked = f"looked for by {', '.join(life.match.checked) or 'nothing'}"
        yield "match", f"{life.match.verdict}{customer}: {evidence or checked}"
    if life.decision is not None:
        because = f": {life.reason.text_en}" if life.reason else ""
        rule = f", rule '{life.decision.rule}'" if life.decision.rule else ""
        yield "decision", f"{life.place}{rule}{because}"
    if life.assignment is not None and life.assignment.owner:
        yield "owner", f"{life.assignment.owner} ({life.assignment.why})"
    if life.place is Place.DEAD:
        yield "dead", "it could not be handled: see ./tratt dead list"
    if life.place == "deleted":
        yield "deleted", "its platform has it no more"
    yield from ((delivery.state, delivery.destination) for delivery in life.deliveries)
