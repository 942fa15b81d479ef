"""Sections of the ways to prove a sender other than by a signature, and the lists of secrets that they share."""

import re
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints

from services.ingest.verification.networks import Network
from shared.domain.model import Section, listed

STRONG_TOKEN = 16
"""Characters from which nobody guesses a token."""


def _network(value: object) -> object:
    try:
        return ip_network(value, strict=False) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("write an address or a network, such as 198.51.100.7 or 203.0.113.0/24") from None


def _path_secret(secret: SecretStr) -> SecretStr:
    if not _SEGMENT.fullmatch(secret.get_secret_value()):
        raise ValueError(
            f"use {STRONG_TOKEN} or more letters, digits, -, ., _ or ~: it stands in a URL and is all the proof"
        )
    return secret


_SEGMENT = re.compile(rf"[A-Za-z0-9._~-]{{{STRONG_TOKEN},}}")

Secrets = Annotated[list[Annotated[SecretStr, Field(min_length=1)]], BeforeValidator(listed), Field(min_length=1)]
"""Secrets that are valid at once, so that one can be changed without losing a lead. A single one may stand alone."""
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
NetworkText = Annotated[Network, BeforeValidator(_network)]
PathSecrets = Annotated[
    list[Annotated[SecretStr, AfterValidator(_path_secret)]], BeforeValidator(listed), Field(min_length=1)
]
"""Segments that end the URL, valid at once."""


class HeaderToken(Section):
    """A token in a header: `{name: X-Api-Key, tokens: […]}`; `scheme` is what stands before it, such as Bearer."""

    name: HeaderName
    tokens: Secrets
    scheme: str | None = None


class QueryToken(Section):
    """A token among the URL's parameters. It ends up in every log on the way; a header is better."""

    name: str = Field(min_length=1)
    tokens: Secrets


class BodyField(Section):
    """A token in the body, by the name of a field or by a path with dots."""

    path: str = Field(min_length=1)
    tokens: Secrets


class Basic(Section):
    """HTTP's user and password."""

    user: str = Field(pattern="^[^:]*$")
    passwords: Secrets


class Networks(Section):
    """Where requests may come from. `X-Forwarded-For` is believed only of `trusted_proxies`."""

    allow: list[NetworkText] = Field(min_length=1)
    trusted_proxies: list[NetworkText] = []
