"""The section `verification` of a source: how its sender proves itself. Whatever is given must hold, all of it."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from services.ingest.verification.keys import make_key
from services.ingest.verification.presets import PRESETS
from services.ingest.verification.proofs import (
    STRONG_TOKEN,
    Basic,
    BodyField,
    HeaderName,
    HeaderToken,
    Networks,
    PathSecrets,
    QueryToken,
    Secrets,
)
from services.ingest.verification.scheme import (
    Algorithm,
    Encoding,
    HeaderFormat,
    Scheme,
    SecretEncoding,
    TimestampUnit,
    find_fault,
)
from shared.domain.model import Duration, Section, listed


def _known(name: str) -> str:
    if name not in PRESETS:
        raise ValueError(f"there is no such preset: use one of {', '.join(PRESETS)}, or describe the signature here")
    return name


class Signature(Section):
    """How the sender signs: a preset, each key of which can be overridden, or all of it."""

    preset: Annotated[str, AfterValidator(_known)] | None = None
    algorithm: Algorithm | None = None
    encoding: Annotated[list[Encoding], BeforeValidator(listed), Field(min_length=1)] | None = None
    header: HeaderName | None = None
    header_format: HeaderFormat | None = None
    prefix: str | None = None
    signature_member: str | None = None
    timestamp_member: str | None = None
    separator: str | None = Field(default=None, min_length=1)
    versions: dict[Algorithm, str] | None = None
    signed: Annotated[list[str], BeforeValidator(listed), Field(min_length=1)] | None = None
    id_header: HeaderName | None = None
    timestamp_header: HeaderName | None = None
    timestamp_unit: TimestampUnit | None = None
    tolerance: Annotated[Duration, Field(gt=timedelta())] | None = None
    secret_encoding: SecretEncoding | None = None

    @property
    def is_signed(self) -> bool:
        """Tell whether anything of a signature is configured."""
        return any(name in self.model_fields_set for name in Signature.model_fields)

    @property
    def scheme(self) -> Scheme:
        """Return the preset with what is overridden. A `null` takes the preset's time or id away."""
        given = {name: getattr(self, name) for name in _SCHEME_KEYS & self.model_fields_set}
        kept: dict[str, Any] = {  # Any: each member was validated above
            name: tuple(value) if isinstance(value, list) else value
            for name, value in given.items()
            if value is not None or name in _MAY_GO
        }
        return replace(PRESETS[self.preset] if self.preset else Scheme(), **kept)


_SCHEME_KEYS = frozenset(place.name for place in fields(Scheme))
_MAY_GO = frozenset({"id_header", "timestamp_header", "timestamp_member"})


class Verification(Signature):
    """How a sender proves itself; a submission must pass all that is given here.

    `mode` speaks of the signature: with `if_present` what carries none passes, and a wrong one is still refused.
    """

    secrets: Secrets | None = None
    mode: Literal["required", "if_present", "off"] = "required"
    header_token: HeaderToken | None = None
    query_token: QueryToken | None = None
    body_field: BodyField | None = None
    basic: Basic | None = None
    networks: Networks | None = None
    secret_path: PathSecrets | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.checks_signature:
            self._check_signature()
        elif self.secrets is not None and not self.is_signed:
            raise ValueError("secrets are given but no signature: add a preset, or header and signed")
        elif self.mode == "if_present":
            raise ValueError("mode: if_present speaks of a signature: add a preset, or header and signed")
        elif self.mode == "required" and not self._proofs:
            raise ValueError(
                "nothing proves the sender: add a preset with secrets, header_token, query_token, body_field, basic, "
                "networks or secret_path; mode: off lets anybody in"
            )
        return self

    @property
    def checks_signature(self) -> bool:
        """Tell whether signatures are looked at."""
        return self.is_signed and self.mode != "off"

    @property
    def needs_public_url(self) -> bool:
        """Tell whether the sender signs the address it calls, so that `TRATT_PUBLIC_URL` must be set."""
        return self.checks_signature and self.scheme.needs_public_url

    @property
    def warnings(self) -> list[str]:
        """Say what works and is still unwise. Nothing of a secret is shown."""
        is_proved = bool(self._proofs) or (self.checks_signature and self.mode == "required")
        anybody = (
            [] if is_proved else [f"mode: {self.mode}, and nothing else proves the sender: anybody may post leads"]
        )
        weak = [
            f"{name}[{number}]: has {len(secret)} characters and can be guessed; use {STRONG_TOKEN} or more"
            for name, secrets in self._secrets.items()
            for number, secret in enumerate(secrets)
            if len(secret) < STRONG_TOKEN
        ]
        return anybody + weak

    @property
    def _proofs(self) -> list[Section | list[SecretStr]]:
        given = (self.header_token, self.query_token, self.body_field, self.basic, self.networks, self.secret_path)
        return [proof for proof in given if proof is not None]

    @property
    def _secrets(self) -> dict[str, list[SecretStr]]:
        return {
            "secrets": self.secrets or [],
            "header_token.tokens": self.header_token.tokens if self.header_token else [],
            "query_token.tokens": self.query_token.tokens if self.query_token else [],
            "body_field.tokens": self.body_field.tokens if self.body_field else [],
            "basic.passwords": self.basic.passwords if self.basic else [],
        }

    def _check_signature(self) -> None:
        scheme = self.scheme
        if fault := find_fault(scheme):
            raise ValueError(fault)
        if "tolerance" in self.model_fields_set and not scheme.is_timed:
            raise ValueError("tolerance is given but no time is signed: add timestamp_header, or leave it out")
        if self.secrets is None:
            raise ValueError("secrets are missing: add those that the sender signs with")
        for number, secret in enumerate(self.secrets):
            try:
                make_key(secret.get_secret_value(), scheme)
            except ValueError as error:
                raise ValueError(f"secrets[{number}] {error}") from None  # the cause would quote it
