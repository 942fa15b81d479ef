"""The section of a destination of kind `email`."""

from typing import Literal

from pydantic import field_validator

from services.router.configuration.destination import DestinationSection
from shared.domain.contact_points import canonical_email

OWNER = "owner"


class EmailSection(DestinationSection):
    """The section of an e-mail destination. `to` is `owner` or addresses; `fallback` gets the rest."""

    kind: Literal["email"]
    to: str | list[str] = OWNER
    fallback: str | None = None
    language: Literal["sv", "en"] = "sv"

    @property
    def addresses(self) -> list[str]:
        """Return the fixed addresses; none where the owner is meant."""
        if self.to == OWNER:
            return []
        return [self.to] if isinstance(self.to, str) else self.to

    @field_validator("to", "fallback")
    @classmethod
    def _are_addresses(cls, told: str | list[str] | None) -> str | list[str] | None:
        addresses = told if isinstance(told, list) else [told]
        if not addresses or any(canonical_email(each) is None for each in addresses if each not in {OWNER, None}):
            raise ValueError("write `owner`, an e-mail address or a list of them")
        return told
