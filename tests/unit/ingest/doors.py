"""A door to Google Ads for tests, its key, and submissions that come through it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from services.ingest.configuration import FormSettings, GoogleAdsConfiguration
from services.ingest.guard import Document
from services.ingest.service import IngestService
from services.ingest.sources import make_sources
from services.ingest.sources.context import SourceContext
from services.ingest.sources.google_ads import GoogleAds
from services.ingest.submission import Submission, SubmittedLead
from shared.domain.events import Event, decode
from shared.ports import EventPublisher, Message

SOURCE = "google-search"
KEY = "try-me"
OLD_KEY = "före-rotationen"
PERSON_KEY = b"invented"
AT = datetime(2026, 5, 1, 12, 30, 1, tzinfo=UTC)

CONFIGURATION = GoogleAdsConfiguration(
    kind="google_ads",
    keys=[SecretStr(KEY), SecretStr(OLD_KEY)],
    channel="paid_search",
    segment="b2c",
    product="solar",
    campaign_name="Sol",
    forms={"40000000001": FormSettings(product="battery", campaign_name="Batteri höst")},
)


def google() -> GoogleAds:
    return GoogleAds(CONFIGURATION, SourceContext(SOURCE, PERSON_KEY))


def service(publisher: EventPublisher) -> IngestService:
    sources = make_sources({SOURCE: CONFIGURATION}, person_key=PERSON_KEY, public_url=None)
    return IngestService(publisher, sources, person_key=PERSON_KEY, country="SE")


def payload(**members: Any) -> dict[str, Any]:  # Any: whatever a sender may put there
    """Build Lina Exempel's lead, with members replaced or added."""
    lina = {
        "lead_id": "lina-1",
        "user_column_data": [
            {"column_id": "FULL_NAME", "string_value": "Lina Exempel"},
            {"column_id": "EMAIL", "string_value": "Lina@Exempel.se"},
        ],
        "form_id": 40000000001,
        "google_key": KEY,
        "lead_submit_time": "2026-05-01T12:30:00Z",
    }
    return lina | members


def body(**members: Any) -> bytes:  # Any: as above
    return json.dumps(payload(**members), ensure_ascii=False).encode()


def submission(content: bytes, *, source: str = SOURCE, at: datetime = AT, **headers: str) -> Submission:
    """Build a request. Headers by name, with `_` for `-`."""
    return Submission(
        source=source,
        method="POST",
        path=f"/v1/sources/{source}",
        query=b"",
        headers={name.replace("_", "-").encode(): value.encode() for name, value in headers.items()},
        body=content,
        received_at=at,
    )


def parse(content: bytes) -> SubmittedLead:
    """Read a body that can be used, and return its one lead."""
    door, came = google(), submission(content)
    document = door.read(came)
    assert isinstance(document, Document)
    (lead,) = door.parse(came, document).leads
    return lead


class Published(list[Message]):
    """A publisher that keeps what it was given; with `errors`, it raises them first, one per call."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self._errors = list(errors)

    async def publish(self, messages: Sequence[Message]) -> None:
        if self._errors:
            raise self._errors.pop(0)
        self += messages

    @property
    def events(self) -> list[Event]:
        return [event for message in self if (event := decode(message.value)) is not None]
