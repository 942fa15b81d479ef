"""A form's configuration written as the mapping it stands for."""

from collections.abc import Collection, Mapping

from services.ingest.configuration.form import FormConfiguration, FormConsent
from services.ingest.decoding.brackets import places_of
from services.ingest.decoding.configuration import Decoding
from services.ingest.mapping.configuration import ConsentRule, MappingConfiguration
from services.ingest.mapping.guessing.names import meaning
from services.ingest.mapping.leftovers import path_text
from services.ingest.mapping.rules import FieldRule
from shared.domain.model import Text

VERSION = "form-1"
"""The mapping's version where the configuration gives none."""
MARKS = ("_charset_", "utf8")
"""Hidden fields that tell how a page is encoded, and nothing of its person."""
Language = str
"""`sv` or `en`."""


def decoding_of(form: FormConfiguration) -> Decoding:
    """Return how the form's bodies are read: the query of its address counts too, unless the configuration says not."""
    own = form.decoding
    return own if "query" in own.model_fields_set else own.model_copy(update={"query": "with_body"})


def mapping_of(form: FormConfiguration, language: Language, *, asked: Collection[str]) -> MappingConfiguration:
    """Return the mapping of a form in one language.

    What the configuration's own mapping says goes before what is made of `fields`, `consents` and the rest; the usual
    names are guessed unless it says `guess: false`. A field that is a question of the company (`asked`) is an answer.
    """
    own = form.mapping
    given = own.model_fields_set
    return own.model_copy(
        update={
            "version": own.version if "version" in given else VERSION,
            "guess": own.guess if "guess" in given else True,
            "honeypot": own.honeypot or [path for name in form.honeypot for path in _paths(name)] or None,
            "ignore": [*(own.ignore or ()), *(path for name in _kept_nowhere(form) for path in _paths(name))],
            "fields": {**_fields(form, asked), **own.fields},
            "consents": [*own.consents, *(_consent(consent, language) for consent in form.consents)],
        }
    )


def _kept_nowhere(form: FormConfiguration) -> tuple[str, ...]:
    return (form.stamp.field, *form.redirect_fields, *MARKS)


def _fields(form: FormConfiguration, asked: Collection[str]) -> Mapping[str, FieldRule]:
    found: dict[str, list[str]] = {}
    for name in form.fields:
        known = meaning(name) if name not in asked else None
        if known is not None:
            found.setdefault(known.target, []).extend(_paths(name))
    return {target: _first_of(paths) for target, paths in found.items()}


def _consent(consent: FormConsent, language: Language) -> ConsentRule:
    return ConsentRule(
        field=_first_of(_paths(consent.field)),
        purpose=consent.purpose,
        channels=consent.channels,
        basis=consent.basis,
        yes=[*consent.yes, *_texts(consent)],
        when_absent=consent.unticked,
        text=_text(consent, language),
        version=consent.version,
    )


def _texts(consent: FormConsent) -> list[str]:
    """Return what stands beside the box, which builders of pages send as its value."""
    return [consent.text.sv, consent.text.en] if isinstance(consent.text, Text) else [consent.text]


def _text(consent: FormConsent, language: Language) -> str:
    if not isinstance(consent.text, Text):
        return consent.text
    return consent.text.en if language == "en" else consent.text.sv


def _paths(name: str) -> list[str]:
    return [path_text(place) for place in places_of(name)]


def _first_of(paths: list[str]) -> FieldRule:
    return paths[0] if len(paths) == 1 else list(paths)
