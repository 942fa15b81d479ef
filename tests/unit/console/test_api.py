"""The console's routes: shapes, languages, and pages that hostile values cannot turn into markup."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.console.api import ConsoleRoutes
from services.console.pages import Pages
from services.console.store.console_store import ConsoleStore
from services.console.store.doors import DoorStore
from shared.adapters.database import SqlDatabase
from shared.domain.lead import Address, Lead
from tests.builders import NOON, a_lead, a_person, delivered, held, received, rejected, routed, scored
from tests.unit.console.conftest import Chain
from tests.unit.console.platforms import META, a_fetched_lead, notified

LEAD = a_lead()
UNKNOWN = "00000000-0000-0000-0000-000000000000"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


@pytest.fixture
async def client(chain: Chain, store: ConsoleStore) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(ConsoleRoutes(store, chain.log.reader(), pages=Pages()).router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as client:
        yield client


async def put(chain: Chain, lead: Lead = LEAD) -> None:
    events = (received(lead), scored(lead), routed(lead, destinations=("journal", "seller")), delivered(lead))
    await chain.publish(*events)
    await chain.commit("scorer", 1)
    await chain.commit("router", 1)
    await chain.read()


async def test_a_lead_is_shown_with_score_reasons_match_decision_and_deliveries(
    chain: Chain, client: httpx.AsyncClient
) -> None:
    await put(chain)

    shown = (await client.get(f"/v1/leads/{LEAD.id}")).json()

    assert shown["place"] == "routed"
    assert shown["lead"]["person"]["full_name"] == "Lina Exempel"
    assert [reason["text_en"] for reason in shown["score"]["reasons"]] == ["Lives in a house", "Valid phone number"]
    assert shown["match"]["verdict"] == "new"
    assert shown["decision"]["rule"] == "hot or qualified villa"
    assert [(one["destination"], one["state"]) for one in shown["deliveries"]] == [
        ("journal", "delivered"),
        ("seller", "waiting"),
    ]
    assert "hygiene" not in shown


@pytest.mark.parametrize("lead_id", [UNKNOWN, "no-such-lead", "%00", "x" * 5000])
async def test_an_unknown_lead_is_a_problem_document_and_a_kind_page(lead_id: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/v1/leads/{lead_id}")
    page = await client.get(f"/console/leads/{lead_id}")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404
    assert page.status_code == 404
    assert "Det leadet känner vi inte till" in page.text


async def test_the_ledger_is_shown_as_json(chain: Chain, client: httpx.AsyncClient) -> None:
    await put(chain)

    ledger = (await client.get("/v1/ledger")).json()

    assert ledger["adds_up"] is True
    assert ledger["leads"] == {
        "accepted": 1,
        "routed": 1,
        "held": 0,
        "rejected": 0,
        "dead": 0,
        "in_flight": 0,
        "lost": 0,
    }
    assert ledger["destinations"]["seller"] == {"due": 1, "delivered": 0, "waiting": 1, "failed": 0}


async def test_the_ledger_counts_what_platforms_told_of(chain: Chain, client: httpx.AsyncClient) -> None:
    fetched, waiting = a_fetched_lead("m-1"), a_fetched_lead("m-2")
    await chain.publish(notified(fetched), notified(waiting, at=NOON), received(fetched, source=META))
    await chain.read()

    meta = (await client.get("/v1/ledger")).json()["notices"]["sources"][META]
    page = (await client.get("/console?lang=en")).text
    life = (await client.get(f"/v1/leads/{waiting.id}")).json()

    assert (meta["notified"], meta["fetched"], meta["waiting"]) == (2, 1, 1)
    assert meta["oldest_waiting_at"] == "2026-09-01T12:00:00Z"
    assert "Told of by platforms" in page
    assert (life["place"], life["notices"][0]["platform"]) == ("in_flight", "meta")
    assert (await client.get(f"/v1/leads/{fetched.id}")).json()["fetched_after_ms"] > 0
    assert (await client.get(f"/console/leads/{waiting.id}")).status_code == 200


async def test_a_quiet_door_is_marked_on_the_page(
    chain: Chain, client: httpx.AsyncClient, database: SqlDatabase
) -> None:
    await put(chain)
    assert "Unexpectedly quiet" not in (await client.get("/console?lang=en")).text

    await DoorStore(database).fall_quiet("google-search", NOON.timestamp())

    assert "Unexpectedly quiet since 2026-09-01 14:00:00" in (await client.get("/console?lang=en")).text


async def test_hostile_values_stay_text_on_every_page(chain: Chain, client: httpx.AsyncClient) -> None:
    hostile = a_lead(
        person=a_person(full_name=HOSTILE, email=HOSTILE, phone=HOSTILE),
        address=Address(city=HOSTILE),
        answers={HOSTILE: [HOSTILE, HOSTILE]},
        message=HOSTILE,
        product=HOSTILE,
    )
    await put(chain, hostile)

    for path in ("/console", f"/console/leads/{hostile.id}"):
        page = (await client.get(path)).text
        assert "&lt;script&gt;alert(1)" in page
        assert not re.search(r"<(script|img)", page)
        assert "49" not in page.replace(hostile.id, "")


async def test_pages_may_load_nothing_but_their_own_style_sheet(client: httpx.AsyncClient) -> None:
    page = await client.get("/console")
    style = await client.get("/console/console.css")

    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    assert re.findall(r'(?:src|href)="([^"]+\.[a-z]+)"', page.text) == ["/console/console.css"]
    assert not re.search(r"\sstyle=|<style|\son\w+=", page.text)
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "//" not in style.text
    assert "url(" not in style.text


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "", "sv"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "de,en;q=0.5", "en"),
        ("?lang=sv", "en", "sv"),
        ("", "fi", "sv"),
    ],
)
async def test_pages_speak_swedish_or_english(
    asked: str, accepted: str, language: str, client: httpx.AsyncClient
) -> None:
    page = (await client.get(f"/console{asked}", headers={"accept-language": accepted})).text

    assert f'<html lang="{language}">' in page
    assert ({"sv": "Bokslut", "en": "Ledger"}[language]) in page


async def test_leads_are_paged_newest_first_without_gap_or_repeat(store: ConsoleStore, chain: Chain) -> None:
    await chain.publish(*(received(a_lead(f"s-{n}")) for n in range(7)))
    await chain.read()

    first = await store.newest_leads(3)
    second = await store.newest_leads(3, first.older)
    third = await store.newest_leads(3, second.older)

    ids = [line.lead_id for page in (first, second, third) for line in page.lines]
    assert ids == sorted((a_lead(f"s-{n}").id for n in range(7)), reverse=True)
    assert third.older is None


@pytest.mark.parametrize("before", ["nonsense", "1.0_x", "nan_" + UNKNOWN, "%00"])
async def test_a_broken_link_to_older_leads_still_shows_a_page(before: str, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/console?before={before}")).status_code == 200


async def test_lists_for_the_command_line(store: ConsoleStore, chain: Chain) -> None:
    waiting, turned_down = a_lead("s-1"), a_lead("s-2")
    await chain.publish(received(waiting), held(waiting), received(turned_down, is_test=True), rejected(turned_down))
    await chain.read()

    held_leads = (await store.held(10)).lines
    source = (await store.sources())[0]

    assert [(line.lead_id, line.reason) for line in held_leads] == [(waiting.id, "nurture")]
    assert (source.source, source.last_lead_at is not None, source.last_test_at is not None) == (
        "google-search",
        True,
        True,
    )
