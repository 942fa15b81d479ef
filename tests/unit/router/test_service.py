"""The router's step: decisions of a batch, and the commands of people."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.router.service import RouterService
from services.router.store.decisions import UNANNOUNCED_AFTER_S, SqlDecisions
from services.router.store.delivery_control import SqlDeliveryControl
from services.router.tables import metadata
from shared.adapters.database import SqlDatabase
from shared.domain.errors import PermanentError
from shared.domain.events import CommandData, CommandIssued, Event, LeadHeld, LeadRouted, LeadScored, Topic
from shared.domain.ids import derived
from shared.domain.score import Hygiene
from shared.ports import Arrival, Message, Record
from shared.runtime import telemetry
from tests.builders import NOON, a_lead, scored
from tests.unit.router.routing_builders import SECRET, a_policy

POLICY = a_policy({"name": "to Sara", "then": {"owner": "sara", "deliver_to": ["journal"]}})


class Router:
    """A router on its own tables, with what it was woken for."""

    def __init__(self, database: SqlDatabase) -> None:
        self.wakes = 0
        self.control = SqlDeliveryControl(database)
        self.decisions = SqlDecisions(database, clock=lambda: NOON.timestamp() + UNANNOUNCED_AFTER_S + 1)
        self.service = RouterService(
            self.decisions, self.control, policy=POLICY, secret=SECRET, wake=self._woken, clock=lambda: NOON
        )

    async def handle(self, *events: Event) -> Sequence[Event]:
        return await self.service.handle([arrival(event) for event in events])

    def _woken(self) -> None:
        self.wakes += 1


@pytest.fixture
async def router(tmp_path: Path) -> AsyncIterator[Router]:
    database = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/tables.db")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield Router(database)
    await database.close()


def arrival(event: Event) -> Arrival:
    message = Message.of(event)
    return Arrival(event, Record(message.topic, 0, 1, message.key, message.value, NOON))


def command(verb: str, target: str, **arguments: Any) -> CommandIssued:  # Any: a verb's arguments are its own
    return CommandIssued(
        id=derived("command", verb, target, *arguments.items()),
        source="/tratt/console",
        subject=target,
        time=NOON,
        partitionkey=target,
        data=CommandData(verb=verb, target=target, arguments=arguments, by="kim", why="called her"),
    )


def junk() -> LeadScored:
    event = scored(a_lead())
    data = event.data.model_copy(update={"hygiene": Hygiene(code="bot", fields=["facts.bot"])})
    return event.model_copy(
        update={"data": data, "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    )


async def test_a_scored_lead_becomes_a_decision_and_the_delivery_loop_wakes(router: Router) -> None:
    (decided,) = await router.handle(scored(a_lead()))

    assert isinstance(decided, LeadRouted)
    assert decided.id == derived("decision", a_lead().id, 1)
    assert (decided.topic, decided.partitionkey) == (Topic.ROUTED, a_lead().id)
    assert router.wakes == 1


async def test_the_trace_goes_on_in_the_decision(router: Router) -> None:
    (held,) = await router.handle(junk())

    assert isinstance(held, LeadHeld)
    assert held.traceparent == junk().traceparent


async def test_what_was_published_is_not_announced_again(router: Router) -> None:
    decided = await router.handle(scored(a_lead()))

    await router.service.published(decided)

    assert await router.decisions.unannounced(10) == []


async def test_a_decision_is_told_once_it_is_in_the_log(router: Router) -> None:
    counted = telemetry.bound(telemetry.DECIDED, "held")
    with capture_logs() as lines:
        held = await router.handle(junk())
        before = counted._value.get()
        await router.service.published(held)

    assert [(line["event"], line["lead_id"], line["reason"]) for line in lines] == [
        ("lead held", a_lead().id, "hygiene")
    ]
    assert counted._value.get() == before + 1


async def test_the_line_of_a_routed_lead_says_how_good_it_is_and_by_which_rule(router: Router) -> None:
    with capture_logs() as lines:
        await router.service.published(await router.handle(scored(a_lead())))

    (line,) = [line for line in lines if line["event"] == "lead routed"]
    score = scored(a_lead()).data.score
    assert (line["score"], line["stage"], line["rule"]) == (score.fit, score.stage, "to Sara")
    assert None not in line.values()


async def test_a_person_releases_a_held_lead(router: Router) -> None:
    await router.handle(junk())

    (released,) = await router.handle(command("release", a_lead().id, owner="erik", deliver_to="seller"))

    assert isinstance(released, LeadRouted)
    assert (released.data.decision.number, released.data.decision.trigger) == (2, "release")
    assert (released.data.assignment.owner, released.data.destinations) == ("erik", ["seller"])
    assert released.data.assignment.why.startswith("released by kim: called her")


async def test_the_same_release_again_is_told_again_and_changes_nothing(router: Router) -> None:
    await router.handle(junk())
    release = command("release", a_lead().id)

    assert await router.handle(release) == await router.handle(release)


@pytest.mark.parametrize(
    ("verb", "target", "arguments", "says"),
    [
        ("release", "no-such-lead", {}, "no lead no-such-lead"),
        ("release", a_lead().id, {"owner": "nobody"}, "owner nobody is not in people; there are erik, sara"),
        ("release", a_lead().id, {"deliver_to": ["nowhere"]}, "no destination nowhere"),
        ("pause", "nowhere", {}, "no destination nowhere; there are crm, journal, nurturing, seller"),
        ("resume", "nowhere", {}, "no destination nowhere"),
        ("redeliver", "nowhere", {}, "nowhere is no destination"),
        ("juggle", "journal", {}, "knows no command juggle; there are pause, redeliver, release, resume"),
    ],
)
async def test_a_command_nobody_can_carry_out_says_why(
    router: Router, verb: str, target: str, arguments: dict[str, Any], says: str
) -> None:  # Any: a verb's arguments are its own
    await router.handle(junk())

    with pytest.raises(PermanentError, match=says):
        await router.handle(command(verb, target, **arguments))


async def test_a_routed_lead_cannot_be_released(router: Router) -> None:
    await router.handle(scored(a_lead()))

    with pytest.raises(PermanentError, match="is not held"):
        await router.handle(command("release", a_lead().id))


async def test_a_destination_is_paused_and_resumed_by_command(router: Router) -> None:
    await router.handle(command("pause", "journal"))
    assert await router.control.paused() == {"journal": "called her"}

    await router.handle(command("resume", "journal"))
    assert await router.control.paused() == {}
