"""Whether a lead is a company's or a household's, told by its answers to the company's own questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.ingest.mapping.texts import all_texts
from shared.domain.business import Question
from shared.domain.lead import Answer
from shared.domain.wording import options_by_wording, wording

MAX_WORDING = 200
"""Characters of a question or an option; a longer one is an essay."""

Rules = Mapping[str, Mapping[str, Sequence[str]]]
"""By segment: a question's name, and the options that make it that segment."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """Answers, as they may be worded, that tell a segment."""

    segment: str
    options: frozenset[str]


class Segments:
    """Tells a lead's segment by its answers; `otherwise` where none of them does."""

    def __init__(self, rules: Rules, otherwise: str, questions: Mapping[str, Question]) -> None:
        self._otherwise = otherwise
        self._signs: dict[str, list[_Sign]] = {}
        for segment, asked in rules.items():
            for name, options in asked.items():
                question = questions.get(name)
                sign = _Sign(segment, _wordings(question, options))
                for text in (name, *(question.aliases if question else ())):
                    self._signs.setdefault(wording(text), []).append(sign)

    def of(self, answers: Mapping[str, Answer]) -> str:
        """Return the segment of a lead with these answers, by question as the sender worded it."""
        for asked, said in answers.items():
            signs = self._signs.get(wording(asked), ()) if len(asked) <= MAX_WORDING else ()
            told = {wording(text) for text in all_texts(said) if len(text) <= MAX_WORDING} if signs else set()
            for sign in signs:
                if not told.isdisjoint(sign.options):
                    return sign.segment
        return self._otherwise


def _wordings(question: Question | None, options: Sequence[str]) -> frozenset[str]:
    """Return every wording of some options; of a question that nobody has described, the options themselves."""
    wanted = frozenset(map(wording, options))
    known = options_by_wording(question) if question is not None else {}
    return wanted | {text for text, option in known.items() if wording(option) in wanted}
