"""The section of a source of kind `linkedin`."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints

from services.ingest.configuration.forms import weak_keys
from services.ingest.configuration.platform import HttpUrl, Length, PlatformSettings
from services.ingest.verification.configuration import Verification
from services.ingest.verification.proofs import PathSecrets, Secrets
from shared.domain.model import Section, listed


def _sendable(token: SecretStr) -> SecretStr:
    text = token.get_secret_value()
    if not text.isascii() or not text.isprintable():
        raise ValueError("holds characters that no token has: copy it again")
    return token


OwnerUrn = Annotated[str, StringConstraints(pattern=r"^urn:li:(sponsoredAccount|organization):[A-Za-z0-9_-]+$")]
"""An ad account or a Page: `urn:li:sponsoredAccount:5`, `urn:li:organization:7`."""


class FormConsent(Section):
    """What a form's consent is to."""

    purpose: str
    channels: list[str] = []


class LinkedInConfiguration(PlatformSettings):
    """LinkedIn lead forms: of any number of ad accounts and Pages under one URL.

    `client_secrets` are the app's, the newest first: the challenge is answered with the first, notices may be signed
    with any. `version` is one of LinkedIn's, yyyymm, each served for a year. `owners` are those that are listed, for
    back-fill and the gap healer. `consents` says what a form's consent is to, by the consent's id or by
    `<form id>/<consent id>`; without it the purpose is `consent_<id>`. `forms` is by form id.

    Not confirmed, and settings therefore (inbound-sources 3.1, 8): whether notices of leads are signed (`signature`;
    where it is not required, `secret_path` keeps strangers out); how long LinkedIn keeps a lead (`kept_for`: 90 days by
    one source, 365 by LinkedIn's own collection of requests); how long after its notice a lead may still be missing
    (`gone_after`); and how long to wait after a 429 without Retry-After (`throttled_for`; without it until midnight
    UTC, when LinkedIn's daily limits begin anew).
    """

    kind: Literal["linkedin"]
    client_secrets: Secrets
    api_url: HttpUrl = "https://api.linkedin.com/rest"
    access_token: Annotated[SecretStr, AfterValidator(_sendable)] = SecretStr("none")
    version: Annotated[str, StringConstraints(pattern=r"^20\d{4}(\.\d{2})?$")] = "202606"
    signature: Literal["required", "if_present", "off"] = "if_present"
    secret_path: PathSecrets | None = None
    owners: Annotated[list[OwnerUrn], BeforeValidator(listed)] = []
    consents: dict[str, FormConsent] = {}
    kept_for: Length = timedelta(days=365)
    gone_after: Length = timedelta(hours=24)
    throttled_for: Length | None = None
    timeout: Annotated[Length, Field(le=timedelta(minutes=1))] = timedelta(seconds=10)

    @property
    def verification(self) -> Verification:
        """Return how a notice proves itself: LinkedIn's signature variants, and the path where it is secret."""
        return Verification(
            preset="linkedin", secrets=self.client_secrets, mode=self.signature, secret_path=self.secret_path
        )

    @property
    def warnings(self) -> list[str]:
        """Say what works and is still unwise, and what cannot work yet."""
        is_open = self.signature != "required" and self.secret_path is None
        strangers = (
            f"signature: {self.signature}, and no secret_path: anybody may post notices. A forged one brings no lead, "
            "but who knows a lead's id can have it forgotten; add secret_path, or signature: required"
        )
        return [
            *([strangers] if is_open else []),
            *weak_keys("client_secrets", self.client_secrets),
            *self.token_warnings,
        ]

    @property
    def needs_public_url(self) -> bool:
        """Tell whether the sender signs the address it calls, so that `TRATT_PUBLIC_URL` must be set."""
        return False
