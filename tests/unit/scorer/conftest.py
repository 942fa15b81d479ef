"""What the scorer's tests share: the shipped tables, and a judge with the vocabulary of a solar company."""

from collections.abc import Callable

import pytest

from services.scorer.background import Background
from services.scorer.configuration import Scoring
from services.scorer.enrichers import ENRICHERS
from services.scorer.judge import Judge
from services.scorer.reference_data import ReferenceData
from shared.domain.business import Business, Product, Question
from shared.domain.lead import Lead
from shared.domain.model import Text
from shared.domain.score import Facts

QUESTIONS = {
    "interest": Question(
        type="choice",
        many=True,
        options={"solar": ["Solceller", "solpaneler"], "battery": ["Batteri", "batterilager"], "charger": ["Laddbox"]},
        aliases=["vad_är_du_intresserad_av"],
        sets="product",
    ),
    "housing": Question(
        type="choice",
        options={"villa": ["Villa", "Hus"], "brf": ["Bostadsrättsförening", "BRF"], "company": ["Företag"]},
        aliases=["hur_bor_du?", "boende"],
    ),
    "start": Question(type="choice", options={"now": ["Så snart som möjligt"], "3m": ["Inom 3 månader"]}),
    "budget": Question(type="number", unit="SEK"),
    "roof_area": Question(type="number", unit="m2", aliases=["takyta"]),
    "wishes": Question(type="text"),
}
PRODUCTS = {
    "solar": Product(label=Text(sv="Solceller", en="Solar panels"), requires=[["phone", "email"], "postal_code"]),
    "battery": Product(label=Text(sv="Batteri", en="Battery"), requires=[["phone", "email"], "housing"]),
}


@pytest.fixture(scope="session")
def reference() -> ReferenceData:
    return ReferenceData.load()


@pytest.fixture(scope="session")
def facts_of(reference: ReferenceData) -> Callable[[Lead], Facts]:
    """Return what gives a lead's facts by all enrichers in their order."""
    background = Background(country="SE", questions=QUESTIONS, reference=reference)
    enrichers = [make(background) for make in ENRICHERS.values()]

    def gather(lead: Lead) -> Facts:
        facts: Facts = {}
        for enricher in enrichers:
            facts.update(enricher.enrich(lead, facts))
        return facts

    return gather


@pytest.fixture(scope="session")
def judge_by(reference: ReferenceData) -> Callable[[Scoring], Judge]:
    """Return what makes a judge of a scoring section."""

    def make(scoring: Scoring) -> Judge:
        return Judge(scoring, business=Business(), questions=QUESTIONS, products=PRODUCTS, reference=reference)

    return make
