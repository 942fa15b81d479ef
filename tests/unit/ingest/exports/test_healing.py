"""Missing leads are published as their webhook would have, marked, and the same however often."""

from pathlib import Path

from services.ingest.exports.exported_leads import ExportedLead
from services.ingest.exports.healing import heal, healed
from shared.domain.events import LeadReceived
from shared.domain.lead import Attribution
from tests.builders import a_lead, received
from tests.unit.ingest.doors import SOURCE, Published, body, service, submission
from tests.unit.ingest.exports.exported import ENGLISH, KEYS, LINA, NOW, read, write

COLUMNS = [
    {"column_id": "FULL_NAME", "string_value": "Lina Exempel"},
    {"column_id": "EMAIL", "string_value": "Lina@Exempel.se"},
    {"column_id": "when_do_you_want_to_start?", "string_value": "Next month"},
]


async def healed_from(path: Path, *rows: tuple[str, ...]) -> list[LeadReceived]:
    missing = [row for row in read(write(path, *rows)) if isinstance(row, ExportedLead)]
    published = Published()
    await heal(missing, published, source=SOURCE, source_kind="google_ads", keys=KEYS, now=NOW)
    return [event for event in published.events if isinstance(event, LeadReceived)]


async def test_a_healed_lead_says_so_and_is_otherwise_the_webhooks_event(tmp_path: Path) -> None:
    by_webhook = Published()
    late = body(campaign_id=10000000000, gcl_id="EAIaIQ-x", user_column_data=COLUMNS)
    await service(by_webhook).accept(submission(late))

    (marked,) = await healed_from(tmp_path / "leads.csv", ENGLISH, LINA)

    (posted,) = by_webhook.events
    assert isinstance(posted, LeadReceived)
    assert (marked.id, marked.data.content) == (posted.id, posted.data.content)
    assert (marked.subject, marked.partitionkey) == (posted.subject, posted.partitionkey)
    assert marked.data.lead.signals == {"healed": True}
    assert posted.data.lead.signals == {}
    assert marked.data.lead.received_at == NOW


def test_the_campaigns_name_is_kept_where_the_configuration_tells_none() -> None:
    configured = received(a_lead(attribution=Attribution(campaign_id="1", campaign_name="Batteri höst")))
    other = received(a_lead(attribution=Attribution(campaign_id="1")))

    assert healed(configured, campaign_name="Höst").data.lead.attribution.campaign_name == "Batteri höst"
    assert healed(other, campaign_name="Höst").data.lead.attribution.campaign_name == "Höst"


async def test_healing_twice_publishes_the_same_events(tmp_path: Path) -> None:
    no_id = ("", *LINA[1:])

    first = await healed_from(tmp_path / "leads.csv", ENGLISH, LINA, no_id)
    again = await healed_from(tmp_path / "leads.csv", ENGLISH, LINA, no_id)

    assert len({event.id for event in first}) == 2
    assert [event.id for event in first] == [event.id for event in again]
