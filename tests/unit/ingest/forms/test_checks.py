"""What a form names must be there, before the first lead comes."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.ingest.configuration import FormConfiguration
from services.ingest.forms.checks import form_faults
from shared.domain.business import Question

HOUSING = Question(type="choice", options={"villa": ["Villa"], "company": ["Företag"]})
CONSENT = {"field": "nyhetsbrev", "purpose": "newsletter", "text": "Ja", "version": "1"}


def faults(**members: Any) -> list[str]:  # Any: the section's own
    form = FormConfiguration.model_validate({"kind": "form", "origins": ["https://exempelsol.se"], **members})
    found = form_faults(form, questions={"housing": HOUSING}, purposes={"newsletter"})
    return [f"{'.'.join(map(str, place))}: {message}" for place, message in found]


def test_a_form_that_names_what_is_there_has_no_fault() -> None:
    assert faults(consents=[CONSENT], segment="auto", segments={"b2b": {"housing": ["Company"]}}) == []


def test_a_consent_to_an_unknown_purpose_is_named() -> None:
    (fault,) = faults(consents=[{**CONSENT, "purpose": "news"}])

    assert fault.startswith("consents.0.purpose: no purpose 'news'")


def test_segments_are_held_against_the_questions_only_where_they_are_written_and_followed() -> None:
    unknown, no_option = faults(segment="auto", segments={"b2b": {"boende": "x", "housing": ["company", "firma"]}})

    assert "no question is named 'boende'" in unknown
    assert "no option 'firma': there are villa, company" in no_option
    assert faults(segment="b2c", segments={"b2b": {"boende": "x"}}) == []


def test_a_stamp_that_holds_every_lead_is_refused() -> None:
    stamp = {"at_least": "1h", "at_most": "1h"}

    with pytest.raises(ValidationError, match="at_least must be shorter than at_most"):
        FormConfiguration.model_validate({"kind": "form", "origins": ["https://exempelsol.se"], "stamp": stamp})
