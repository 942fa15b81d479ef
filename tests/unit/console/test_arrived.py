"""What a source is known to have sent: from the model, and beyond where the console has read."""

from datetime import datetime, timedelta

import pytest

from services.console.arrived import arrived
from services.console.store import receipts
from shared.adapters.database import SqlDatabase
from tests.builders import NOON, a_lead, received
from tests.unit.console.conftest import Chain


async def known(chain: Chain, database: SqlDatabase, since: datetime | None = None) -> list[str]:
    found = arrived(database, chain.log.reader(), "google-search", since=since)
    return [lead.submission_id async for lead in found]


async def test_leads_are_known_whether_the_console_has_read_them_or_not(chain: Chain, database: SqlDatabase) -> None:
    await chain.publish(received(a_lead("read")))
    await chain.read()
    await chain.publish(received(a_lead("not-read")))

    assert await known(chain, database) == ["read", "not-read"]


async def test_every_page_is_read_once(chain: Chain, database: SqlDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "PAGE", 2)
    await chain.publish(*(received(a_lead(f"s-{number}")) for number in range(5)))
    await chain.read()

    assert sorted(await known(chain, database)) == ["s-0", "s-1", "s-2", "s-3", "s-4"]


async def test_other_sources_and_older_leads_are_left_out(chain: Chain, database: SqlDatabase) -> None:
    yesterday = NOON - timedelta(days=1)
    await chain.publish(
        received(a_lead("new")),
        received(a_lead("old", received_at=yesterday)),
        received(a_lead("foreign", source="meta"), source="meta"),
    )
    await chain.read()
    await chain.publish(received(a_lead("foreign-too", source="meta"), source="meta"))

    assert await known(chain, database, since=NOON) == ["new"]


async def test_a_correction_stands_beside_what_it_corrects(chain: Chain, database: SqlDatabase) -> None:
    await chain.publish(received(a_lead()), received(a_lead(message="Ring efter fem")))
    await chain.read()

    assert await known(chain, database) == ["s-1", "s-1"]
