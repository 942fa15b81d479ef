"""What enrichers know before they meet a lead: the company's own words, and the look-up tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.scorer.reference_data import ReferenceData
from shared.domain.business import Question


@dataclass(frozen=True, slots=True)
class Background:
    """One per process. `country` is what a lead means that names none."""

    country: str
    questions: Mapping[str, Question]
    reference: ReferenceData
