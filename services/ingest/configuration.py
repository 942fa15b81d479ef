"""The section `sources` of the configuration: every door by its id, which is its name in the URL."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints

from shared.domain.model import Section

STRONG_KEY = 16
"""Characters from which nobody guesses a key. Google's own help shows keys like "123", so a shorter one only warns."""


class FormSettings(Section):
    """What one form of a source means. What it leaves out, the source says."""

    channel: str | None = None
    segment: str | None = None
    product: str | None = None
    campaign_name: str | None = None


class GoogleAdsConfiguration(FormSettings):
    """Google Ads lead forms: any number of them under one URL.

    `keys` are all valid at once, so that one can be changed without losing a lead. `forms` is by form id.
    """

    kind: Literal["google_ads"]
    keys: list[Annotated[SecretStr, Field(min_length=1)]] = Field(min_length=1)
    forms: dict[str, FormSettings] = {}

    @property
    def warnings(self) -> list[str]:
        """Say what works and is still unwise. Nothing of a key is shown."""
        return [
            f"keys[{number}]: has {len(key)} characters and can be guessed; use {STRONG_KEY} or more"
            for number, key in enumerate(self.keys)
            if len(key) < STRONG_KEY
        ]


SourceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
SourceConfiguration = GoogleAdsConfiguration
"""One source. With a second kind it becomes a union, told apart by `kind`."""
Sources = dict[SourceId, SourceConfiguration]
