"""The scorer's step on its tables: once per event, revisions in order, and the same again for the same."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from services.scorer.configuration import Scoring
from services.scorer.judge import Judge, sha256_of
from services.scorer.service import ScorerService
from services.scorer.tables import configurations, leads, metadata, scores
from shared.adapters.database import SqlDatabase
from shared.domain.errors import DatabaseUnavailable
from shared.domain.events import CommandData, CommandIssued, Event, LeadReceived, LeadScored, decode, encode
from shared.domain.lead import Person
from shared.ports import Arrival, Record
from shared.runtime import telemetry
from tests.builders import NOON, a_lead, received

SCORING = Scoring.model_validate(
    {
        "stages": {"suspect": {}, "prospect": {"when": {"score.fit": {"at_least": "25"}}}},
        "fit": [
            {
                "when": {"facts.answers.housing": "villa"},
                "points": "25",
                "reason": {"sv": "Bor i villa", "en": "Lives in a house"},
            },
            {
                "when": {"facts.answers.start": ["now", "3m"]},
                "points": "20",
                "reason": {"sv": "Vill börja snart", "en": "Wants to start soon"},
            },
        ],
    }
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqlDatabase]:
    database = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/t.db")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
def judge(judge_by: Callable[[Scoring], Judge]) -> Judge:
    return judge_by(SCORING)


@pytest.fixture
def scorer(judge: Judge, database: SqlDatabase) -> ScorerService:
    return ScorerService(judge, database)


async def scored(scorer: ScorerService, *events: Event) -> list[LeadScored]:
    arrivals = [Arrival(event, _record(event, place)) for place, event in enumerate(events)]
    results = await scorer.handle(arrivals)
    return [event for event in results if isinstance(event, LeadScored)]


def _record(event: Event, offset: int) -> Record:
    value = encode(event)
    return Record(event.topic, 0, offset, event.partitionkey.encode(), value, datetime(2026, 9, 1, tzinfo=UTC))


def correction(housing: str, *, minutes: int) -> LeadReceived:
    moment = NOON + timedelta(minutes=minutes)
    return received(a_lead(answers={"housing": housing}, submitted_at=moment, received_at=moment))


async def test_a_lead_comes_out_scored_and_explained(scorer: ScorerService) -> None:
    counted, cause = telemetry.bound(telemetry.SCORED, "prospect"), received(a_lead())
    before = counted._value.get()

    (event,) = await scored(scorer, cause)

    assert counted._value.get() - before == 1
    assert (event.source, event.subject, event.partitionkey) == ("/tratt/scorer", cause.subject, cause.partitionkey)
    assert (event.time, event.data.score.as_of) == (cause.time, cause.time)
    data = event.data
    assert (data.revision, data.cause, data.hygiene, data.is_test) == (1, cause.id, None, False)
    assert data.lead == cause.data.lead
    assert data.facts["phone"]["e164"] == "+46701740605"
    assert data.facts["address"]["county"] == "Uppsala län"
    assert (data.score.fit, data.score.raw, data.score.stage, data.score.temperature) == (
        25,
        {"fit": 25},
        "prospect",
        "cold",
    )
    assert [reason.text_sv for reason in data.score.reasons] == ["Bor i villa"]
    assert [would.needs for would in data.score.would_change] == [["facts.answers.start"]]
    assert data.score.missing == []


async def test_trace_and_test_flag_are_carried_over(scorer: ScorerService) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    cause = received(a_lead(), is_test=True).model_copy(update={"traceparent": trace})

    (event,) = await scored(scorer, cause)

    assert (event.data.is_test, event.traceparent) == (True, trace)


async def test_junk_is_scored_and_marked(scorer: ScorerService) -> None:
    (event,) = await scored(scorer, received(a_lead(person=Person(email="x@mailinator.com"))))

    assert event.data.hygiene is not None
    assert event.data.hygiene.code == "disposable"


async def test_an_event_that_comes_again_leads_to_the_stored_event(scorer: ScorerService) -> None:
    cause = received(a_lead())
    copy = cause.model_copy(update={"time": cause.time + timedelta(minutes=1)})

    first = await scored(scorer, cause)
    again = await scored(scorer, copy)

    assert [encode(event) for event in again] == [encode(event) for event in first]


async def test_copies_within_a_batch_are_scored_once(scorer: ScorerService) -> None:
    cause = received(a_lead())

    assert len(await scored(scorer, cause, cause, cause)) == 1


async def test_a_stored_score_outlives_a_change_of_the_rules(
    scorer: ScorerService, database: SqlDatabase, judge_by: Callable[[Scoring], Judge]
) -> None:
    (before,) = await scored(scorer, received(a_lead()))
    changed = ScorerService(judge_by(Scoring.model_validate({"fit": []})), database)

    (again,) = await scored(changed, received(a_lead()))

    assert encode(again) == encode(before)


async def test_a_correction_is_a_new_revision(scorer: ScorerService) -> None:
    (first,) = await scored(scorer, correction("Villa", minutes=0))
    (second,) = await scored(scorer, correction("BRF", minutes=5))

    assert (first.data.revision, second.data.revision) == (1, 2)
    assert first.id != second.id
    assert second.data.score.fit == 0


async def test_a_correction_of_the_same_moment_counts(scorer: ScorerService) -> None:
    events = await scored(scorer, correction("Villa", minutes=0), correction("BRF", minutes=0))

    assert [event.data.revision for event in events] == [1, 2]


async def test_older_content_never_overrides_newer(scorer: ScorerService, database: SqlDatabase) -> None:
    newer, older = correction("BRF", minutes=5), correction("Villa", minutes=0)
    await scored(scorer, newer)

    assert await scored(scorer, older) == []
    assert await scored(scorer, older) == []

    async with database.read() as connection:
        row = (await connection.execute(select(leads))).one()
        kept = (await connection.execute(select(scores.c.revision).where(scores.c.cause_id == older.id))).scalar_one()
    assert (row.revision, row.cause_id) == (1, newer.id)
    assert kept is None


async def test_several_contents_of_one_lead_in_a_batch_work_in_order(scorer: ScorerService) -> None:
    batch = [correction("Villa", minutes=0), correction("BRF", minutes=9), correction("Företag", minutes=5)]
    other = received(a_lead("s-2"))

    events = await scored(scorer, batch[0], other, *batch[1:])

    assert [(event.data.cause, event.data.revision) for event in events] == [
        (batch[0].id, 1),
        (other.id, 1),
        (batch[1].id, 2),
    ]


async def test_revisions_go_on_after_a_restart(scorer: ScorerService, judge: Judge, database: SqlDatabase) -> None:
    await scored(scorer, correction("Villa", minutes=0))

    (event,) = await scored(ScorerService(judge, database), correction("BRF", minutes=5))

    assert event.data.revision == 2


async def test_a_batch_that_fails_leaves_no_trace(scorer: ScorerService, database: SqlDatabase) -> None:
    async with database.write() as connection:
        await connection.run_sync(scores.drop)
    with pytest.raises(DatabaseUnavailable):
        await scored(scorer, received(a_lead()))

    async with database.read() as connection:
        assert (await connection.execute(select(leads))).all() == []


async def test_a_replay_on_empty_tables_is_bit_equal(
    scorer: ScorerService, judge_by: Callable[[Scoring], Judge], tmp_path: Path
) -> None:
    history = [correction("Villa", minutes=0), received(a_lead("s-2")), correction("BRF", minutes=5)]
    before = await scored(scorer, *history)
    elsewhere = SqlDatabase(f"sqlite+aiosqlite:///{tmp_path}/other.db")
    async with elsewhere.write() as connection:
        await connection.run_sync(metadata.create_all)

    replayed: list[LeadScored] = []
    for event in history:
        replayed += await scored(ScorerService(judge_by(SCORING), elsewhere), event)
    await elsewhere.close()

    assert [encode(event) for event in replayed] == [encode(event) for event in before]


async def test_an_event_survives_being_written_and_read(scorer: ScorerService) -> None:
    (event,) = await scored(scorer, received(a_lead()))

    read = decode(encode(event))

    assert read is not None
    assert encode(read) == encode(event)


async def test_what_judged_is_kept_under_the_name_a_score_carries(
    scorer: ScorerService, judge: Judge, database: SqlDatabase
) -> None:
    (event,) = await scored(scorer, received(a_lead()))
    await scored(ScorerService(judge, database), received(a_lead("s-2")))

    async with database.read() as connection:
        kept = (await connection.execute(select(configurations).where(configurations.c.name == "scoring"))).one()
    assert kept.sha256.startswith(event.data.score.versions["scoring"])
    assert sha256_of(kept.section) == kept.sha256
    assert Scoring.model_validate_json(kept.section) == SCORING
    assert kept.first_used_at == event.time.timestamp()


async def test_other_events_are_passed_over(scorer: ScorerService, database: SqlDatabase) -> None:
    command = CommandIssued(
        id="c-1",
        source="/tratt/console",
        subject="x",
        time=NOON,
        partitionkey="x",
        data=CommandData(verb="pause", target="journal", by="sara", why="test"),
    )

    assert await scored(scorer, command) == []
