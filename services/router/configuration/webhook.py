"""The section of a destination of kind `webhook`."""

from datetime import timedelta
from typing import Literal, Self

import httpx
from pydantic import Field, SecretStr, field_validator, model_validator
from standardwebhooks import Webhook as Signer

from services.router.configuration.destination import DestinationSection
from shared.domain.model import Duration

PUBLIC_PORTS = [443, 8443]
SECRET_BYTES = range(24, 65)
"""As Standard Webhooks 1.0.0 asks of a secret."""
_OURS = ("webhook-", "ce-", "content-", "host", "transfer-", "connection", "traceparent")


class WebhookSection(DestinationSection):
    """The section of a webhook. `secrets` are all signed with, so that a receiver may change from one to the next."""

    kind: Literal["webhook"]
    url: str
    secret: SecretStr | None = None
    secrets: list[SecretStr] = []
    format: Literal["standard_webhooks", "cloudevents_structured", "cloudevents_binary"] = "standard_webhooks"
    headers: dict[str, SecretStr] = {}
    allow_private: bool = False
    ports: list[int] | None = None
    in_flight: int = Field(default=8, ge=1, le=64)
    timeout: Duration = timedelta(seconds=15)

    @property
    def signing_secrets(self) -> list[str]:
        """Return every secret, the first one first."""
        return [secret.get_secret_value() for secret in ([self.secret] if self.secret else []) + self.secrets]

    @field_validator("headers")
    @classmethod
    def _headers_are_theirs(cls, headers: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, value in headers.items():
            if name.lower().startswith(_OURS):
                raise ValueError(f"the header {name} is written by the webhook itself")
            if not name.isascii() or not all(char.isprintable() for char in name + value.get_secret_value()):
                raise ValueError(f"the header {name} holds characters a header cannot")
        return headers

    @model_validator(mode="after")
    def _is_signed(self) -> Self:
        if not self.signing_secrets:
            raise ValueError("needs a secret: whsec_ and 24 to 64 random bytes in base64")
        for secret in self.signing_secrets:
            if _secret_bytes(secret) not in SECRET_BYTES:
                raise ValueError("a secret is whsec_ and 24 to 64 random bytes in base64")
        return self

    @model_validator(mode="after")
    def _leads_outside(self) -> Self:
        try:
            url = httpx.URL(self.url)
        except httpx.InvalidURL as error:
            raise ValueError("is no url") from error
        if url.scheme not in ({"http", "https"} if self.allow_private else {"https"}) or not url.host:
            raise ValueError("needs an https:// url (http:// only with allow_private)")
        if url.userinfo:
            raise ValueError("write credentials under headers, not into the url")
        ports = self.ports or ([] if self.allow_private else PUBLIC_PORTS)
        if ports and (url.port or 443) not in ports:
            raise ValueError(f"port {url.port} is not among {ports}: name it under ports if it is meant")
        return self


def _secret_bytes(secret: str) -> int:
    try:
        return len(Signer(secret)._whsecret)  # noqa: SLF001 - the library tells a secret's bytes nowhere else
    except (ValueError, RuntimeError):
        return 0
