"""The section `destinations` of the configuration: every place that decisions are pushed to, by its name."""

from typing import Annotated

from pydantic import Field

from services.router.configuration.email import EmailSection
from services.router.configuration.journal import JournalSection
from services.router.configuration.webhook import WebhookSection

AnyDestinationSection = Annotated[WebhookSection | JournalSection | EmailSection, Field(discriminator="kind")]
"""One entry of the section, told apart by `kind`."""
