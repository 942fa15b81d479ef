"""What all sources have in common whose notices hold only an id, so that the lead itself is fetched from a platform."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from services.ingest.configuration.forms import SourceSettings
from shared.domain.model import Duration

UNSET = frozenset({"", "none"})
"""What an access token is while there is none: the example's `${META_TOKEN:-none}`."""

HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s?#@]+$"), AfterValidator(lambda url: url.rstrip("/"))]
"""Where an API is: without credentials, query or a slash at its end."""
Length = Annotated[Duration, Field(gt=timedelta())]


class PlatformSettings(SourceSettings):
    """How leads are fetched. Without `access_token` their notices wait, and say so.

    `concurrency` fetches are under way at once. A lead that cannot be had for `give_up_after` becomes a dead letter;
    platforms keep leads for 90 days (unconfirmed, inbound-sources 8). What waits for a permission is tried again every
    `probe_every`. Every `heal_every` the platform is asked what it holds of the last `heal_back`, and what no notice
    told of is fetched.
    """

    kind: str
    api_url: HttpUrl
    access_token: SecretStr = SecretStr("none")
    concurrency: int = Field(default=8, ge=1, le=64)
    give_up_after: Length = timedelta(days=7)
    probe_every: Length = timedelta(minutes=1)
    heal_every: Length = timedelta(hours=1)
    heal_back: Length = timedelta(hours=48)

    @property
    def token(self) -> str | None:
        """Return the access token, None while there is none."""
        token = self.access_token.get_secret_value().strip()
        return None if token.lower() in UNSET else token

    @property
    def token_warnings(self) -> list[str]:
        """Say that nothing can be fetched yet, where that is so."""
        return [] if self.token else ["access_token: there is none yet, so notices wait and no lead is fetched"]
