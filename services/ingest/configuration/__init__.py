"""The section `sources` of the configuration: every door by its id, which is its name in the URL."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from services.ingest.configuration.form import FormConfiguration
from services.ingest.configuration.forms import FormSettings, SourceSettings
from services.ingest.configuration.google_ads import GoogleAdsConfiguration
from services.ingest.configuration.kinds import check_kind
from services.ingest.configuration.linkedin import LinkedInConfiguration
from services.ingest.configuration.meta import MetaConfiguration
from services.ingest.configuration.webhook import WebhookConfiguration

__all__ = [
    "FormConfiguration",
    "FormSettings",
    "GoogleAdsConfiguration",
    "LinkedInConfiguration",
    "MetaConfiguration",
    "SourceConfiguration",
    "SourceId",
    "SourceSettings",
    "Sources",
    "WebhookConfiguration",
]

SourceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
SourceConfiguration = (
    FormConfiguration | GoogleAdsConfiguration | LinkedInConfiguration | MetaConfiguration | WebhookConfiguration
)
"""One source, told apart by `kind`."""
Sources = dict[SourceId, Annotated[SourceConfiguration, Field(discriminator="kind"), BeforeValidator(check_kind)]]
