"""One lead's judgement: facts, fit, stage and hygiene, from the lead and the configuration alone."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from services.scorer.background import Background
from services.scorer.configuration import Scoring
from services.scorer.enrichers import ENRICHERS
from services.scorer.hygiene import judge_hygiene
from services.scorer.reference_data import ReferenceData
from services.scorer.scoring import Fit, compile_rules, judge_fit, missing_fields
from services.scorer.stages import COLD, compile_stages, stage_of
from shared.domain.business import Business, Product, Question
from shared.domain.conditions import compile_condition
from shared.domain.events import LeadReceived
from shared.domain.score import Facts, Hygiene, Score

VERSION_DIGITS = 12
"""Of a sha256, as a score names it; the tables keep the whole."""

_QUESTIONS = TypeAdapter(dict[str, Question])
_PRODUCTS = TypeAdapter(dict[str, Product])


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said about one lead because of one event."""

    facts: Facts
    score: Score
    hygiene: Hygiene | None


class Judge:
    """Judge leads by one version of the configuration. The same event gives the same judgement, bit for bit.

    `sections` holds what it judges by, as text by name; a score's `versions` name each by its sha256.
    """

    def __init__(
        self,
        scoring: Scoring,
        *,
        business: Business,
        questions: Mapping[str, Question],
        products: Mapping[str, Product],
        reference: ReferenceData,
    ) -> None:
        background = Background(country=business.country, questions=questions, reference=reference)
        self._enrichers = [make(background) for make in ENRICHERS.values()]
        self._products = products
        self._rules = compile_rules(scoring.fit)
        self._steps = compile_stages(scoring.stages)
        self._hold_when = compile_condition(scoring.hygiene.hold_when)
        self.sections = {
            "scoring": scoring.model_dump_json(),
            "questions": _QUESTIONS.dump_json(dict(questions)).decode(),
            "products": _PRODUCTS.dump_json(dict(products)).decode(),
        }
        self._versions = {name: sha256_of(text)[:VERSION_DIGITS] for name, text in self.sections.items()}
        self._versions["tables"] = reference.version[:VERSION_DIGITS]

    def judge(self, received: LeadReceived) -> Judgement:
        """Judge a lead as of its event's time."""
        data = received.data
        facts: Facts = {}
        for enricher in self._enrichers:
            facts.update(enricher.enrich(data.lead, facts))
        values: dict[str, object] = {
            **data.lead.__dict__,
            "source": data.source,
            "source_kind": data.source_kind,
            "is_test": data.is_test,
            "facts": facts,
        }
        fit = judge_fit(self._rules, values)
        values["score"] = {"fit": fit.points, "engagement": 0.0}
        return Judgement(
            facts=facts,
            score=self._score(received, fit, stage_of(self._steps, values), facts),
            hygiene=judge_hygiene(self._hold_when, values),
        )

    def _score(self, received: LeadReceived, fit: Fit, stage: str, facts: Facts) -> Score:
        product = self._products.get(facts.get("product", ""))
        return Score(
            fit=fit.points,
            raw={"fit": fit.raw},
            stage=stage,
            temperature=COLD,
            reasons=fit.reasons,
            missing=missing_fields(product.requires, received.data.lead, facts) if product else [],
            would_change=fit.would_change,
            as_of=received.time,
            versions=self._versions,
        )


def sha256_of(text: str) -> str:
    """Name a section of the configuration by what it says."""
    return hashlib.sha256(text.encode()).hexdigest()
