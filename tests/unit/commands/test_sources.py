"""`tratt sources`: what to paste at each kind of sender, no key unless asked for, and clear words of how it does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import generate_latest

from services.commands.doors import Known, beside, how_it_does, what_to_paste
from services.commands.refusals import Refusals, Refused, read_refusals
from services.configuration import Configuration
from services.console.doors import Door, Measure, doors_of
from services.console.lines import Quarantine, SourceLine
from services.console.rhythm import HOUR_S, LEAST_H, hour_of
from services.ingest.answers import Outcome
from services.ingest.retrieval.notices import Backlog, MissingPermission
from services.ingest.service import IngestService
from shared.ports import Message
from shared.runtime import telemetry
from shared.runtime.configuration import Loaded, load

CONFIGURATION = """
sources:
  google-search:
    kind: google_ads
    keys: ["first-key-0123456789", "second-key-0123456789"]
  builder:
    kind: webhook
    secret_path: path-secret-0123456789
    verification:
      header_token: {name: X-Api-Key, scheme: Bearer, tokens: [token-0123456789abc]}
    mapping: {fields: {person.email: email}}
  linkedin:
    kind: linkedin
    client_secrets: client-secret-0123456789
destinations:
  journal: {kind: journal}
"""
BASE = "https://leads.example.com/v1/sources"
KEYS = ("first-key", "second-key", "token-0123", "client-secret")
NOW = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)
MEASURE = Measure(ZoneInfo("Europe/Stockholm"), quiet_below=0.001)


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded[Configuration]:
    (tmp_path / "tratt.yaml").write_text(CONFIGURATION)
    return load(tmp_path / "tratt.yaml", Configuration, {})


def pasted(loaded: Loaded[Configuration], source: str, *, hide_keys: bool = False) -> list[tuple[str, str]]:
    return list(what_to_paste(loaded, source, base=BASE, hide_keys=hide_keys))


def a_door(last_lead_at: datetime | None, *, weeks: int = 3) -> Door:
    """A door with two leads an hour until its last one."""
    if last_lead_at is None:
        return doors_of(["google-search"], [], {}, measure=MEASURE, now=NOW.timestamp())[0]
    last = hour_of(last_lead_at.timestamp())
    hours = dict.fromkeys(range(last - weeks * 168, last + 1), 2)
    line = SourceLine("google-search", "google_ads", last_lead_at, None, None)
    return doors_of(["google-search"], [line], {"google-search": hours}, measure=MEASURE, now=NOW.timestamp())[0]


def known(door: Door, **members: object) -> Known:
    nothing: dict[str, object] = {
        "doors": [door],
        "quarantines": {},
        "backlogs": {},
        "missing": [],
        "refusals": Refusals({}, {}),
        "behind": 0,
        "now": NOW,
    }
    return Known(**(nothing | members))  # type: ignore[arg-type]


def told(door: Door, **members: object) -> dict[str, str]:
    return dict(how_it_does(door, known(door, **members)))


@pytest.mark.parametrize("source", ["google-search", "builder", "linkedin"])
def test_no_key_is_printed_where_keys_are_hidden(loaded: Loaded[Configuration], source: str) -> None:
    hidden = str(pasted(loaded, source, hide_keys=True))

    assert not [key for key in KEYS if key in hidden]


@pytest.mark.parametrize(("source", "is_printed"), [("google-search", True), ("builder", True), ("linkedin", False)])
def test_what_one_pastes_is_printed_and_what_the_platform_gave_is_not(
    loaded: Loaded[Configuration], source: str, is_printed: bool
) -> None:
    assert bool([key for key in KEYS if key in str(pasted(loaded, source))]) is is_printed


def test_keys_are_named_by_their_setting_and_where_it_is_written(loaded: Loaded[Configuration]) -> None:
    (_, url), (_, first), (_, second) = pasted(loaded, "google-search", hide_keys=True)

    assert url == f"{BASE}/google-search"
    assert first.startswith("keys[0] (")
    assert "tratt.yaml:5" in first
    assert second.startswith("keys[1] (")


def test_the_url_has_its_secret_segment_and_a_token_the_header_it_goes_into(loaded: Loaded[Configuration]) -> None:
    (_, url), (_, token) = pasted(loaded, "builder", hide_keys=True)

    assert url == f"{BASE}/builder/path-secret-0123456789"
    assert token.startswith("verification.header_token.tokens[0], name X-Api-Key, scheme Bearer (")


def test_a_token_that_is_missing_is_said_to_be(loaded: Loaded[Configuration]) -> None:
    assert ("key", "access_token is not set") in pasted(loaded, "linkedin")


def test_a_door_that_was_never_heard_from_says_so() -> None:
    lines = told(a_door(None))

    assert lines == {
        "last lead": "never",
        "last test": "never",
        "rhythm": f"still learning: 0 of {LEAST_H} hours; 0 leads in the last 24 whole hours",
    }


def test_a_busy_door_is_as_usual_and_a_silent_one_quiet() -> None:
    busy, silent = a_door(NOW - timedelta(minutes=10)), a_door(NOW - timedelta(hours=9))

    assert told(busy)["rhythm"] == "48 leads in the last 24 whole hours, usually 48.0"
    assert told(busy)["silence"].startswith("as usual: 0.3 leads were to be expected since the last one")
    assert told(silent)["silence"].startswith("QUIET: 18.0 leads were to be expected since the last one, and none came")
    assert told(silent)["last lead"].endswith(", 9.0 h ago")


def test_a_door_whose_notices_come_while_nothing_may_be_fetched_is_not_quiet() -> None:
    silent = a_door(NOW - timedelta(hours=9))
    assert silent.line is not None
    lines = [replace(silent.line, last_notice_at=NOW - timedelta(minutes=1))]
    hours = dict.fromkeys(range(hour_of(NOW.timestamp()) - 600, hour_of(NOW.timestamp()) - 8), 2)

    (door,) = doors_of(["google-search"], lines, {"google-search": hours}, measure=MEASURE, now=NOW.timestamp())

    assert silent.is_quiet
    assert not door.is_quiet


def test_what_was_refused_or_quarantined_or_waits_for_a_permission_is_told_with_the_way_out() -> None:
    door = a_door(NOW)
    lines = told(
        door,
        refusals=Refusals({"google-search": {"wrong_key": Refused(3, NOW)}}, {"google-search": 2}),
        quarantines={"google-search": Quarantine(4, "not_json", "the body is no JSON", NOW - timedelta(hours=1))},
        backlogs={"google-search": Backlog(12, 10, 3 * HOUR_S)},
        missing=[
            MissingPermission("google-search", "page 7", "Give the app leads_retrieval", NOW, 10),
            MissingPermission("elsewhere", "page 8", "Another", NOW, 1),
        ],
    )

    assert lines["refused"].startswith("wrong_key: 3 since its process began, last 2026-09-07")
    assert lines["no lead in it"] == "2 since its process began"
    assert lines["quarantined"].startswith("4, the newest 2026-09-07")
    assert lines["quarantined"].endswith("not_json, the body is no JSON; see ./tratt dead list")
    assert lines["waiting"] == "12 leads to fetch, 10 of them for a permission; the oldest for 3.0 h"
    assert lines["grant"].startswith("Give the app leads_retrieval (page 7: 10 wait for it")


def test_what_cannot_be_told_is_said() -> None:
    door = a_door(NOW)

    assert "not known here" in str(list(beside(known(door, refusals=None))))
    assert "5 records behind" in str(list(beside(known(door, behind=5))))
    assert list(beside(known(door, refusals=Refusals({"unknown": {"unknown_source": Refused(2, None)}}, {})))) == [
        "Refused 2 posts to sources that do not exist: unknown_source"
    ]


def test_figures_of_a_process_without_doors_are_no_figures_of_doors() -> None:
    console = 'tratt_role{role="console"} 1.0\n'
    ingest = 'tratt_role{role="ingest"} 1.0\n'
    counts = (
        "# TYPE tratt_refused_total counter\n"
        'tratt_refused_total{reason="wrong_key",source="google-search"} 3.0\n'
        "# TYPE tratt_last_refused_timestamp_seconds gauge\n"
        f'tratt_last_refused_timestamp_seconds{{reason="wrong_key",source="google-search"}} {NOW.timestamp()}\n'
        "# TYPE tratt_not_leads_total counter\n"
        'tratt_not_leads_total{source="builder"} 2.0\n'
    )

    assert read_refusals(console) is None
    found = read_refusals(ingest + counts)
    assert found is not None
    assert (dict(found.refused), dict(found.not_leads)) == (
        {"google-search": {"wrong_key": Refused(3, NOW)}},
        {"builder": 2},
    )


class Nowhere:
    """A log that nothing is published to."""

    async def publish(self, messages: Sequence[Message]) -> None:
        raise AssertionError(messages)


def test_what_ingest_refuses_is_read_from_its_metrics_with_its_time() -> None:
    before = datetime.now(UTC)
    telemetry.bound(telemetry.ROLE, "ingest").set(1)

    IngestService(Nowhere(), {}, person_key=b"k", country="SE").refuse("nobody", Outcome.UNKNOWN_SOURCE)

    found = read_refusals(generate_latest(telemetry.REGISTRY).decode())
    assert found is not None
    refused = found.refused["unknown"][Outcome.UNKNOWN_SOURCE]
    assert refused.count >= 1
    assert refused.last_at is not None
    assert before <= refused.last_at <= datetime.now(UTC)
