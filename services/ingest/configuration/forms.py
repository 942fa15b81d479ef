"""What the forms of a source mean, where they do not say it themselves."""

from collections.abc import Iterable, Iterator

from pydantic import SecretStr

from shared.domain.model import Section

STRONG_KEY = 16
"""Characters from which nobody guesses a key. Google's own help shows keys like "123", so a shorter one only warns."""


class FormSettings(Section):
    """What one form of a source means. What it leaves out, the source says."""

    channel: str | None = None
    segment: str | None = None
    product: str | None = None
    campaign_name: str | None = None


class SourceSettings(FormSettings):
    """What all kinds of sources have: what their leads mean, and by form id what those of one form do."""

    forms: dict[str, FormSettings] = {}

    def of_form(self, form_id: str | None) -> FormSettings:
        """Return what a form means, with what the source says in place of what it leaves out."""
        form = self.forms.get(form_id or "", self)
        return FormSettings(**{name: getattr(form, name) or getattr(self, name) for name in FormSettings.model_fields})


def weak_keys(name: str, keys: Iterable[SecretStr]) -> Iterator[str]:
    """Warn of keys that can be guessed. Nothing of a key is shown."""
    for number, key in enumerate(keys):
        if len(key) < STRONG_KEY:
            yield f"{name}[{number}]: has {len(key)} characters and can be guessed; use {STRONG_KEY} or more"
