"""The destinations: what one is to the delivery loop, and every kind there is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.router.configuration.destinations import AnyDestinationSection
from services.router.configuration.email import EmailSection
from services.router.configuration.journal import JournalSection
from services.router.configuration.webhook import WebhookSection
from services.router.destinations.email import Email
from services.router.destinations.journal import Journal
from services.router.destinations.transport import checked_transport
from services.router.destinations.webhook import Webhook
from services.router.outcome import Delivery, Outcome
from shared.domain.business import Seller
from shared.ports import Mailer


class Destination(Protocol):
    """Somewhere decisions are pushed to. `pushes` may run at once, each of up to `batch` deliveries."""

    pushes: int
    batch: int

    async def preflight(self) -> list[str]:
        """Return what would keep a lead from arriving, one sentence each. Changes nothing and sends no lead."""
        ...

    async def push(self, deliveries: Sequence[Delivery]) -> Sequence[Outcome]:
        """Push, and return one outcome each, in order. The same delivery may come again under the same id.

        What goes wrong is an outcome, never an error raised.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What destinations are built with, beside their own section."""

    data_dir: Path
    mailer: Mailer
    people: Mapping[str, Seller]


def _webhook(section: WebhookSection, _around: Surroundings) -> Destination:
    transport = checked_transport(connections=section.in_flight, allow_private=section.allow_private)
    return Webhook(section, transport=transport)


def _journal(section: JournalSection, around: Surroundings) -> Destination:
    return Journal(around.data_dir / section.path)


def _email(section: EmailSection, around: Surroundings) -> Destination:
    return Email(section, mailer=around.mailer, people=around.people)


DESTINATIONS: Mapping[type, Callable[..., Destination]] = {
    WebhookSection: _webhook,
    JournalSection: _journal,
    EmailSection: _email,
}
"""How each kind is built, by its section's type."""


def build(section: AnyDestinationSection, around: Surroundings) -> Destination:
    """Build the destination a section describes."""
    return DESTINATIONS[type(section)](section, around)
