"""The section of a source of kind `webhook`: any sender, by a preset, by what is written here, or by both."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from services.ingest.configuration.forms import SourceSettings
from services.ingest.configuration.kinds import meant_by
from services.ingest.decoding.configuration import Decoding
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.presets import PRESETS, combined
from services.ingest.verification.configuration import Signature, Verification
from shared.domain.model import listed

Method = Literal["POST", "PUT", "PATCH", "GET"]
SIGNATURE = frozenset(Signature.model_fields)
CONTACTS = frozenset({"person.email", "person.phone"})
SHORT_FORMS = ("secrets", "secret_path")
"""Keys of `verification` that may stand at the source itself, as nearly every source has one of them."""


class WebhookConfiguration(SourceSettings):
    """How a sender proves itself, what its bodies are written in, and which member is what.

    `preset` names a known sender; what is written here goes before it. `secrets` and `secret_path` are short for the
    same keys of `verification`. `methods` are those that the sender uses.
    """

    kind: Literal["webhook"]
    preset: str | None = None
    methods: Annotated[list[Method], BeforeValidator(listed), Field(min_length=1)] = ["POST"]
    verification: Verification
    decoding: Decoding = Decoding()
    mapping: MappingConfiguration

    @model_validator(mode="before")
    @classmethod
    def _with_preset(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        written = dict(given)
        short = {name: written.pop(name) for name in SHORT_FORMS if name in written}
        verification = written.get("verification", {})
        if isinstance(verification, Mapping) and short:
            written["verification"] = {**short, **verification}
        name = written.get("preset")
        if name is None:
            return {"verification": {}, **written}
        if name not in PRESETS:
            near = meant_by(str(name))
            hint = f"; did you mean {near}?" if near else ""
            raise ValueError(f"there is no preset '{name}': use one of {', '.join(PRESETS)}, or write a mapping{hint}")
        laid = combined(PRESETS[name], written)
        proof = laid["verification"]
        if isinstance(proof, Mapping) and "secrets" in proof and SIGNATURE.isdisjoint(proof):
            raise ValueError(f"secrets: {name} does not sign; use secret_path, or another proof of verification")
        return laid

    @property
    def warnings(self) -> list[str]:
        """Say what works and is still unwise."""
        nobody = (
            "mapping.fields: neither person.email nor person.phone, so nobody could be reached: add one, or guess: true"
        )
        is_without = not self.mapping.guess and CONTACTS.isdisjoint(self.mapping.fields)
        return [
            *([nobody] if is_without else []),
            *(f"verification.{warning}" for warning in self.verification.warnings),
        ]

    @property
    def needs_public_url(self) -> bool:
        """Tell whether the sender signs the address it calls, so that `TRATT_PUBLIC_URL` must be set."""
        return self.verification.needs_public_url
