"""The section of a source of kind `meta`."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr

from services.ingest.configuration.forms import weak_keys
from services.ingest.configuration.platform import HttpUrl, Length, PlatformSettings
from services.ingest.verification.configuration import Verification
from services.ingest.verification.proofs import Secrets
from shared.domain.model import Section, listed

ContactField = Literal[
    "person.email",
    "person.phone",
    "person.full_name",
    "person.first_name",
    "person.last_name",
    "person.job_title",
    "company.name",
    "company.size",
    "company.industry",
    "address.street",
    "address.postal_code",
    "address.city",
    "address.region",
    "address.country",
    "message",
]


class Disclaimer(Section):
    """What one checkbox of a form's custom disclaimer is a consent to, and what it says."""

    purpose: str
    channels: list[str] = []
    text: str | None = None
    version: str | None = None


class MetaConfiguration(PlatformSettings):
    """Lead forms of Facebook and Instagram: any number of Pages and forms under one URL.

    `verify_token` is what is typed beside the callback URL; `app_secrets` are the app's, several while one is replaced.
    `appsecret_proof` is for apps that require it; it is made with the first secret. `pages` are those whose forms are
    listed by back-fill and the gap healer; without any, those that the token may see. `fields` gives a place to a
    form's own field by its key, where its name does not tell; `disclaimers` says what a checkbox means, by its key;
    without it the key is the purpose. `gone_after` is how long a lead may be missing before it counts as deleted.

    Not confirmed, and settings therefore: the Graph version (`api_url`), Meta's 90 days of retention, whether
    `/me/accounts` lists the Pages of every kind of token (`pages`), how soon a lead can be read (`gone_after`), and how
    long to rest where Meta does not say (`throttled_for`) (inbound-sources 2.4, 8).
    """

    kind: Literal["meta"]
    verify_token: SecretStr = Field(min_length=1)
    app_secrets: Secrets
    api_url: HttpUrl = "https://graph.facebook.com/v25.0"
    appsecret_proof: bool = False
    pages: Annotated[list[str], BeforeValidator(listed)] = []
    fields: dict[str, ContactField] = {}
    disclaimers: dict[str, Disclaimer] = {}
    gone_after: Length = timedelta(hours=1)
    throttled_for: Length = timedelta(minutes=1)
    timeout: Annotated[Length, Field(le=timedelta(minutes=1))] = timedelta(seconds=15)

    @property
    def verification(self) -> Verification:
        """Return how Meta signs, with every secret that is valid now."""
        return Verification(preset="meta", secrets=self.app_secrets)

    @property
    def warnings(self) -> list[str]:
        """Say what works and is still unwise, and what cannot work yet."""
        return [*weak_keys("app_secrets", self.app_secrets), *self.token_warnings]

    @property
    def needs_public_url(self) -> bool:
        """Tell whether the sender signs the address it calls, so that `TRATT_PUBLIC_URL` must be set."""
        return False
