"""Facts from the answers: every source's own question and wording, in the company's vocabulary."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from services.scorer.background import Background
from services.scorer.enrichers import groups
from services.scorer.numerals import first_number
from shared.domain.business import Question
from shared.domain.lead import Answer, Lead
from shared.domain.score import Facts
from shared.domain.wording import options_by_wording, wording

MAX_WORDING = 200
"""Characters of a question or an option; longer ones are essays, and the cache must stay small."""
CACHED_WORDINGS = 10_000

_SEPARATORS = re.compile(r"\s*[,;|/]\s*")

Canonical = str | float | list[str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, with its options by wording."""

    name: str
    question: Question
    options: Mapping[str, str]


class AnswersEnricher:
    """Write `answers` by question, and `product`: the lead's own, else what a question that `sets: product` was told.

    A question is known by its name or an alias, an option by its id or a wording, without regard to case, underscores
    and what ends the sentence. A choice gives the option's id (a list where the question takes `many`), a number a
    number. What fits no question or option stays verbatim in `lead.answers` only; where two of the sender's questions
    mean the same one, the first that can be read counts.
    """

    name = "answers"

    def __init__(self, background: Background) -> None:
        questions = background.questions.items()
        asked = [_Asked(name, question, options_by_wording(question)) for name, question in questions]
        self._by_wording = {
            wording(text): each for each in reversed(asked) for text in (each.name, *each.question.aliases)
        }
        self._wording = lru_cache(CACHED_WORDINGS)(wording)

    def enrich(self, lead: Lead, facts: Facts) -> Facts:  # noqa: ARG002 - the port's signature
        """Read the answers as given."""
        known: dict[str, Canonical] = {}
        product = lead.product
        for key, answer in lead.answers.items():
            asked = self._by_wording.get(self._worded(key))
            if asked is None or asked.name in known:
                continue
            value = self._canonical(asked, answer)
            if value is None:
                continue
            known[asked.name] = value
            if asked.question.sets == "product":
                product = product or (value[0] if isinstance(value, list) else str(value))
        group = groups.found(self.name) if known else self._nothing(lead)
        # A question of the company's own may be called `status`: then it is the answer that rules ask for.
        return {"answers": {**group, **known}, **({"product": product} if product else {})}

    def _nothing(self, lead: Lead) -> Facts:
        return groups.unreadable(self.name) if lead.answers else groups.absent(self.name)

    def _worded(self, text: str) -> str:
        return self._wording(text) if len(text) <= MAX_WORDING else ""

    def _canonical(self, asked: _Asked, answer: Answer) -> Canonical | None:
        texts = answer if isinstance(answer, list) else [answer]
        if asked.question.type == "choice":
            return self._chosen(asked, texts)
        text = next((stripped for each in texts if (stripped := each.strip())), None)
        if text is None or asked.question.type == "text":
            return text
        return first_number(text, unit=asked.question.unit)

    def _chosen(self, asked: _Asked, texts: Iterable[str]) -> Canonical | None:
        chosen = [option for text in texts for option in self._options_in(asked, text)]
        if not chosen:
            return None
        return list(dict.fromkeys(chosen)) if asked.question.many else chosen[0]

    def _options_in(self, asked: _Asked, text: str) -> Iterable[str]:
        whole = asked.options.get(self._worded(text))
        if whole is not None or not asked.question.many:
            return [] if whole is None else [whole]
        parts = _SEPARATORS.split(text[: 10 * MAX_WORDING])
        return [option for part in parts if (option := asked.options.get(self._worded(part)))]
