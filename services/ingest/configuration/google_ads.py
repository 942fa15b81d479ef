"""The section of a source of kind `google_ads`."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from services.ingest.configuration.forms import SourceSettings, weak_keys
from services.ingest.configuration.google_ads_export import ExportSettings


class GoogleAdsConfiguration(SourceSettings):
    """Google Ads lead forms: any number of them under one URL.

    `keys` are all valid at once, so that one can be changed without losing a lead. `forms` is by form id. `csv`
    tells of the file that Google's page exports, for `tratt backfill`.
    """

    kind: Literal["google_ads"]
    keys: list[Annotated[SecretStr, Field(min_length=1)]] = Field(min_length=1)
    csv: ExportSettings = ExportSettings()

    @property
    def warnings(self) -> list[str]:
        """Say what works and is still unwise."""
        return list(weak_keys("keys", self.keys))

    @property
    def needs_public_url(self) -> bool:
        """Tell whether the sender signs the address it calls, so that `TRATT_PUBLIC_URL` must be set."""
        return False
