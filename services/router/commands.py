"""What people may ask of the router: one verb a line, each with what it does to its target."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.router.assignment import Release
from services.router.decided import RELEASE, upon_release
from services.router.keys import lead_keys
from services.router.policy import Policy
from services.router.ports import Candidate, DecisionStore, DeliveryControl
from shared.domain.errors import PermanentError
from shared.domain.events import CommandIssued, DecisionEvent, LeadHeld, LeadScored, LeadScoredData
from shared.domain.ids import derived


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a command may touch."""

    decisions: DecisionStore
    deliveries: DeliveryControl
    policy: Policy
    secret: bytes


Handler = Callable[[Desk, CommandIssued, datetime], Awaitable[Sequence[DecisionEvent]]]


async def release(desk: Desk, command: CommandIssued, now: datetime) -> Sequence[DecisionEvent]:
    """Route a held lead, as `owner` and `deliver_to` say, else by the rules. The same command again changes nothing."""
    lead_id = command.data.target
    held = (await desk.decisions.in_force([lead_id])).get(lead_id)
    if held is None:
        raise PermanentError(f"release: no lead {lead_id} was ever decided here")
    scored = _scored_again(held)
    candidate = Candidate(scored, lead_keys(scored.data, secret=desk.secret), cause=command.id)
    decide = upon_release(desk.policy, _release(desk.policy, command), now=now)
    placed = await desk.decisions.place([candidate], decide, now=now.timestamp())
    if not isinstance(held, LeadHeld) and any(event.data.decision.trigger != RELEASE for event in placed):
        raise PermanentError(f"release: lead {lead_id} is not held")
    return placed


async def pause(desk: Desk, command: CommandIssued, now: datetime) -> Sequence[DecisionEvent]:
    """Stop pushing to a destination; what it is owed waits."""
    name = _destination(desk, command)
    await desk.deliveries.pause(name, reason=command.data.why, by=command.data.by, now=now.timestamp())
    return []


async def resume(desk: Desk, command: CommandIssued, now: datetime) -> Sequence[DecisionEvent]:
    """Push to a destination again."""
    await desk.deliveries.resume(_destination(desk, command), now=now.timestamp())
    return []


async def redeliver(desk: Desk, command: CommandIssued, now: datetime) -> Sequence[DecisionEvent]:
    """Make a destination's failed deliveries, or one delivery by its id, due again."""
    target = command.data.target
    count = await desk.deliveries.redeliver(target, now=now.timestamp())
    if not count and target not in desk.policy.outlets:
        raise PermanentError(f"redeliver: {target} is no destination, and no settled delivery has that id")
    return []


COMMANDS: Mapping[str, Handler] = {
    "release": release,
    "pause": pause,
    "resume": resume,
    "redeliver": redeliver,
}


def _destination(desk: Desk, command: CommandIssued) -> str:
    name = command.data.target
    if name not in desk.policy.outlets:
        raise PermanentError(f"{command.data.verb}: no destination {name}; there are {_listed(desk.policy.outlets)}")
    return name


def _release(policy: Policy, command: CommandIssued) -> Release:
    owner, deliver_to = command.data.arguments.get("owner"), command.data.arguments.get("deliver_to")
    if owner is not None and owner not in policy.people:
        raise PermanentError(f"release: owner {owner} is not in people; there are {_listed(policy.people)}")
    names = [deliver_to] if isinstance(deliver_to, str) else list(deliver_to or [])
    unknown = [str(name) for name in names if name not in policy.outlets]
    if unknown:
        raise PermanentError(f"release: no destination {', '.join(unknown)}; there are {_listed(policy.outlets)}")
    return Release(by=command.data.by, why=command.data.why, owner=owner, deliver_to=tuple(names) or None)


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _scored_again(decided: DecisionEvent) -> LeadScored:
    """Take the scored lead back out of its decision, which holds all of it."""
    data = LeadScoredData(**{name: getattr(decided.data, name) for name in LeadScoredData.model_fields})
    return LeadScored(
        id=derived("scored", data.lead_id, data.revision),
        source=decided.source,
        subject=decided.subject,
        time=decided.time,
        partitionkey=decided.partitionkey,
        traceparent=decided.traceparent,
        data=data,
    )
