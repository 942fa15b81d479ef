"""What takes submissions in, from one stack: for the role, and for commands that read again what came to it."""

from collections.abc import Iterable, Mapping

from services.ingest.service import IngestService
from services.ingest.sources import LeadSource, make_sources
from services.wiring import Stack
from shared.ports import EventPublisher


def ingest_service(stack: Stack, publisher: EventPublisher) -> IngestService:
    """Build what takes submissions in."""
    sources = ingest_sources(stack, stack.configuration.sources)
    return IngestService(publisher, sources, person_key=stack.keys.person, country=stack.configuration.company.country)


def ingest_sources(stack: Stack, names: Iterable[str]) -> Mapping[str, LeadSource]:
    """Make configured sources as the role has them: whoever reads what came through a door reads it as the door did."""
    return make_sources(
        {name: stack.configuration.sources[name] for name in names},
        person_key=stack.keys.person,
        public_url=stack.settings.public_url,
        signing=stack.keys.signing,
        questions=stack.configuration.questions,
    )
