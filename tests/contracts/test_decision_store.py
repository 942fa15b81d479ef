"""The contract of DecisionStore, on SQLite and on PostgreSQL: each lead and each person is decided upon once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from services.router.assignment import Release
from services.router.customer_rows import CustomerRow, SuppressionRow
from services.router.decided import upon_release, upon_scores
from services.router.keys import KeyKind
from services.router.ports import Candidate, Decide, Known
from services.router.store.customers import CustomerImport
from services.router.store.decisions import UNANNOUNCED_AFTER_S, SqlDecisions
from services.router.store.suppressions import write_suppressions
from services.router.tables import configurations, decisions, deliveries, leads, metadata, person_keys
from shared.adapters.database import SqlDatabase
from shared.domain.decision import Verdict
from shared.domain.errors import TransientError
from shared.domain.events import DecisionEvent, LeadHeld, LeadRouted, encode
from shared.domain.score import Hygiene
from tests.builders import NOON, a_lead, a_person, scored
from tests.unit.router.routing_builders import SECRET, a_candidate, a_policy

NOW = NOON.timestamp()
POLICY = a_policy({"name": "to Sara", "then": {"owner": "sara", "deliver_to": ["journal", "seller"]}})
DECIDE = upon_scores(POLICY, now=NOON)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/tables.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[SqlDatabase]:
    database = SqlDatabase(database_url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
async def other_router(database_url: str, database: SqlDatabase) -> AsyncIterator[SqlDatabase]:
    other = SqlDatabase(database_url)
    await rows(other, leads)  # while its connection is being made the first router would finish alone
    yield other
    await other.close()


async def place(
    database: SqlDatabase, *candidates: Candidate, decide: Decide = DECIDE, now: float = NOW
) -> Sequence[DecisionEvent]:
    return await SqlDecisions(database).place(candidates, decide, now=now)


async def rows(database: SqlDatabase, table: Table) -> list[Any]:  # Any: rows of any table
    async with database.read() as connection:
        return list(await connection.execute(select(table)))


async def test_a_decision_stands_with_a_delivery_per_destination_before_any_request(database: SqlDatabase) -> None:
    lead = a_lead()

    (decided,) = await place(database, a_candidate(scored(lead)))

    assert isinstance(decided, LeadRouted)
    assert [(row.lead_id, row.number, row.announced) for row in await rows(database, decisions)] == [
        (lead.id, 1, False)
    ]
    due = await rows(database, deliveries)
    assert {(row.destination, row.state, row.token, row.attempts, row.next_at, row.due_at) for row in due} == {
        ("journal", "pending", 0, 0, NOW, NOW),
        ("seller", "pending", 0, 0, NOW, NOW),
    }


async def test_a_test_has_no_delivery_and_is_nobodys_earlier_lead(database: SqlDatabase) -> None:
    await place(database, a_candidate(scored(a_lead("test"), is_test=True)))

    (real,) = await place(database, a_candidate(scored(a_lead("real"))))

    assert real.data.match.verdict is Verdict.NEW
    assert {row.lead_id for row in await rows(database, deliveries)} == {a_lead("real").id}


async def test_a_repeat_is_answered_with_the_decision_in_force(database: SqlDatabase) -> None:
    candidate = a_candidate(scored(a_lead()))
    (first,) = await place(database, candidate)

    (again,) = await place(database, candidate, decide=upon_scores(POLICY, now=NOON + timedelta(hours=1)))

    assert encode(again) == encode(first)
    assert len(await rows(database, deliveries)) == 2


async def test_another_score_of_the_same_lead_changes_nothing(database: SqlDatabase) -> None:
    (first,) = await place(database, a_candidate(scored(a_lead())))

    (again,) = await place(database, a_candidate(scored(a_lead(), revision=2)))

    assert again.id == first.id


async def test_a_correction_is_a_further_decision_with_the_same_owner(database: SqlDatabase) -> None:
    await place(database, a_candidate(scored(a_lead())))
    other = a_policy({"name": "to Erik", "then": {"owner": "erik", "deliver_to": ["journal"]}})

    (corrected,) = await place(
        database, a_candidate(scored(a_lead(message="Ny uppgift"), revision=2)), decide=upon_scores(other, now=NOON)
    )

    assert (corrected.data.decision.number, corrected.data.decision.trigger) == (2, "correction")
    assert corrected.data.assignment.owner == "sara"
    assert Counter(row.decision_number for row in await rows(database, deliveries)) == {1: 2, 2: 1}


async def test_an_older_revision_never_undoes_a_newer_one(database: SqlDatabase) -> None:
    await place(database, a_candidate(scored(a_lead(message="Ny uppgift"), revision=2)))

    (again,) = await place(database, a_candidate(scored(a_lead(), revision=1)))

    assert (again.data.decision.number, again.data.revision) == (1, 2)


async def test_of_several_revisions_in_a_batch_the_newest_decides(database: SqlDatabase) -> None:
    batch = [a_candidate(scored(a_lead(message=f"Uppgift {n}"), revision=n)) for n in (2, 3, 1)]

    (decided,) = await place(database, *batch)

    assert (decided.data.revision, decided.data.decision.number) == (3, 1)


async def test_the_same_person_twice_in_a_batch_is_known_the_second_time(database: SqlDatabase) -> None:
    first, second = await place(database, a_candidate(scored(a_lead("s-1"))), a_candidate(scored(a_lead("s-2"))))

    assert first.data.match.verdict is Verdict.NEW
    assert (second.data.match.verdict, second.data.match.previous_lead) == (Verdict.KNOWN_PERSON, first.data.lead_id)


async def test_the_same_person_in_a_later_batch_is_known(database: SqlDatabase) -> None:
    (first,) = await place(database, a_candidate(scored(a_lead("s-1"))))

    (second,) = await place(database, a_candidate(scored(a_lead("s-2"))))

    assert (second.data.match.verdict, second.data.match.previous_lead) == (Verdict.KNOWN_PERSON, first.data.lead_id)
    assert len({row.person_id for row in await rows(database, leads)}) == 1


async def test_a_correction_does_not_take_a_later_lead_for_the_earlier_one(database: SqlDatabase) -> None:
    await place(database, a_candidate(scored(a_lead("s-1"))))
    await place(database, a_candidate(scored(a_lead("s-2"))))

    (corrected,) = await place(database, a_candidate(scored(a_lead("s-1", message="Ny uppgift"), revision=2)))

    assert corrected.data.match.verdict is Verdict.NEW


async def test_a_customer_is_found_by_its_keys(database: SqlDatabase) -> None:
    rows_in = [
        CustomerRow(2, "K-1", name="Exempel Bygg AB", owner="erik", emails=("lina@exempel.se",), products=("solar",))
    ]
    await CustomerImport(database, secret=SECRET, import_id="1").write(rows_in)

    (decided,) = await place(database, a_candidate(scored(a_lead())))

    assert decided.data.match.customer is not None
    assert (decided.data.match.customer.id, decided.data.match.customer.products) == ("K-1", ["solar"])
    assert decided.data.match.evidence[0].key == KeyKind.EMAIL
    assert decided.data.assignment.owner == "erik"


@pytest.mark.parametrize(
    ("address", "evidence"),
    [
        ("lina@gmail.com", [("email", "K-2"), ("mailbox", "K-1")]),
        ("l.ina@gmail.com", [("mailbox", "K-1"), ("mailbox", "K-2")]),
        ("lina@exempel.se", []),
    ],
)
async def test_every_customer_behind_a_mailbox_is_told_and_the_exact_address_comes_first(
    database: SqlDatabase, address: str, evidence: list[tuple[str, str]]
) -> None:
    customers = [
        CustomerRow(2, "K-1", emails=("lina+faktura@gmail.com",)),
        CustomerRow(3, "K-2", emails=("lina@gmail.com",)),
    ]
    await CustomerImport(database, secret=SECRET, import_id="1").write(customers)

    (decided,) = await place(database, a_candidate(scored(a_lead(person=a_person(email=address)))))

    assert [(each.key, each.matched) for each in decided.data.match.evidence] == evidence


async def test_a_customer_with_the_same_phone_alone_is_not_matched_yet(database: SqlDatabase) -> None:
    await CustomerImport(database, secret=SECRET, import_id="1").write(
        [CustomerRow(2, "K-1", phones=("+46701740605",))]
    )
    event = scored(a_lead())
    data = event.data.model_copy(update={"facts": {"phone": {"e164": "+46701740605"}}})

    (decided,) = await place(database, a_candidate(event.model_copy(update={"data": data})))

    assert decided.data.match.verdict is Verdict.NEW


async def test_a_lead_with_a_suppressed_phone_is_rejected(database: SqlDatabase) -> None:
    await write_suppressions(database, [SuppressionRow(2, phones=("+46701740605",))], secret=SECRET)
    event = scored(a_lead())
    data = event.data.model_copy(update={"facts": {"phone": {"e164": "+46701740605"}}})

    await place(database, a_candidate(event.model_copy(update={"data": data})))

    assert [row.outcome for row in await rows(database, leads)] == ["rejected"]


@pytest.mark.parametrize(("until", "outcome"), [(None, "rejected"), (NOW + 60, "rejected"), (NOW - 60, "routed")])
async def test_a_suppression_holds_until_its_end(database: SqlDatabase, until: float | None, outcome: str) -> None:
    row = SuppressionRow(2, emails=("lina@exempel.se",), reason="asked us to stop", until=until)
    await write_suppressions(database, [row], secret=SECRET)

    await place(database, a_candidate(scored(a_lead())))

    assert [row.outcome for row in await rows(database, leads)] == [outcome]


async def test_a_held_lead_is_released_once(database: SqlDatabase) -> None:
    event = scored(a_lead())
    junk = event.model_copy(
        update={"data": event.data.model_copy(update={"hygiene": Hygiene(code="bot", fields=["facts.bot"])})}
    )
    (held,) = await place(database, a_candidate(junk))
    release = Candidate(junk, a_candidate(junk).keys, cause="command-1")
    decide = upon_release(POLICY, Release(by="kim", why="called her"), now=NOON)

    (released,) = await place(database, release, decide=decide)
    (again,) = await place(database, release, decide=decide)

    assert isinstance(held, LeadHeld)
    assert isinstance(released, LeadRouted)
    assert (released.data.decision.number, released.data.decision.trigger) == (2, "release")
    assert encode(again) == encode(released)


async def test_a_release_told_again_does_not_release_what_was_held_since(database: SqlDatabase) -> None:
    event = scored(a_lead())
    junk = {"hygiene": Hygiene(code="bot", fields=["facts.bot"])}
    first = event.model_copy(update={"data": event.data.model_copy(update=junk)})
    release = Candidate(first, a_candidate(first).keys, cause="command-1")
    decide = upon_release(POLICY, Release(by="kim", why="called her"), now=NOON)
    await place(database, a_candidate(first))
    await place(database, release, decide=decide)
    corrected = scored(a_lead(message="Köp klockor"), revision=2)
    await place(database, a_candidate(corrected.model_copy(update={"data": corrected.data.model_copy(update=junk)})))

    (again,) = await place(database, release, decide=decide)

    assert isinstance(again, LeadHeld)
    assert again.data.decision.number == 3


async def test_two_routers_with_the_same_leads_decide_each_once(
    database: SqlDatabase, other_router: SqlDatabase
) -> None:
    batch = [a_candidate(scored(a_lead(f"s-{n}", person=a_person(email=f"p{n}@exempel.se")))) for n in range(40)]

    one, two = await asyncio.gather(place(database, *batch), place(other_router, *reversed(batch)))

    assert {event.id for event in one} == {event.id for event in two}
    assert len(await rows(database, decisions)) == 40
    assert len(await rows(database, deliveries)) == 80


async def test_two_routers_with_leads_of_one_new_person_agree_who_came_first(
    database: SqlDatabase, other_router: SqlDatabase
) -> None:
    people = [a_person(email=f"p{n}@exempel.se") for n in range(20)]
    batches = [
        [a_candidate(scored(a_lead(f"{side}-{n}", person=who))) for n, who in enumerate(people)] for side in "ab"
    ]

    one, two = await asyncio.gather(place(database, *batches[0]), place(other_router, *reversed(batches[1])))

    verdicts = Counter(event.data.match.verdict for event in (*one, *two))
    assert verdicts == {Verdict.NEW: 20, Verdict.KNOWN_PERSON: 20}
    assert len(await rows(database, person_keys)) == 20


async def test_two_routers_with_leads_of_one_known_person_see_each_other(
    database: SqlDatabase, other_router: SqlDatabase
) -> None:
    people = [a_person(email=f"p{n}@exempel.se") for n in range(20)]
    sides = [
        [
            a_candidate(scored(a_lead(f"{side}-{n}", person=who, received_at=NOON + timedelta(minutes=side))))
            for n, who in enumerate(people)
        ]
        for side in range(3)
    ]
    first = {event.data.lead_id for event in await place(database, *sides[0])}

    one, two = await asyncio.gather(place(database, *sides[1]), place(other_router, *reversed(sides[2])))

    assert sum(event.data.match.previous_lead in first for event in (*one, *two)) == 20


async def test_two_routers_with_a_lead_of_nobody_decide_it_once(
    database: SqlDatabase, other_router: SqlDatabase
) -> None:
    candidate = a_candidate(scored(a_lead(person=a_person(email=None, phone=None))))

    results = await asyncio.gather(place(database, candidate), place(other_router, candidate), return_exceptions=True)

    assert all(isinstance(result, TransientError) for result in results if isinstance(result, BaseException))
    assert len(await rows(database, decisions)) == 1


async def test_nothing_is_written_where_deciding_fails(database: SqlDatabase) -> None:
    def broken(_candidate: Candidate, _known: Known) -> DecisionEvent | None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await place(database, a_candidate(scored(a_lead())), decide=broken)

    assert await rows(database, person_keys) == []


async def test_a_decision_left_unannounced_is_announced_from_the_table(database: SqlDatabase) -> None:
    (decided,) = await place(database, a_candidate(scored(a_lead())))

    soon = SqlDecisions(database, clock=lambda: NOW + 1)
    later = SqlDecisions(database, clock=lambda: NOW + UNANNOUNCED_AFTER_S + 1)

    assert await soon.unannounced(10) == []
    ((event_id, message),) = await later.unannounced(10)
    assert event_id == decided.id
    assert (message.topic, message.key, message.value) == (
        decided.topic,
        decided.data.lead_id.encode(),
        encode(decided),
    )


async def test_a_marked_decision_is_not_announced_again(database: SqlDatabase) -> None:
    (decided,) = await place(database, a_candidate(scored(a_lead())))
    store = SqlDecisions(database, clock=lambda: NOW + UNANNOUNCED_AFTER_S + 1)

    await store.mark([decided.id])

    assert await store.unannounced(10) == []


async def test_the_rules_that_decided_are_kept_by_their_name(database: SqlDatabase) -> None:
    store = SqlDecisions(database)

    await store.remember(POLICY, now=NOW)
    await store.remember(POLICY, now=NOW + 60)

    assert [(row.sha256, row.section, row.first_used_at) for row in await rows(database, configurations)] == [
        (POLICY.sha256, POLICY.section, NOW)
    ]
    assert POLICY.sha256.startswith(POLICY.version)
