"""What is meant by a kind of source that there is none of: a platform's other name, or that of a form builder."""

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from services.ingest.presets import PRESETS

KIND = "kind"
KINDS = ("form", "google_ads", "linkedin", "meta", "webhook")
OTHER_NAMES: Mapping[str, str] = {
    "adwords": "google_ads",
    "facebook": "meta",
    "facebook_ads": "meta",
    "facebook_lead_ads": "meta",
    "google": "google_ads",
    "google_lead_forms": "google_ads",
    "html": "form",
    "http": "webhook",
    "instagram": "meta",
    "landing_page": "form",
    "lead_ads": "meta",
    "linkedin_ads": "linkedin",
    "linkedin_lead_gen_forms": "linkedin",
    "meta_lead_ads": "meta",
    "website": "form",
}
"""Kinds by what else their senders are called."""
LIKE = 0.75
"""How much a name must be like another to be a slip of the pen for it, of 1."""


def meant_by(name: str) -> str | None:
    """Write what somebody means who names a kind or a preset so; None where nothing is like it."""
    plain = name.strip().casefold().replace("-", "_").replace(" ", "_")
    (near, *_) = get_close_matches(plain, [*KINDS, *OTHER_NAMES, *PRESETS], n=1, cutoff=LIKE) or [""]
    if near in PRESETS:
        return f"{KIND}: webhook with preset: {near}"
    return f"{KIND}: {OTHER_NAMES.get(near, near)}" if near else None


def check_kind(section: object) -> object:
    """Refuse a section of a kind that there is none of, and say which is meant.

    Raises:
        ValidationError: at the section's `kind`.
    """
    kind = section.get(KIND) if isinstance(section, Mapping) else None
    if not isinstance(kind, str) or kind in KINDS:
        return section
    near = meant_by(kind)
    hint = f"did you mean {near}?" if near else "a sender without a kind of its own has kind: webhook"
    said = f"is not a kind here (or not built yet); there are {', '.join(KINDS)}; {hint}"
    fault = PydanticCustomError("unknown_kind", "{said}", {"said": said})
    raise ValidationError.from_exception_data(
        "source", [InitErrorDetails(type=fault, loc=(KIND,), input=kind)], hide_input=True
    )
